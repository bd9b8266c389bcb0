package fit

import (
	"context"
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
// with the error; the weights stay as the last batch left them. Where the
// optimizer keeps moving averages of the weights, the model takes them at the
// end of a fit, however it ends.
func (t *Trainer) Fit(ctx context.Context, x, y tensor.Tensor, o Options) (*History, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	train, validation, err := t.prepare(x, y, &o)
	if err != nil {
		return nil, err
	}
	if t.loss.Reduces() == loss.None {
		return nil, t.notTrainable()
	}
	return t.run(ctx, train, validation, o)
}

func (t *Trainer) notTrainable() error {
	return fmt.Errorf("fit: %s has reduction none, which gives no number to minimise: use sum_over_batch_size or sum", t.loss.Name())
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
	steps := batches(train.Len(), o.BatchSize, o.StepsPerEpoch)
	history = &History{Values: map[string][]float64{}, Params: Params{Epochs: o.Epochs, Steps: steps, BatchSize: o.BatchSize}}
	r, err := newRunning(t, o, callback.Plan{
		InitialEpoch: o.InitialEpoch, Epochs: o.Epochs, Steps: steps, Validates: validation != nil,
	})
	if err != nil {
		return history, err
	}
	defer func() { r.finish(err) }()
	// The hash keeps the order of the rows clear of the streams that the same
	// seed gave the initial weights.
	src := &source{ds: train, steps: o.StepsPerEpoch, log: t.log, order: data.Order{
		BatchSize: o.BatchSize, Shuffle: o.Shuffle, Seed: kernel.Hash64(t.state.Seed), Pass: uint64(o.InitialEpoch),
	}}
	defer src.close()

	if err := r.each(func(c Callback) error { return c.TrainBegin(r) }); err != nil {
		return history, err
	}
	var logs Logs
	err = r.epochs(ctx, src, validation, o, history, &logs)
	t.stepper.Finalize()
	if err != nil {
		return history, err
	}
	return history, r.each(func(c Callback) error { return c.TrainEnd(r, &logs) })
}

// epochs trains and validates, and records what came of it. logs are those of
// the last epoch.
func (r *running) epochs(ctx context.Context, src *source, validation data.Dataset, o Options, history *History, logs *Logs) error {
	for epoch := o.InitialEpoch; epoch < o.Epochs && !r.stopped; epoch++ {
		logs.Clear()
		start := time.Now()
		if err := r.train(ctx, src, epoch); err != nil {
			return err
		}
		seconds := time.Since(start).Seconds()
		r.trainer.metrics.report(logs, "")
		if validation != nil && o.validates(epoch) {
			if err := r.validate(ctx, validation, o, logs); err != nil {
				return err
			}
		}
		if err := r.each(func(c Callback) error { return c.EpochEnd(r, epoch, logs) }); err != nil {
			return err
		}
		history.record(epoch, seconds, logs) // with what callbacks added
	}
	return nil
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
