package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// RearrangeConfig describes elements in other places, some repeated or left
// out, and zeros between them.
type RearrangeConfig struct {
	Layer string
	X, Y  tensor.Shape
	// Map says from where the elements of Y come.
	Map kernel.Rearrangement
}

// Rearrange makes the operation with input x and an output of shape Y.
func Rearrange(dt tensor.Dtype, c RearrangeConfig) (Op, error) {
	return dispatch(dt, c, newRearrange[float32], newRearrange[float64])
}

func newRearrange[T kernel.Float](c RearrangeConfig) (Op, error) {
	return fuse(pointwise(c.Layer, "rearrangement", c.X, c.Y,
		func(y, x []T) { kernel.Rearrange(c.Map, y, x) },
		func(dx, dy, _, _ []T) { kernel.RearrangeGrad(c.Map, dx, dy) },
	)), nil
}
