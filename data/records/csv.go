package records

import (
	"fmt"
	"io"

	"github.com/counterweight-go/counterweight/data/table"
)

// CSV is a CSV file as a [Source], decompressed where its name ends in .gz or
// .zst.
type CSV struct {
	Path    string
	Options table.Options // Columns does not act: the Dataset names columns
}

// Name implements [Source].
func (c CSV) Name() string { return c.Path }

// Open implements [Source].
func (c CSV) Open(columns []string) (Rows, error) {
	file, err := table.Open(c.Path)
	if err != nil {
		return nil, err
	}
	in, err := table.NewReader(file, c.Options)
	if err != nil {
		file.Close()
		return nil, err
	}
	r := &csvRows{file: file, in: in}
	if columns == nil {
		columns = in.Names()
		for i := range columns {
			r.keep = append(r.keep, i)
		}
	} else {
		for _, name := range columns {
			i, err := table.Find(in.Names(), in.Header(), name)
			if err != nil {
				file.Close()
				return nil, fmt.Errorf("records: %w", err)
			}
			r.keep = append(r.keep, i)
		}
	}
	r.names = columns
	return r, nil
}

type csvRows struct {
	file  io.Closer
	in    *table.Reader
	names []string
	keep  []int
}

func (r *csvRows) Names() []string { return r.names }
func (r *csvRows) Close() error    { return r.file.Close() }

func (r *csvRows) Next(values []table.Value) error {
	fields, err := r.in.Next()
	if err != nil {
		return err
	}
	for i, at := range r.keep {
		values[i] = table.TextValue(fields[at])
	}
	return nil
}
