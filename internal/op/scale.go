package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// ScaleConfig describes the multiplication of an array by one number.
type ScaleConfig struct {
	Layer string
	X     tensor.Shape
}

// Scale makes the operation with inputs x and factor (1) whose output is as x.
// Both have gradients.
func Scale(dt tensor.Dtype, c ScaleConfig) (Op, error) {
	return dispatch(dt, c, newScale[float32], newScale[float64])
}

func newScale[T kernel.Float](c ScaleConfig) (Op, error) {
	return fuse(linear[T](c.Layer, "scale", []tensor.Shape{c.X, {1}}, c.X, []bool{true, true},
		func(y []T, in [][]T) { kernel.Scale(y, in[0], in[1][0]) },
		func(dx, dy []T, in [][]T, i int) {
			if i == 0 {
				kernel.Scale(dx, dy, in[1][0])
			} else {
				dx[0] = T(kernel.Dot(in[0], dy))
			}
		},
	)), nil
}
