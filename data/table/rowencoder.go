package table

import (
	"fmt"
	"math"
)

// RowEncoder encodes one row after the other, as its Encoder does. It is safe
// for concurrent use.
type RowEncoder struct {
	columns []EncodedColumn
	codeOf  []map[string]int // of each column's categories
}

// ByRow prepares the encoder for single rows.
func (e *Encoder) ByRow() *RowEncoder {
	r := &RowEncoder{columns: e.Columns, codeOf: make([]map[string]int, len(e.Columns))}
	for i, c := range e.Columns {
		r.codeOf[i] = make(map[string]int, len(c.Categories))
		for k, name := range c.Categories {
			r.codeOf[i][name] = firstCode + k
		}
	}
	return r
}

// Encode sets x, of [Encoder.Width] numbers, and codes, of [Encoder.Codes], to
// what a value for each column becomes. An error names no column: that is the
// number beside it.
func (r *RowEncoder) Encode(x, codes []float64, values []Value) (column int, err error) {
	if len(values) != len(r.columns) {
		return 0, fmt.Errorf("%d values, expected %d", len(values), len(r.columns))
	}
	for i := range r.columns {
		c := &r.columns[i]
		switch c.Kind {
		case Numeric:
			v, err := values[i].Float()
			if err == nil && math.IsInf(v, 0) {
				err = fmt.Errorf("%v, expected a finite number", v)
			}
			if err != nil {
				return i, err
			}
			x[0], x = (c.fill(v)-c.Mean)/c.Scale, x[1:]
		case OneHot:
			size := c.Size()
			clear(x[:size])
			x[r.code(i, values[i])], x = 1, x[size:]
		case Codes:
			codes[0], codes = float64(r.code(i, values[i])), codes[1:]
		}
	}
	return 0, nil
}

func (r *RowEncoder) code(i int, v Value) int {
	text := v.Text()
	if text == "" {
		return missingCode
	}
	if code, ok := r.codeOf[i][text]; ok {
		return code
	}
	return unseenCode
}
