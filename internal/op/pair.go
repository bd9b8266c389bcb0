package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// PairConfig describes how two arrays become one.
type PairConfig struct {
	Layer string
	A, B  tensor.Shape // equal but, for kernel.PairConcat, along the last axis
	Kind  kernel.Pair
}

// Pair makes the operation with inputs a and b.
func Pair(dt tensor.Dtype, c PairConfig) (Op, error) {
	return dispatch(dt, c, newPair[float32], newPair[float64])
}

func newPair[T kernel.Float](c PairConfig) (Op, error) {
	n, m := c.A[len(c.A)-1], c.B[len(c.B)-1]
	y := c.A.Clone()
	if c.Kind == kernel.PairConcat {
		y[len(y)-1] = n + m
	}
	return fuse(linear[T](c.Layer, "pair", []tensor.Shape{c.A, c.B}, y, []bool{true, true},
		func(y []T, in [][]T) { kernel.MergePair(c.Kind, y, in[0], in[1], n, m) },
		func(d, dy []T, in [][]T, i int) {
			kernel.MergePairGrad(c.Kind, d, dy, in[1-i], n, m, i == 1)
		},
	)), nil
}
