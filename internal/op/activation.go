package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// ActivationConfig describes an elementwise activation.
type ActivationConfig struct {
	Layer      string
	X          tensor.Shape
	Activation kernel.Activation
}

// Activation makes the operation with input x and an output of x's shape.
func Activation(dt tensor.Dtype, c ActivationConfig) (Op, error) {
	return dispatch(dt, c, newActivation[float32], newActivation[float64])
}

func newActivation[T kernel.Float](c ActivationConfig) (Op, error) {
	return fuse(pointwise(c.Layer, "activation", c.X, c.X,
		func(y, x []T) { kernel.Activate(c.Activation, y, x) },
		func(dx, dy, x, y []T) { kernel.ActivateGrad(c.Activation, dx, dy, x, y) },
	)), nil
}

// RowActivationConfig describes an activation over the last axis.
type RowActivationConfig struct {
	Layer      string
	X          tensor.Shape // (..., n)
	Activation kernel.RowActivation
}

// RowActivation makes the operation with input x; the output's last axis is
// the activation's width.
func RowActivation(dt tensor.Dtype, c RowActivationConfig) (Op, error) {
	return dispatch(dt, c, newRowActivation[float32], newRowActivation[float64])
}

func newRowActivation[T kernel.Float](c RowActivationConfig) (Op, error) {
	n := c.X[len(c.X)-1]
	if c.Activation == kernel.GLU && n%2 != 0 {
		return nil, fmt.Errorf("op: layer %q: glu halves the last axis, got an odd size %d", c.Layer, n)
	}
	shape := append(c.X[:len(c.X)-1].Clone(), c.Activation.Width(n))
	scratch := make([]T, n)
	return fuse(pointwise(c.Layer, "row activation", c.X, shape,
		func(y, x []T) { kernel.ActivateRows(c.Activation, n, y, x, scratch) },
		func(dx, dy, x, y []T) { kernel.ActivateRowsGrad(c.Activation, n, dx, dy, x, y) },
	)), nil
}
