package fit

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// Fit trains the model on x (n, ...) and y for some epochs and returns what it
// recorded. Any numeric element type will do.
//
// Everything is checked before the first batch. When a fit is stopped, by ctx
// between two batches, by a callback's error or by a loss that is not finite
// ([DivergedError]), it returns the history of the completed epochs together
// with the error; the weights stay as the last batch left them. Where the
// optimizer keeps moving averages of the weights, the model takes them at the
// end of a fit, however it ends.
func (t *Trainer) Fit(ctx context.Context, x, y tensor.Tensor, o Options) (*History, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.one(x, y)
	if err != nil {
		return nil, err
	}
	return t.fit(ctx, a, o)
}

// fit trains on checked arrays.
func (t *Trainer) fit(ctx context.Context, a *arrays, o Options) (*History, error) {
	train, validation, err := t.prepare(ctx, a, &o)
	if err != nil {
		return nil, err
	}
	if err := t.canTrain(); err != nil {
		return nil, err
	}
	return t.run(ctx, train, validation, o)
}

// canTrain refuses models without weights to train, and losses that give no
// number to minimise.
func (t *Trainer) canTrain() error {
	if len(t.trained) == 0 {
		return errNothingToTrain
	}
	for _, o := range t.outputs {
		if o.loss != nil && o.loss.Reduces() == loss.None {
			return fmt.Errorf("fit: %s has reduction none, which gives no number to minimise: use sum_over_batch_size or sum", o.loss.Name())
		}
	}
	return nil
}

// run is the loop over epochs.
func (t *Trainer) run(ctx context.Context, train, validation data.Dataset, o Options) (history *History, err error) {
	t.fitting, t.profiled = true, o.Profile != nil
	defer func() {
		t.fitting, t.profiled = false, false
		if o.Profile != nil {
			o.Profile.collect(t.plans.recent)
		}
	}()
	for _, ds := range []data.Dataset{train, validation} {
		if err := t.fills(ds); err != nil {
			return nil, err
		}
	}
	if t.model.BatchSize() > 0 && o.Shuffle != data.ShuffleOff {
		t.log.Warn("rows are shuffled, so the states that layers keep between batches are those of other rows")
	}
	steps := batches(train.Len(), o.BatchSize, o.StepsPerEpoch)
	history = &History{Values: map[string][]float64{}, Params: Params{Epochs: o.Epochs, Steps: steps, BatchSize: o.BatchSize}}
	r, err := newRunning(t, o, callback.Plan{
		InitialEpoch: o.InitialEpoch, Epochs: o.Epochs, Steps: steps, Validates: validation != nil,
	})
	if err != nil {
		return history, err
	}
	defer func() { err = r.finish(err) }()
	// The hash keeps the order of the rows clear of the streams that the same
	// seed gave the initial weights.
	src := &source{ds: train, steps: o.StepsPerEpoch, log: t.log, order: data.Order{
		BatchSize: o.BatchSize, Shuffle: o.Shuffle, Seed: kernel.Hash64(t.state.Seed), Pass: uint64(o.InitialEpoch),
	}}
	defer src.close()
	var logs Logs
	r.src, r.history, r.logs = src, history, &logs
	if err := r.each(func(c Callback) error { return c.TrainBegin(r) }); err != nil {
		return history, err
	}
	r.begun = true
	err = r.epochs(ctx, validation, o)
	t.stepper.Finalize()
	if err != nil {
		return history, err
	}
	return history, r.each(func(c Callback) error { return c.TrainEnd(r, &logs) })
}

// epochs trains and validates, and records what came of it.
func (r *running) epochs(ctx context.Context, validation data.Dataset, o Options) error {
	epoch, within, err := r.first(o)
	if err != nil {
		return err
	}
	logs := r.logs
	for ; epoch < o.Epochs && (!r.stopped || within); epoch++ {
		within = false
		logs.Clear()
		seconds, err := r.train(ctx, epoch)
		if err != nil {
			return err
		}
		r.trainer.metrics.report(logs, "")
		if validation != nil && o.validates(epoch) {
			if err := r.validate(ctx, validation, o, logs); err != nil {
				return err
			}
		}
		if err := r.each(func(c Callback) error { return c.EpochEnd(r, epoch, logs) }); err != nil {
			return err
		}
		r.history.record(epoch, seconds, logs) // with what callbacks added
		if err := r.rest(position{epoch: epoch + 1}); err != nil {
			return err
		}
	}
	return nil
}

// first returns the first epoch and whether the fit goes on within it.
func (r *running) first(o Options) (epoch int, within bool, err error) {
	if r.saved == nil {
		return o.InitialEpoch, false, nil
	}
	epoch, done, err := r.saved.place()
	if err == nil && (epoch > o.Epochs || epoch == o.Epochs && done > 0) {
		err = fmt.Errorf("fit: resume: the state is at epoch %d, batch %d, beyond the %d epochs of this fit", epoch, done, o.Epochs)
	}
	if err != nil || done > 0 {
		return epoch, true, err // train restores, once the epoch has begun
	}
	_, err = r.restore()
	return epoch, false, err
}

// batches returns the number of batches of an epoch, -1 if unknown.
func batches(rows, size, steps int) int {
	switch {
	case rows < 0 && steps == 0:
		return -1
	case rows < 0:
		return steps
	}
	n := (rows + size - 1) / size
	if steps > 0 {
		n = min(n, steps)
	}
	return n
}
