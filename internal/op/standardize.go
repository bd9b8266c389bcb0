package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// StandardizeConfig describes (x-mean)/max(sqrt(variance), eps) with constant
// statistics, or with Invert its inverse.
type StandardizeConfig struct {
	Layer string
	X     tensor.Shape // (n, ...)
	// Which says which of the statistics each number of a sample has.
	Which          []int32
	Mean, Variance *tensor.Dense // read at each run
	Epsilon        float64
	Invert         bool
}

// Standardize makes the operation with input x.
func Standardize(dt tensor.Dtype, c StandardizeConfig) (Op, error) {
	return dispatch(dt, c, newStandardize[float32], newStandardize[float64])
}

func newStandardize[T kernel.Float](c StandardizeConfig) (Op, error) {
	mean, err := Slice[T](c.Mean)
	if err != nil {
		return nil, err
	}
	variance, err := Slice[T](c.Variance)
	if err != nil {
		return nil, err
	}
	scale := make([]T, len(variance))
	return fuse(pointwise(c.Layer, "standardisation", c.X, c.X,
		func(y, x []T) {
			kernel.StandardScale(scale, variance, T(c.Epsilon))
			kernel.Standardize(y, x, mean, scale, c.Which, c.Invert)
		},
		func(dx, dy, _, _ []T) { kernel.Standardize(dx, dy, nil, scale, c.Which, c.Invert) },
	)), nil
}
