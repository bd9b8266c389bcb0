package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// MaskConfig describes where numbers differ from a value that stands for a
// missing one.
type MaskConfig struct {
	Layer string
	X     tensor.Shape
	Last  bool // look at rows along the last axis, not at single numbers
	Value float64
}

// Mask makes the operation with input x whose output is 1 where x is not
// Value, or where any element of a row of x is not, and 0 elsewhere. It has no
// gradient.
func Mask(dt tensor.Dtype, c MaskConfig) (Op, error) {
	return dispatch(dt, c, newMask[float32], newMask[float64])
}

func newMask[T kernel.Float](c MaskConfig) (Op, error) {
	shape := c.X.Clone()
	if c.Last {
		shape = shape[:len(shape)-1]
	}
	return fuse(spec[T]{
		kind: "mask", layer: c.Layer, in: []tensor.Shape{c.X}, shape: shape,
		bind: func(mask []T) func([][]T) func() {
			return func(in [][]T) func() { return func() { kernel.Differs(mask, in[0], T(c.Value)) } }
		},
	}), nil
}

// MultiplyRowsConfig describes the product of rows, each with a number.
type MultiplyRowsConfig struct {
	Layer   string
	X       tensor.Shape
	Factors tensor.Shape // the leading axes of X
}

// MultiplyRows makes the operation with inputs x and factors, which have no
// gradient: x times the factors along the leading axes. Where a factor is 0 so
// are output and gradient, whatever x holds.
func MultiplyRows(dt tensor.Dtype, c MultiplyRowsConfig) (Op, error) {
	return dispatch(dt, c, newMultiplyRows[float32], newMultiplyRows[float64])
}

func newMultiplyRows[T kernel.Float](c MultiplyRowsConfig) (Op, error) {
	return fuse(linear[T](c.Layer, "multiplication of rows", []tensor.Shape{c.X, c.Factors}, c.X, []bool{true, false},
		func(y []T, in [][]T) { kernel.MultiplyRows(y, in[0], in[1]) },
		func(dx, dy []T, in [][]T, _ int) { kernel.MultiplyRows(dx, dy, in[1]) },
	)), nil
}

// MaskedMeanConfig describes the mean of the timesteps that count.
type MaskedMeanConfig struct {
	Layer string
	X     tensor.Shape // (n, T, d)
	Y     tensor.Shape // (n, d), or another shape of that size
}

// MaskedMean makes the operation with inputs x and a mask (n, T), which has no
// gradient.
func MaskedMean(dt tensor.Dtype, c MaskedMeanConfig) (Op, error) {
	return dispatch(dt, c, newMaskedMean[float32], newMaskedMean[float64])
}

func newMaskedMean[T kernel.Float](c MaskedMeanConfig) (Op, error) {
	return fuse(linear[T](c.Layer, "masked mean", []tensor.Shape{c.X, c.X[:2]}, c.Y, []bool{true, false},
		func(y []T, in [][]T) { kernel.MaskedMean(y, in[0], in[1], c.X[0]) },
		func(dx, dy []T, in [][]T, _ int) { kernel.MaskedMeanGrad(dx, dy, in[1], c.X[0]) },
	)), nil
}

// SelectConfig describes rows of one array or of another.
type SelectConfig struct {
	Layer string
	X     tensor.Shape
	Mask  tensor.Shape // the leading axes of X
	Fill  float64
	Other bool // rows come from another array, not from Fill
}

// Select makes the operation with inputs x, with Other another array of x's
// shape, and mask, which has no gradient. Its output is x where the mask is not
// 0, and the other array, or Fill, where it is.
func Select(dt tensor.Dtype, c SelectConfig) (Op, error) {
	return dispatch(dt, c, newSelect[float32], newSelect[float64])
}

func newSelect[T kernel.Float](c SelectConfig) (Op, error) {
	in, wrt := []tensor.Shape{c.X, c.Mask}, []bool{true, false}
	if c.Other {
		in, wrt = []tensor.Shape{c.X, c.X, c.Mask}, []bool{true, true, false}
	}
	var zeros []T
	if c.Other {
		zeros = make([]T, c.X.TotalSize())
	}
	return fuse(linear[T](c.Layer, "selection of rows", in, c.X, wrt,
		func(y []T, in [][]T) {
			var other []T
			if c.Other {
				other = in[1]
			}
			kernel.SelectRows(y, in[0], other, in[len(in)-1], T(c.Fill))
		},
		func(dx, dy []T, in [][]T, i int) {
			mask := in[len(in)-1]
			if i == 0 {
				kernel.SelectRows(dx, dy, nil, mask, 0)
			} else {
				kernel.SelectRows(dx, zeros, dy, mask, 0)
			}
		},
	)), nil
}

// AnyConfig describes the union of masks.
type AnyConfig struct {
	Layer string
	Shape tensor.Shape
	Masks int
}

// Any makes the operation whose inputs are so many masks of one shape and
// whose output is 1 where any of them is. It has no gradient.
func Any(dt tensor.Dtype, c AnyConfig) (Op, error) {
	return dispatch(dt, c, newAny[float32], newAny[float64])
}

func newAny[T kernel.Float](c AnyConfig) (Op, error) {
	return fuse(spec[T]{
		kind: "union of masks", layer: c.Layer, in: repeat(c.Shape, c.Masks), shape: c.Shape,
		bind: func(union []T) func([][]T) func() {
			return func(in [][]T) func() { return func() { kernel.Union(union, in) } }
		},
	}), nil
}

func repeat(shape tensor.Shape, n int) []tensor.Shape {
	all := make([]tensor.Shape, n)
	for i := range all {
		all[i] = shape
	}
	return all
}
