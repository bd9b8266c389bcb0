package initializer

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// Orthogonal fills with a random matrix of orthonormal rows or columns, times
// Gain (0 means 1): the Q of a normal matrix, its signs fixed so that every
// such matrix is equally likely. All axes but the last are taken as one.
type Orthogonal struct{ Gain float64 }

// Name implements [Initializer].
func (Orthogonal) Name() string { return "orthogonal" }

// Fill implements [Initializer]. It is an error for fewer than two axes.
func (o Orthogonal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	if len(shape) < 2 {
		return fmt.Errorf("initializer: orthogonal: expected at least two axes, got shape %v", shape)
	}
	cols := shape[len(shape)-1]
	rows := len(w) / max(cols, 1)
	tall, wide := max(rows, cols), min(rows, cols)
	if wide == 0 {
		return nil
	}
	a := mat.NewDense(tall, wide, nil)
	for i := range tall {
		for j := range wide {
			a.Set(i, j, rng.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(a)
	var q, r mat.Dense
	qr.QTo(&q)
	qr.RTo(&r)
	gain := orDefault(o.Gain, 1)
	for i := range rows {
		for j := range cols {
			at, unit := i, j // of the tall matrix
			if rows < cols {
				at, unit = j, i
			}
			v := gain * q.At(at, unit)
			if r.At(unit, unit) < 0 {
				v = -v
			}
			w[i*cols+j] = v
		}
	}
	return nil
}
