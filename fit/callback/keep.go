package callback

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// Keep implements [Keeper].
func (e *EarlyStopping) Keep() ([]npy.Array, error) {
	state := []npy.Array{
		keepInt("wait", e.wait), keepInt("stopped_epoch", e.StoppedEpoch), keepFloat("best", e.Best), keepInt("best_epoch", e.BestEpoch),
	}
	for i, w := range e.bestWeights {
		state = append(state, npy.Array{Name: fmt.Sprint("best_weights/", i), Value: w})
	}
	return state, nil
}

// Resume implements [Keeper].
func (e *EarlyStopping) Resume(r Run, state []npy.Array) error {
	k := kept{rest: state}
	wait, stopped, best, bestEpoch := k.int("wait"), k.int("stopped_epoch"), k.float("best"), k.int("best_epoch")
	e.bestWeights = nil
	for i := 0; len(k.rest) > 0 && k.err == nil; i++ {
		e.bestWeights = append(e.bestWeights, k.next(fmt.Sprint("best_weights/", i)))
	}
	e.wait, e.StoppedEpoch, e.Best, e.BestEpoch = wait, stopped, best, bestEpoch
	if err := k.end(); err != nil || e.bestWeights == nil {
		return err
	}
	alike := func(a, b *tensor.Dense) bool { return a.Dtype() == b.Dtype() && slices.Equal(a.Shape(), b.Shape()) }
	if !slices.EqualFunc(e.bestWeights, r.Weights(), alike) {
		return errors.New("the best weights are those of another model")
	}
	return nil
}

// Keep implements [Keeper].
func (c *ReduceLROnPlateau) Keep() ([]npy.Array, error) {
	return []npy.Array{keepFloat("best", c.best), keepInt("wait", c.wait), keepInt("cooling", c.cooling)}, nil
}

// Resume implements [Keeper].
func (c *ReduceLROnPlateau) Resume(_ Run, state []npy.Array) error {
	k := kept{rest: state}
	c.best, c.wait, c.cooling = k.float("best"), k.int("wait"), k.int("cooling")
	return k.end()
}

// Keep implements [Keeper].
func (c *ModelCheckpoint) Keep() ([]npy.Array, error) {
	return []npy.Array{keepFloat("best", c.Best), keepInt("batches", c.batches)}, nil
}

// Resume implements [Keeper].
func (c *ModelCheckpoint) Resume(_ Run, state []npy.Array) error {
	k := kept{rest: state}
	c.Best, c.batches = k.float("best"), k.int("batches")
	return k.end()
}

// Keep implements [Keeper]: the file so far is the state.
func (c *CSVLogger) Keep() ([]npy.Array, error) {
	text, err := os.ReadFile(c.Path)
	if err != nil {
		return nil, fmt.Errorf("callback: csv logger: %w", err)
	}
	return []npy.Array{keepText("file", string(text))}, nil
}

// Resume implements [Keeper]. The file gets back the rows that it had.
func (c *CSVLogger) Resume(_ Run, state []npy.Array) error {
	k := kept{rest: state}
	text := k.text("file")
	if err := k.end(); err != nil {
		return err
	}
	if err := os.WriteFile(c.Path, []byte(text), 0o666); err != nil {
		return fmt.Errorf("callback: csv logger: %w", err)
	}
	return c.readHeader()
}

// Keep implements [Keeper].
func (c *TensorBoard) Keep() ([]npy.Array, error) {
	// What was written so far must be there when the fit goes on from here.
	return []npy.Array{keepInt("batches", c.batches), keepInt("steps", c.steps)}, c.flush()
}

// Resume implements [Keeper]. Values go to new files beside those of the
// interrupted fit; TensorBoard shows them as one run.
func (c *TensorBoard) Resume(_ Run, state []npy.Array) error {
	k := kept{rest: state}
	c.batches, c.steps = k.int("batches"), k.int("steps")
	return k.end()
}

// Keep implements [Keeper].
func (c *SwapEMAWeights) Keep() ([]npy.Array, error) {
	swapped := 0
	if c.swapped {
		swapped = 1
	}
	return []npy.Array{keepInt("swapped", swapped)}, nil
}

// Resume implements [Keeper].
func (c *SwapEMAWeights) Resume(r Run, state []npy.Array) error {
	k := kept{rest: state}
	swapped := k.int("swapped") == 1
	if err := k.end(); err != nil || !swapped {
		return err
	}
	// Model and optimizer hold each other's numbers, but the optimizer does not
	// know it: change them back, let it forget, and swap again.
	if err := r.SwapAverages(); err != nil {
		return err
	}
	if err := forget(r.Optimizer()); err != nil {
		return err
	}
	c.swapped = true
	return r.SwapAverages()
}

// Keep implements [Keeper].
func (c *BackupAndRestore) Keep() ([]npy.Array, error) {
	return []npy.Array{keepInt("batches", c.batches)}, nil
}

// Resume implements [Keeper].
func (c *BackupAndRestore) Resume(_ Run, state []npy.Array) error {
	k := kept{rest: state}
	c.batches = k.int("batches")
	return k.end()
}

var (
	_ = []Keeper{
		(*EarlyStopping)(nil), (*ReduceLROnPlateau)(nil), (*ModelCheckpoint)(nil), (*CSVLogger)(nil),
		(*TensorBoard)(nil), (*SwapEMAWeights)(nil), (*BackupAndRestore)(nil),
	}
	_ Rescuer = TerminateOnNaN{}
	_         = []Interrupter{(*TensorBoard)(nil), (*Progress)(nil), (*BackupAndRestore)(nil)}
)
