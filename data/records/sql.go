package records

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/data/table"
)

// SQL is the answer to a query as a [Source], through any driver. Each pass asks
// anew and holds one connection until it ends. The query says in what order the
// rows come (ORDER BY): without, the database may give another order every time.
//
// Numbers and truth values are numbers, NULL is nothing, everything else is
// text. A time is an error: the query can turn it into a number.
type SQL struct {
	DB    *sql.DB
	Query string
	Args  []any // for the placeholders of the query
}

// Name implements [Source].
func (s SQL) Name() string { return "query" }

// Open implements [Source]. Names of columns are those of the answer, also in
// lower or upper case.
func (s SQL) Open(columns []string) (Rows, error) {
	if s.DB == nil || s.Query == "" {
		return nil, errors.New("records: an SQL source needs a database and a query")
	}
	rows, err := s.DB.Query(s.Query, s.Args...)
	if err != nil {
		return nil, fmt.Errorf("records: %w", err)
	}
	r := &sqlRows{rows: rows}
	if err := r.choose(columns); err != nil {
		rows.Close()
		return nil, fmt.Errorf("records: %w", err)
	}
	return r, nil
}

type sqlRows struct {
	rows  *sql.Rows
	names []string
	keep  []int
	cells []any // of *sqlValue
	row   int
}

func (r *sqlRows) choose(columns []string) error {
	all, err := r.rows.Columns()
	if err != nil {
		return err
	}
	for range all {
		r.cells = append(r.cells, new(sqlValue))
	}
	if r.names = columns; columns == nil {
		r.names = all
	}
	for i, name := range r.names {
		at := i
		if columns != nil {
			if at, err = table.Find(all, true, name); err != nil {
				fold := slices.IndexFunc(all, func(n string) bool { return strings.EqualFold(n, name) })
				if fold < 0 || slices.Contains(all, name) {
					return err
				}
				at = fold
			}
		}
		r.keep = append(r.keep, at)
	}
	return nil
}

func (r *sqlRows) Names() []string { return r.names }

func (r *sqlRows) Next(values []table.Value) error {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return fmt.Errorf("records: row %d: %w", r.row, err)
		}
		return io.EOF
	}
	if err := r.rows.Scan(r.cells...); err != nil {
		return fmt.Errorf("records: row %d: %w", r.row, err)
	}
	for i, at := range r.keep {
		v := r.cells[at].(*sqlValue)
		if v.err != nil {
			return fmt.Errorf("records: row %d, column %q: %w", r.row, r.names[i], v.err)
		}
		values[i] = v.Value
	}
	r.row++
	return nil
}

func (r *sqlRows) Close() error {
	if err := r.rows.Close(); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	return nil
}

// sqlValue takes what a driver gives. An error waits until somebody wants the
// column.
type sqlValue struct {
	table.Value
	err error
}

// Scan implements [sql.Scanner].
func (v *sqlValue) Scan(from any) error {
	v.Value, v.err = table.Value{}, nil
	switch from := from.(type) {
	case nil:
	case int64:
		v.Value = table.NumberValue(float64(from))
	case float64:
		v.Value = table.NumberValue(from)
	case float32: // of some drivers, against the rules
		v.Value = table.NumberValue(float64(from))
	case bool:
		if v.Value = table.NumberValue(0); from {
			v.Value = table.NumberValue(1)
		}
	case []byte:
		v.Value = table.TextValue(string(from))
	case string:
		v.Value = table.TextValue(from)
	case time.Time:
		v.err = errors.New("a time, expected a number or text: let the query convert it")
	default:
		v.err = fmt.Errorf("a %T, expected a number or text: let the query convert it", from)
	}
	return nil
}
