package table

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Encoding says how columns become numbers.
type Encoding struct {
	// MostOneHot is the largest number of categories of a column that becomes
	// one-hot; columns of more give codes, for embeddings. 0 means 16, a negative
	// number that every column of text gives codes, AlwaysOneHot that none does.
	MostOneHot int
}

// AlwaysOneHot is a number of categories that no column has.
const AlwaysOneHot = math.MaxInt

const defaultMostOneHot = 16

// Encoder is an Encoding with what it learned from the rows that it was fitted
// on. It can be stored as JSON. It is safe for concurrent use.
type Encoder struct {
	Columns []EncodedColumn `json:"columns"`
}

// EncodedColumn is how one column is encoded.
//
// Numeric columns: a missing value becomes the median; then (x - Mean) / Scale,
// with the population's standard deviation for Scale, or 1 where that is 0. An
// infinite number is an error that names the row.
//
// Columns of text: K categories, in ascending order, have the codes 2 to K+1; 0
// is a missing value and 1 a category that the fit did not see. OneHot columns
// have K+2 numbers, a single 1 at the place of the code. The fit leaves the
// weights of 0 and 1 as they were initialised where it never sees such a value.
type EncodedColumn struct {
	Name       string   `json:"name"`
	Kind       Kind     `json:"kind"`
	Median     float64  `json:"median,omitempty"`
	Mean       float64  `json:"mean,omitempty"`
	Scale      float64  `json:"scale,omitempty"`
	Categories []string `json:"categories,omitempty"`
}

// Kind says what a column becomes.
type Kind string

const (
	Numeric Kind = "numeric" // one number
	OneHot  Kind = "one-hot" // a number for each category
	Codes   Kind = "codes"   // the number of a category, for an Embedding layer
)

// Codes before those of the categories.
const (
	missingCode = iota
	unseenCode
	firstCode
)

// Size returns how many numbers a numeric or one-hot column becomes, or how many
// codes there are: the InputDim of an Embedding.
func (c EncodedColumn) Size() int {
	if c.Kind == Numeric {
		return 1
	}
	return firstCode + len(c.Categories)
}

// Encoded are rows as arrays.
type Encoded struct {
	X     *tensor.Dense   // (n,d): numeric and one-hot columns in the table's order; nil where there are none
	Codes []*tensor.Dense // (n,1) each: columns of Kind Codes in the table's order
}

// Fit learns from rows of a table, all rows where rows is nil. No rows, no
// columns and infinite numbers are errors.
func (e Encoding) Fit(t *Table, rows []int) (*Encoder, error) {
	if rows == nil {
		rows = all(t.Rows())
	}
	if len(rows) == 0 || len(t.Columns) == 0 {
		return nil, fmt.Errorf("table: encoding of %d rows and %d columns, expected at least one of each", len(rows), len(t.Columns))
	}
	if err := checkRows(rows, t.Rows()); err != nil {
		return nil, err
	}
	most := e.MostOneHot
	if most == 0 {
		most = defaultMostOneHot
	}
	out := &Encoder{}
	for i := range t.Columns {
		c := &t.Columns[i]
		learned := EncodedColumn{Name: c.Name}
		var err error
		if c.Numbers != nil {
			learned.Kind = Numeric
			err = learned.learnNumbers(c, rows)
		} else {
			learned.Categories = categories(c, rows)
			learned.Kind = OneHot
			if len(learned.Categories) > most {
				learned.Kind = Codes
			}
		}
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, learned)
	}
	return out, nil
}

func (e *EncodedColumn) learnNumbers(c *Column, rows []int) error {
	values := make([]float64, 0, len(rows))
	for _, r := range rows {
		v := c.Numbers[r]
		if math.IsInf(v, 0) {
			return c.errorf(r, "%v, expected a finite number", v)
		}
		if !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	e.Median = median(values)
	filled := make([]float64, len(rows))
	for i, r := range rows {
		filled[i] = e.fill(c.Numbers[r])
	}
	var s data.StandardScaler
	if err := s.Fit(tensor.New(tensor.WithShape(len(rows), 1), tensor.WithBacking(filled))); err != nil {
		return fmt.Errorf("table: column %q: %w", c.Name, err)
	}
	e.Mean, e.Scale = s.Mean[0], s.Scale[0]
	if math.IsInf(e.Mean, 0) || math.IsInf(e.Scale, 0) || math.IsNaN(e.Scale) {
		return fmt.Errorf("table: %scolumn %q has numbers too large to standardise", prefix(c.file), c.Name)
	}
	return nil
}

func (e *EncodedColumn) fill(v float64) float64 {
	if math.IsNaN(v) {
		return e.Median
	}
	return v
}

// median returns the middle one of the values, the mean of the middle two, and 0
// of none. It sorts them.
func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	lo, hi := v[(len(v)-1)/2], v[len(v)/2]
	return lo/2 + hi/2
}

// categories lists what stands in rows, sorted.
func categories(c *Column, rows []int) []string {
	seen := map[string]bool{}
	for _, r := range rows {
		if text := c.Text(r); text != "" {
			seen[text] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Width returns how many columns X has.
func (e *Encoder) Width() int {
	n := 0
	for _, c := range e.Columns {
		if c.Kind != Codes {
			n += c.Size()
		}
	}
	return n
}

// Codes returns how many columns give codes.
func (e *Encoder) Codes() int {
	n := 0
	for _, c := range e.Columns {
		if c.Kind == Codes {
			n++
		}
	}
	return n
}

// Transform encodes rows of a table, all rows where rows is nil, in a float
// dtype. The table has the columns of the fit in their order; its other columns
// may be left out before with [Table.Without].
func (e *Encoder) Transform(t *Table, rows []int, dt tensor.Dtype) (*Encoded, error) {
	if rows == nil {
		rows = all(t.Rows())
	}
	if len(e.Columns) == 0 {
		return nil, errors.New("table: the encoder is not fitted: call Fit first")
	}
	if len(rows) == 0 {
		return nil, errors.New("table: no rows to encode")
	}
	if err := checkRows(rows, t.Rows()); err != nil {
		return nil, err
	}
	if len(t.Columns) != len(e.Columns) {
		return nil, fmt.Errorf("table: %s%d columns, the encoder was fitted on %d", prefix(t.File), len(t.Columns), len(e.Columns))
	}
	for i, c := range e.Columns {
		if name := t.Columns[i].Name; c.Name != name {
			return nil, fmt.Errorf("table: %scolumn %d is %q, the encoder was fitted on %q", prefix(t.File), i, name, c.Name)
		}
	}
	width, some := e.Width(), e.Codes()
	x, codes := make([]float64, len(rows)*width), make([]float64, len(rows)*some)
	row, values := e.ByRow(), make([]Value, len(e.Columns))
	for i, r := range rows {
		for j := range values {
			// A column that reads as numbers here may have been text in the fit.
			values[j] = t.Columns[j].value(r, e.Columns[j].Kind == Numeric)
		}
		if j, err := row.Encode(x[i*width:(i+1)*width], codes[i*some:(i+1)*some], values); err != nil {
			return nil, t.Columns[j].errorf(r, "%w", err)
		}
	}
	out := &Encoded{}
	var err error
	if width > 0 {
		if out.X, err = array(x, dt, len(rows), width); err != nil {
			return nil, err
		}
	}
	for k := range some {
		column := make([]float64, len(rows))
		for i := range column {
			column[i] = codes[i*some+k]
		}
		d, err := array(column, dt, len(rows), 1)
		if err != nil {
			return nil, err
		}
		out.Codes = append(out.Codes, d)
	}
	return out, nil
}

// UnmarshalJSON restores an encoder. One that could not have been fitted is an
// error.
func (e *Encoder) UnmarshalJSON(text []byte) error {
	type plain Encoder // without this method
	var in plain
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("table: encoder: %w", err)
	}
	for _, c := range in.Columns {
		switch c.Kind {
		case Numeric:
			if !(c.Scale > 0) {
				return fmt.Errorf("table: encoder: column %q has scale %v, expected a number above 0", c.Name, c.Scale)
			}
		case OneHot, Codes:
			if !slices.IsSorted(c.Categories) {
				return fmt.Errorf("table: encoder: the categories of column %q are not in order", c.Name)
			}
		default:
			return fmt.Errorf("table: encoder: column %q is of kind %q, expected %q, %q or %q", c.Name, c.Kind, Numeric, OneHot, Codes)
		}
	}
	*e = Encoder(in)
	return nil
}

func checkRows(rows []int, n int) error {
	for _, r := range rows {
		if r < 0 || r >= n {
			return fmt.Errorf("table: there is no row %d, expected 0 to %d", r, n-1)
		}
	}
	return nil
}

// array makes a tensor of a float dtype.
func array(v []float64, dt tensor.Dtype, shape ...int) (*tensor.Dense, error) {
	d, err := data.AsType(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v)), dt)
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	return d, nil
}
