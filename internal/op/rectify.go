package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// RectifyConfig describes a line with a kink; see [kernel.Rectifier].
type RectifyConfig struct {
	Layer string
	X     tensor.Shape
	kernel.Rectifier
}

// Rectify makes the operation with input x and an output of x's shape.
func Rectify(dt tensor.Dtype, c RectifyConfig) (Op, error) {
	return dispatch(dt, c, newRectify[float32], newRectify[float64])
}

func newRectify[T kernel.Float](c RectifyConfig) (Op, error) {
	return fuse(pointwise(c.Layer, "rectifier", c.X, c.X,
		func(y, x []T) { kernel.Rectify(c.Rectifier, y, x) },
		func(dx, dy, x, _ []T) { kernel.RectifyGrad(c.Rectifier, dx, dy, x) },
	)), nil
}

// PReLUConfig describes a line with a kink at 0 and a slope for each element
// below it.
type PReLUConfig struct {
	Layer string
	X     tensor.Shape
}

// PReLU makes the operation with inputs x and slopes, both of one shape.
func PReLU(dt tensor.Dtype, c PReLUConfig) (Op, error) {
	return dispatch(dt, c, newPReLU[float32], newPReLU[float64])
}

func newPReLU[T kernel.Float](c PReLUConfig) (Op, error) {
	return fuse(linear[T](c.Layer, "prelu", repeat(c.X, 2), c.X, each(2),
		func(y []T, in [][]T) { kernel.PReLU(y, in[0], in[1]) },
		func(dx, dy []T, in [][]T, i int) {
			if i == 0 {
				kernel.PReLUGrad(dx, dy, in[0], in[1])
			} else {
				kernel.PReLUAlphaGrad(dx, dy, in[0])
			}
		},
	)), nil
}

// ELUConfig describes x, or Alpha·(exp(x)-1) below 0.
type ELUConfig struct {
	Layer string
	X     tensor.Shape
	Alpha float64
}

// ELU makes the operation with input x and an output of x's shape.
func ELU(dt tensor.Dtype, c ELUConfig) (Op, error) {
	return dispatch(dt, c, newELU[float32], newELU[float64])
}

func newELU[T kernel.Float](c ELUConfig) (Op, error) {
	return fuse(pointwise(c.Layer, "elu", c.X, c.X,
		func(y, x []T) { kernel.ScaledELU(y, x, T(c.Alpha)) },
		func(dx, dy, x, y []T) { kernel.ScaledELUGrad(dx, dy, x, y, T(c.Alpha)) },
	)), nil
}
