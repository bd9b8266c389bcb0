package kernel

import "fmt"

// Encoding is what places of values among a number of them become.
type Encoding int

const (
	Places   Encoding = iota // the place itself
	OneHot                   // a row with 1 at the place
	MultiHot                 // for a row of values a row with 1 at each of their places
	Tally                    // for a row of values a row of how often each place is among them
)

// Encoder turns values into places among so many, and these into numbers.
type Encoder[V any] struct {
	Encoding Encoding
	Depth    int // the number of places
	Width    int // of the rows of values, for MultiHot and Tally
	// Index returns the place of a value; a negative one leaves no trace in
	// rows.
	Index   func(V) (int, error)
	Factors []float64 // of the columns of a tally; nil for ones
}

// Encode sets y to what an encoder makes of x: len(x) numbers for Places, rows
// of Depth numbers for OneHot, and one such row for Width values for the
// others. weights, one for each value, are what a value counts in a tally; nil
// for ones.
func Encode[T Float, V any](e Encoder[V], y []T, x []V, weights []T) error {
	if e.Encoding != Places {
		clear(y)
	}
	for i, v := range x {
		at, err := e.Index(v)
		switch {
		case err != nil:
			return err
		case at >= e.Depth && e.Encoding != Places:
			return fmt.Errorf("expected places below %d, got %d", e.Depth, at)
		case e.Encoding == Places:
			y[i] = T(at)
		case at < 0:
		case e.Encoding == OneHot:
			y[i*e.Depth+at] = 1
		case e.Encoding == MultiHot:
			y[i/e.Width*e.Depth+at] = 1
		case weights != nil:
			y[i/e.Width*e.Depth+at] += weights[i]
		default:
			y[i/e.Width*e.Depth+at]++
		}
	}
	if e.Factors != nil {
		for i := range y {
			y[i] *= T(e.Factors[i%e.Depth])
		}
	}
	return nil
}

// Rescale sets y to x·scale + offset, where both hold a number for each column
// of x or one for all.
func Rescale[T Float](y, x, scale, offset []T) {
	if len(scale) == 1 && len(offset) == 1 {
		a, b := scale[0], offset[0]
		for i, v := range x {
			y[i] = v*a + b
		}
		return
	}
	for i, v := range x {
		y[i] = v*scale[i%len(scale)] + offset[i%len(offset)]
	}
}
