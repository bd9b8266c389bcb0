package records

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/counterweight-go/counterweight/data/table"
)

// Columns says which columns of the rows are the inputs, the targets and the
// weights.
type Columns struct {
	// X are the inputs: a batch has them as (n, columns). nil means all columns
	// but those of Y and W, or those that Encoder was fitted on.
	X []string
	// Y are the targets, (n) for one column and (n, columns) for several. None
	// means that the batches have no targets.
	Y []string
	// W has the sample weights, (n); "" means that there are none.
	W string
	// Encoder turns the columns of X, by their names, into numbers. Columns that
	// it gives codes for follow as further inputs, (n,1) each. Without it every
	// value of X is a number.
	Encoder *table.Encoder
	// Labels are the labels of Y in the order of their classes, as in
	// [table.Labels], numbers in their shortest form. nil means that Y has
	// numbers, the classes themselves for instance.
	Labels []string
}

// layout says how a row becomes numbers: x, codes, y and w, one after the other.
type layout struct {
	columns        []string // that are asked for: X, Y, W
	inputs         int      // columns of X
	x, codes, y, w int      // numbers
	encoder        *table.RowEncoder
	classes        map[string]int // of labels; nil where targets are numbers
}

func (l *layout) size() int { return l.x + l.codes + l.y + l.w }

// lay finds out the layout; names lists all columns of the source where that is
// needed.
func (c *Columns) lay(names func() ([]string, error)) (*layout, error) {
	l := &layout{y: len(c.Y)}
	x := c.X
	switch {
	case c.Encoder != nil:
		var fitted []string
		for _, e := range c.Encoder.Columns {
			fitted = append(fitted, e.Name)
		}
		if len(fitted) == 0 {
			return nil, errors.New("the encoder is not fitted: call Fit first")
		}
		if x != nil && !slices.Equal(x, fitted) {
			return nil, fmt.Errorf("the inputs are %q, the encoder was fitted on %q", x, fitted)
		}
		x, l.x, l.codes, l.encoder = fitted, c.Encoder.Width(), c.Encoder.Codes(), c.Encoder.ByRow()
	case x == nil:
		all, err := names()
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			if n != c.W && !slices.Contains(c.Y, n) {
				x = append(x, n)
			}
		}
		l.x = len(x)
	default:
		l.x = len(x)
	}
	if l.x == 0 {
		return nil, errors.New("there is no column of numbers for the inputs")
	}
	l.inputs = len(x)
	l.columns = append(slices.Clone(x), c.Y...)
	if c.W != "" {
		l.columns, l.w = append(l.columns, c.W), 1
	}
	return l, c.number(l)
}

// layTargets is the layout of the targets alone.
func (c *Columns) layTargets() (*layout, error) {
	l := &layout{columns: c.Y, y: len(c.Y)}
	return l, c.number(l)
}

// number numbers the labels.
func (c *Columns) number(l *layout) error {
	if c.Labels == nil {
		return nil
	}
	if len(c.Y) == 0 {
		return errors.New("labels without a column of targets")
	}
	l.classes = map[string]int{}
	for i, label := range c.Labels {
		if _, twice := l.classes[label]; twice {
			return fmt.Errorf("the label %q is listed twice", label)
		}
		l.classes[label] = i
	}
	return nil
}

// reader reads rows as numbers.
type reader struct {
	*layout
	name   string
	rows   Rows
	values []table.Value
	row    int
	out    []float64
}

// open starts a pass. Errors name the source.
func (l *layout) open(s Source) (*reader, error) {
	rows, err := s.Open(l.columns)
	if err != nil {
		return nil, named(s.Name(), err)
	}
	return &reader{layout: l, name: s.Name(), rows: rows, values: make([]table.Value, len(l.columns)), out: make([]float64, l.size())}, nil
}

// next reads a row as numbers that stay until the next one. The end is [io.EOF].
func (r *reader) next() ([]float64, error) {
	switch err := r.rows.Next(r.values); {
	case err == io.EOF:
		return nil, io.EOF
	case err != nil:
		return nil, named(r.name, err)
	}
	if column, err := r.decode(); err != nil {
		return nil, fmt.Errorf("records: %s: row %d, column %q: %w", r.name, r.row, r.columns[column], err)
	}
	r.row++
	return r.out, nil
}

// decode turns values into numbers. An error comes with the number of its column.
func (r *reader) decode() (column int, err error) {
	x, rest := r.out[:r.x], r.out[r.x:]
	codes, rest := rest[:r.codes], rest[r.codes:]
	if r.encoder != nil {
		if column, err = r.encoder.Encode(x, codes, r.values[:r.inputs]); err != nil {
			return column, err
		}
	} else {
		for i := range x {
			if x[i], err = number(r.values[i]); err != nil {
				return i, err
			}
		}
	}
	for i, v := range r.values[r.inputs:] {
		if i < r.y && r.classes != nil {
			class, known := r.classes[v.Label()]
			if !known {
				return r.inputs + i, fmt.Errorf("the label %s, expected one of those that were given", quoted(v.Label()))
			}
			rest[i] = float64(class)
			continue
		}
		if rest[i], err = number(v); err != nil {
			return r.inputs + i, err
		}
	}
	return 0, nil
}

// number is the number of a value that must be one.
func number(v table.Value) (float64, error) {
	f, err := v.Float()
	if err == nil && math.IsNaN(f) {
		err = errors.New("there is no value, expected a number")
	}
	return f, err
}

// quoted writes a label for a message.
func quoted(text string) string {
	const most = 40
	if len(text) > most {
		text = text[:most] + "..."
	}
	return strconv.Quote(text)
}

// named puts the name of a source before an error, unless it stands there.
func named(name string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) && path.Path == name {
		err = path.Err
	}
	err = unprefixed(err)
	if strings.HasPrefix(err.Error(), name+": ") {
		return fmt.Errorf("records: %w", err)
	}
	return fmt.Errorf("records: %s: %w", name, err)
}

// unprefixed takes the name of a package off an error.
func unprefixed(err error) error {
	for _, prefix := range []string{"records: ", "table: ", "parquet: "} {
		if text, found := strings.CutPrefix(err.Error(), prefix); found {
			return bare{text, err}
		}
	}
	return err
}

// bare is an error without the name of its package.
type bare struct {
	text string
	err  error
}

func (b bare) Error() string { return b.text }
func (b bare) Unwrap() error { return b.err }
