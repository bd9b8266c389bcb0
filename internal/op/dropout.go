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

// key is that of a stream in the present step.
func (s *State) key(stream uint64) uint64 {
	return kernel.Hash64(kernel.Hash64(s.Seed^kernel.Hash64(stream)) ^ s.Step)
}

// DropoutConfig describes dropout in training: an element is kept with
// probability 1-Rate and then divided by it.
type DropoutConfig struct {
	Layer string
	X     tensor.Shape
	// Decisions is the shape of what is decided, repeated along the axes where
	// it has 1; nil for X.
	Decisions tensor.Shape
	Rate      float64
	Stream    uint64 // tells the dropout layers of a model apart
	Offset    uint64 // of the first decision, where x is a part of a batch
	State     *State
}

// Dropout makes the operation with input x and an output of x's shape. What is
// dropped follows from Seed, Stream, Step and the decision's index.
func Dropout(dt tensor.Dtype, c DropoutConfig) (Op, error) {
	return dispatch(dt, c, newDropout[float32], newDropout[float64])
}

func newDropout[T kernel.Float](c DropoutConfig) (Op, error) {
	mask, draw := dropoutMask[T](c)
	s := pointwise(c.Layer, "dropout", c.X, c.X,
		func(y, x []T) {
			draw()
			kernel.Multiply(y, x, mask)
		},
		func(dx, dy, _, _ []T) { kernel.Multiply(dx, dy, mask) },
	)
	return fuse(s), nil
}

// dropoutMask returns memory for the factors of x and a function that draws
// them.
func dropoutMask[T kernel.Float](c DropoutConfig) (mask []T, draw func()) {
	mask = make([]T, c.X.TotalSize())
	if c.Decisions == nil || c.Decisions.Eq(c.X) {
		return mask, func() { kernel.DropoutMask(mask, c.State.key(c.Stream), c.Offset, c.Rate) }
	}
	decisions := make([]T, c.Decisions.TotalSize())
	return mask, func() {
		kernel.DropoutMask(decisions, c.State.key(c.Stream), c.Offset, c.Rate)
		kernel.Broadcast(mask, decisions, c.X, c.Decisions)
	}
}
