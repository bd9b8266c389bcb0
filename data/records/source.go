package records

import "github.com/counterweight-go/counterweight/data/table"

// Source is where rows come from, the same ones in the same order every time.
type Source interface {
	// Name says what it is, in errors.
	Name() string
	// Open starts at the first row. Rows have the columns that are asked for, in
	// that order, or all of them for nil.
	Open(columns []string) (Rows, error)
}

// Rows gives rows until it is closed.
type Rows interface {
	// Names returns the names of the columns.
	Names() []string
	// Next sets values to the next row, or returns [io.EOF] after the last one.
	// Other errors name the row, counted from 0.
	Next(values []table.Value) error
	Close() error
}
