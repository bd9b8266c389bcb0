package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Reshape makes an operation that gives x another shape of the same size.
func Reshape(dt tensor.Dtype, c ReshapeConfig) (Op, error) {
	return dispatch(dt, c, newReshape[float32], newReshape[float64])
}

// ReshapeConfig describes a change of shape.
type ReshapeConfig struct {
	Layer string
	X, Y  tensor.Shape
	// Together says that the rows of X may have acted on each other.
	Together bool
}

func newReshape[T kernel.Float](c ReshapeConfig) (Op, error) {
	if c.X.TotalSize() != c.Y.TotalSize() {
		return nil, fmt.Errorf("op: layer %q: cannot reshape %v to %v", c.Layer, c.X, c.Y)
	}
	s := pointwise(c.Layer, "reshape", c.X, c.Y,
		func(y, x []T) { copy(y, x) },
		func(dx, dy, _, _ []T) { copy(dx, dy) },
	)
	s.together = c.Together
	return fuse(s), nil
}
