package callback

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/optimizer"
	"gorgonia.org/tensor"
)

// SwapEMAWeights puts the moving averages of the weights, which an optimizer
// keeps with UseEMA, in the weights' place for each validation, and changes
// them back afterwards. It stands first in the list, so that the callbacks
// after it see the averages during validation.
//
// With SwapOnEpoch the averages stay in place from the end of an epoch to the
// beginning of the next, so that callbacks after it, such as [ModelCheckpoint],
// save them. The fit fails where the optimizer keeps no averages. A fit that
// ends with an error during validation leaves the averages in place.
type SwapEMAWeights struct {
	Base

	SwapOnEpoch bool

	swapped bool
}

// TrainBegin forgets the fit before.
func (c *SwapEMAWeights) TrainBegin(Run) error {
	c.swapped = false
	return nil
}

// ValidationBegin puts the averages in place.
func (c *SwapEMAWeights) ValidationBegin(r Run) error { return c.set(r, true) }

// ValidationEnd puts the weights back.
func (c *SwapEMAWeights) ValidationEnd(r Run, _ *Logs) error { return c.set(r, false) }

// EpochBegin puts the weights back.
func (c *SwapEMAWeights) EpochBegin(r Run, _ int) error { return c.set(r, false) }

// EpochEnd puts the averages in place if asked to.
func (c *SwapEMAWeights) EpochEnd(r Run, _ int, _ *Logs) error {
	if !c.SwapOnEpoch {
		return nil
	}
	return c.set(r, true)
}

// set swaps unless what is wanted is in place.
func (c *SwapEMAWeights) set(r Run, averages bool) error {
	if c.swapped == averages {
		return nil
	}
	if err := r.SwapAverages(); err != nil {
		return fmt.Errorf("callback: swap EMA weights: %w", err)
	}
	c.swapped = averages
	return nil
}

// forget gives an optimizer its own state, after which it takes the model's
// weights for weights.
func forget(o optimizer.Stepper) error {
	state, err := o.State()
	if err != nil {
		return err
	}
	values := make([]*tensor.Dense, len(state))
	for i, v := range state {
		values[i] = v.Value
	}
	return o.SetState(values)
}
