package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// StoreConfig describes the copy of an array into memory that outlasts a run.
type StoreConfig struct {
	Layer  string
	Memory *tensor.Dense
}

// Store makes the operation with one input, of Memory's shape, whose output is
// Memory. It has no gradient.
func Store(dt tensor.Dtype, c StoreConfig) (Op, error) {
	return dispatch(dt, c, newStore[float32], newStore[float64])
}

func newStore[T kernel.Float](c StoreConfig) (Op, error) {
	memory, err := Slice[T](c.Memory)
	if err != nil {
		return nil, err
	}
	return fuse(spec[T]{
		kind: "state", layer: c.Layer, in: []tensor.Shape{c.Memory.Shape()}, shape: c.Memory.Shape(), out: memory,
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() { return func() { copy(y, in[0]) } }
		},
	}), nil
}
