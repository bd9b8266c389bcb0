package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// State is what changes from one training step to the next without being an
// array: the operations of a plan read it, the engine writes it between runs.
type State struct {
	Seed uint64 // of the run
	Step uint64 // counts training steps from 0
}

// DropoutConfig describes dropout in training: an element is kept with
// probability 1-Rate and then divided by it.
type DropoutConfig struct {
	Layer  string
	X      tensor.Shape
	Rate   float64
	Stream uint64 // tells the dropout layers of a model apart
	Offset uint64 // of the first element, where x is a part of a batch
	State  *State
}

// Dropout makes the operation with input x and an output of x's shape. Which
// elements are dropped follows from Seed, Stream, Step and the element's index.
func Dropout(dt tensor.Dtype, c DropoutConfig) (Op, error) {
	return dispatch(dt, c, newDropout[float32], newDropout[float64])
}

func newDropout[T kernel.Float](c DropoutConfig) (Op, error) {
	mask := make([]T, c.X.TotalSize())
	s := pointwise(c.Layer, "dropout", c.X, c.X,
		func(y, x []T) {
			key := kernel.Hash64(kernel.Hash64(c.State.Seed^kernel.Hash64(c.Stream)) ^ c.State.Step)
			kernel.DropoutMask(mask, key, c.Offset, c.Rate)
			kernel.Multiply(y, x, mask)
		},
		func(dx, dy, _, _ []T) { kernel.Multiply(dx, dy, mask) },
	)
	return fuse(s), nil
}
