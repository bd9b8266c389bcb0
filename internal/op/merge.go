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
	Layer   string
	Shape   tensor.Shape
	Terms   int
	Factors []float64 // of the terms; nil for ones
}

// Add makes the operation whose inputs are so many arrays of one shape and
// whose output is the sum of each times its factor, taken in order.
func Add(dt tensor.Dtype, c AddConfig) (Op, error) {
	return dispatch(dt, c, newAdd[float32], newAdd[float64])
}

func newAdd[T kernel.Float](c AddConfig) (Op, error) {
	scale := func(y, x []T, i int) {
		if c.Factors == nil || c.Factors[i] == 1 {
			copy(y, x)
			return
		}
		clear(y)
		kernel.AddScaled(y, x, T(c.Factors[i]))
	}
	return fuse(linear[T](c.Layer, "sum", repeat(c.Shape, c.Terms), c.Shape, each(c.Terms),
		func(y []T, in [][]T) {
			scale(y, in[0], 0)
			for i, x := range in[1:] {
				if c.Factors == nil {
					kernel.Add(y, x)
				} else {
					kernel.AddScaled(y, x, T(c.Factors[1+i]))
				}
			}
		},
		func(dx, dy []T, _ [][]T, i int) { scale(dx, dy, i) },
	)), nil
}

// each says of so many inputs that they have a gradient.
func each(inputs int) []bool {
	wrt := make([]bool, inputs)
	for i := range wrt {
		wrt[i] = true
	}
	return wrt
}

// MultiplyConfig describes the product of arrays of one shape.
type MultiplyConfig struct {
	Layer   string
	Shape   tensor.Shape
	Factors int
}

// Multiply makes the operation whose inputs are so many arrays of one shape and
// whose output is their product, element by element.
func Multiply(dt tensor.Dtype, c MultiplyConfig) (Op, error) {
	return dispatch(dt, c, newMultiply[float32], newMultiply[float64])
}

func newMultiply[T kernel.Float](c MultiplyConfig) (Op, error) {
	return fuse(linear[T](c.Layer, "product of inputs", repeat(c.Shape, c.Factors), c.Shape, each(c.Factors),
		func(y []T, in [][]T) {
			copy(y, in[0])
			for _, x := range in[1:] {
				kernel.Multiply(y, y, x)
			}
		},
		func(dx, dy []T, in [][]T, i int) {
			copy(dx, dy)
			for j, x := range in {
				if j != i {
					kernel.Multiply(dx, dx, x)
				}
			}
		},
	)), nil
}

// ExtremeConfig describes the larger or the smaller of two arrays.
type ExtremeConfig struct {
	Layer    string
	Shape    tensor.Shape
	Smallest bool
}

// Extreme makes the operation with two inputs whose output is the larger, or
// the smaller, of both, element by element. Where they are equal each gets half
// of the gradient.
func Extreme(dt tensor.Dtype, c ExtremeConfig) (Op, error) {
	return dispatch(dt, c, newExtreme[float32], newExtreme[float64])
}

func newExtreme[T kernel.Float](c ExtremeConfig) (Op, error) {
	pick := kernel.Maximum[T]
	if c.Smallest {
		pick = kernel.Minimum[T]
	}
	return fuse(linear[T](c.Layer, "extreme", repeat(c.Shape, 2), c.Shape, each(2),
		func(y []T, in [][]T) { pick(y, in[0], in[1]) },
		func(dx, dy []T, in [][]T, i int) {
			if c.Smallest { // the smaller one is where the other is larger
				kernel.MaximumGrad(dx, dy, in[1-i], in[i])
			} else {
				kernel.MaximumGrad(dx, dy, in[i], in[1-i])
			}
		},
	)), nil
}

// ConcatenateConfig describes arrays one behind the other along an axis.
type ConcatenateConfig struct {
	Layer string
	Parts []tensor.Shape
	Axis  int
	// Ones tells the parts that are ones and so no inputs; nil for none.
	Ones []bool
}

// Concatenate makes the operation whose inputs are the parts.
func Concatenate(dt tensor.Dtype, c ConcatenateConfig) (Op, error) {
	return dispatch(dt, c, newConcatenate[float32], newConcatenate[float64])
}

func newConcatenate[T kernel.Float](c ConcatenateConfig) (Op, error) {
	var in []tensor.Shape
	var which []int // part of each input
	shape := c.Parts[0].Clone()
	shape[c.Axis] = 0
	sizes, offsets, row := make([]int, len(c.Parts)), make([]int, len(c.Parts)), 0
	for i, p := range c.Parts {
		shape[c.Axis] += p[c.Axis]
		sizes[i], offsets[i] = p[c.Axis:].TotalSize(), row
		row += sizes[i]
		if c.Ones == nil || !c.Ones[i] {
			in, which = append(in, p), append(which, i)
		}
	}
	parts := make([][]T, len(c.Parts))
	return fuse(linear[T](c.Layer, "concatenation", in, shape, each(len(in)),
		func(y []T, values [][]T) {
			for i, x := range values {
				parts[which[i]] = x
			}
			kernel.Concatenate(y, parts, sizes)
		},
		func(dx, dy []T, _ [][]T, i int) { kernel.Piece(dx, dy, offsets[which[i]], sizes[which[i]], row) },
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
	wrt := append([]bool{false}, each(c.Terms)...)
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
