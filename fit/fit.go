package fit

import (
	"context"
	"errors"
	"fmt"
	"time"

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
// with the error; the weights stay as the last batch left them.
func (t *Trainer) Fit(ctx context.Context, x, y tensor.Tensor, o Options) (*History, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	train, validation, err := t.prepare(x, y, &o)
	if err != nil {
		return nil, err
	}
	if t.loss.Reduces() == loss.None {
		return nil, fmt.Errorf("fit: %s has reduction none, which gives no number to minimise: use sum_over_batch_size or sum", t.loss.Name())
	}
	return t.run(ctx, train, validation, o)
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

	r := &running{trainer: t, plan: callback.Plan{
		InitialEpoch: o.InitialEpoch, Epochs: o.Epochs, Steps: batches(train.Len(), o.BatchSize, o.StepsPerEpoch), Validates: validation != nil,
	}}
	history = &History{Values: map[string][]float64{}, Params: Params{Epochs: o.Epochs, Steps: r.plan.Steps, BatchSize: o.BatchSize}}
	calls := append([]Callback{}, o.Callbacks...)
	for i, c := range calls {
		if c == nil {
			return nil, fmt.Errorf("fit: callback %d is nil", i)
		}
	}
	if p := o.progress(); p != nil {
		calls = append(calls, p)
		defer func() {
			if err != nil {
				p.Interrupt()
			}
		}()
	}
	each := func(hook func(Callback) error) error {
		for _, c := range calls {
			if err := hook(c); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
		return nil
	}
	// The hash keeps the order of the rows clear of the streams that the same
	// seed gave the initial weights.
	src := &source{ds: train, steps: o.StepsPerEpoch, log: t.log, order: data.Order{
		BatchSize: o.BatchSize, Shuffle: o.Shuffle, Seed: kernel.Hash64(t.state.Seed), Pass: uint64(o.InitialEpoch),
	}}
	defer src.close()

	if err := each(func(c Callback) error { return c.TrainBegin(r) }); err != nil {
		return history, err
	}
	var logs, running Logs
	report := func(l *Logs) { t.metrics.report(l, "") }
	for epoch := o.InitialEpoch; epoch < o.Epochs && !r.stopped; epoch++ {
		t.metrics.reset()
		logs.Clear()
		if err := each(func(c Callback) error { return c.EpochBegin(r, epoch) }); err != nil {
			return history, err
		}
		start := time.Now()
		err = src.epoch(ctx, func(i int, f feed) error {
			for _, c := range calls {
				if err := c.BatchBegin(r, i); err != nil {
					return fmt.Errorf("fit: callback %T: %w", c, err)
				}
			}
			if err := t.trainStep(f); err != nil {
				return at(err, epoch, i)
			}
			running.Defer(report)
			for _, c := range calls {
				if err := c.BatchEnd(r, i, &running); err != nil {
					return fmt.Errorf("fit: callback %T: %w", c, err)
				}
			}
			if r.stopped {
				return errEpochOver
			}
			return nil
		})
		if errors.Is(err, errEpochOver) {
			err = nil
		}
		if err != nil {
			if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				err = fmt.Errorf("fit: stopped in epoch %d: %w", epoch, err)
			}
			return history, err
		}
		seconds := time.Since(start).Seconds()
		t.metrics.report(&logs, "")
		if validation != nil && o.validates(epoch) {
			if err := t.validate(ctx, r, validation, o, each, &logs); err != nil {
				return history, err
			}
		}
		// The record is taken after the callbacks, which may add values, and
		// before the progress bar prints them.
		if err := each(func(c Callback) error { return c.EpochEnd(r, epoch, &logs) }); err != nil {
			return history, err
		}
		history.record(epoch, seconds, &logs)
	}
	return history, each(func(c Callback) error { return c.TrainEnd(r, &logs) })
}

// errEpochOver ends an epoch early, at a callback's wish.
var errEpochOver = errors.New("epoch over")

// validate evaluates the model in the midst of a fit and adds "val_" values.
func (t *Trainer) validate(ctx context.Context, r *running, ds data.Dataset, o Options, each func(func(Callback) error) error, logs *Logs) error {
	if err := each(func(c Callback) error { return c.ValidationBegin(r) }); err != nil {
		return err
	}
	if err := t.evaluate(ctx, ds, o.ValidationBatchSize, o.ValidationSteps); err != nil {
		return err
	}
	t.metrics.report(logs, "val_")
	var own Logs
	t.metrics.report(&own, "")
	return each(func(c Callback) error { return c.ValidationEnd(r, &own) })
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

// at adds the place to an error of a batch.
func at(err error, epoch, batch int) error {
	if err == nil {
		return nil
	}
	var diverged *DivergedError
	if errors.As(err, &diverged) {
		diverged.Epoch, diverged.Batch = epoch, batch
		return err
	}
	return fmt.Errorf("%w (epoch %d, batch %d)", err, epoch, batch)
}
