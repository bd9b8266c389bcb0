package table

import (
	"encoding/csv"
	"fmt"
	"io"
)

// Write writes the table as a CSV file, with the cells as they were read, and
// with the names where it has a header.
func (t *Table) Write(w io.Writer) error {
	out := csv.NewWriter(w)
	if t.Header {
		out.Write(t.Names()) // an error is kept until Flush
	}
	fields := make([]string, len(t.Columns))
	for r := range t.Rows() {
		for i := range t.Columns {
			fields[i] = t.Columns[i].Raw(r)
		}
		if len(fields) == 1 && fields[0] == "" {
			fields[0] = "NaN" // an empty line would be none
		}
		out.Write(fields)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("table: %w", err)
	}
	return nil
}
