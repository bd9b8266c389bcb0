package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// StepDropoutConfig describes dropout of sequences in training, which drops the
// same features at every step.
type StepDropoutConfig struct {
	Layer  string
	X      tensor.Shape // (n, T, ...)
	Rate   float64
	Stream uint64 // tells the random operations of a model apart
	Row    int    // of the batch, the first one of x
	State  *State
}

// StepDropout makes the operation with input x and an output of x's shape. What
// is dropped follows from Seed, Stream, Step and the place in the batch.
func StepDropout(dt tensor.Dtype, c StepDropoutConfig) (Op, error) {
	return dispatch(dt, c, newStepDropout[float32], newStepDropout[float64])
}

func newStepDropout[T kernel.Float](c StepDropoutConfig) (Op, error) {
	rows, steps := c.X[0], c.X[1]
	mask := make([]T, c.X.TotalSize()/steps)
	offset := uint64(c.Row * (len(mask) / rows))
	return fuse(pointwise(c.Layer, "dropout", c.X, c.X,
		func(y, x []T) {
			key := kernel.Hash64(kernel.Hash64(c.State.Seed^kernel.Hash64(c.Stream)) ^ c.State.Step)
			kernel.DropoutMask(mask, key, offset, c.Rate)
			kernel.MultiplySteps(y, x, mask, rows, steps)
		},
		func(dx, dy, _, _ []T) { kernel.MultiplySteps(dx, dy, mask, rows, steps) },
	)), nil
}

// StackConfig describes timesteps that become sequences.
type StackConfig struct {
	Layer string
	X     tensor.Shape // (n, ...), of one step
	Steps int
}

// Stack makes the operation whose inputs are so many timesteps and whose output
// (n, T, ...) is the sequences of them.
func Stack(dt tensor.Dtype, c StackConfig) (Op, error) {
	return dispatch(dt, c, newStack[float32], newStack[float64])
}

func newStack[T kernel.Float](c StackConfig) (Op, error) {
	rows := c.X[0]
	n := c.X.TotalSize() / rows
	y := append(tensor.Shape{rows, c.Steps}, c.X[1:]...)
	wrt := make([]bool, c.Steps)
	for i := range wrt {
		wrt[i] = true
	}
	return fuse(linear[T](c.Layer, "stack", repeat(c.X, c.Steps), y, wrt,
		func(y []T, in [][]T) {
			for t, x := range in {
				for i := range rows {
					copy(y[(i*c.Steps+t)*n:][:n], x[i*n:])
				}
			}
		},
		func(dx, dy []T, _ [][]T, t int) {
			for i := range rows {
				copy(dx[i*n:][:n], dy[(i*c.Steps+t)*n:])
			}
		},
	)), nil
}
