package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// BroadcastConfig describes the repetition of an array along axes of size 1.
type BroadcastConfig struct {
	Layer string
	X, Y  tensor.Shape // as many axes each; sizes differ only where X has 1
}

// Broadcast makes the operation with input x and an output of shape Y.
func Broadcast(dt tensor.Dtype, c BroadcastConfig) (Op, error) {
	return dispatch(dt, c, newBroadcast[float32], newBroadcast[float64])
}

func newBroadcast[T kernel.Float](c BroadcastConfig) (Op, error) {
	fits := len(c.X) == len(c.Y)
	for i := 0; fits && i < len(c.X); i++ {
		fits = c.X[i] == 1 || c.X[i] == c.Y[i]
	}
	if !fits {
		return nil, fmt.Errorf("op: layer %q: cannot repeat %v to %v", c.Layer, c.X, c.Y)
	}
	return fuse(pointwise(c.Layer, "broadcast", c.X, c.Y,
		func(y, x []T) { kernel.Broadcast(y, x, c.Y, c.X) },
		func(dx, dy, _, _ []T) { kernel.BroadcastGrad(dx, dy, c.Y, c.X) },
	)), nil
}

// AddConfig describes the sum of arrays of one shape.
type AddConfig struct {
	Layer string
	Shape tensor.Shape
	Terms int
}

// Add makes the operation whose inputs are so many arrays of one shape and
// whose output is their sum, taken in order.
func Add(dt tensor.Dtype, c AddConfig) (Op, error) {
	return dispatch(dt, c, newAdd[float32], newAdd[float64])
}

func newAdd[T kernel.Float](c AddConfig) (Op, error) {
	wrt := make([]bool, c.Terms)
	for i := range wrt {
		wrt[i] = true
	}
	return fuse(linear[T](c.Layer, "sum", repeat(c.Shape, c.Terms), c.Shape, wrt,
		func(y []T, in [][]T) {
			copy(y, in[0])
			for _, x := range in[1:] {
				kernel.Add(y, x)
			}
		},
		func(dx, dy []T, _ [][]T, _ int) { copy(dx, dy) },
	)), nil
}

// FactoredSumConfig describes a sum of scalars, each with a factor.
type FactoredSumConfig struct {
	Layer string
	Terms int
}

// FactoredSum makes the operation whose first input has a factor for each of
// the others, which are scalars; its output is Σ factor·scalar. The factors
// have no gradient.
func FactoredSum(dt tensor.Dtype, c FactoredSumConfig) (Op, error) {
	return dispatch(dt, c, newFactoredSum[float32], newFactoredSum[float64])
}

func newFactoredSum[T kernel.Float](c FactoredSumConfig) (Op, error) {
	in := append([]tensor.Shape{{c.Terms}}, repeat(tensor.ScalarShape(), c.Terms)...)
	wrt := make([]bool, len(in))
	for i := range c.Terms {
		wrt[1+i] = true
	}
	return fuse(linear[T](c.Layer, "factored sum", in, tensor.ScalarShape(), wrt,
		func(y []T, in [][]T) {
			y[0] = 0
			for i, factor := range in[0] {
				y[0] += factor * in[1+i][0]
			}
		},
		func(dx, dy []T, in [][]T, i int) { dx[0] = in[0][i-1] * dy[0] },
	)), nil
}
