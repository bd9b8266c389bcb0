package fit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

// running is a fit under way, as its callbacks see it too.
type running struct {
	trainer  *Trainer
	plan     callback.Plan
	calls    []Callback
	progress *callback.Progress // the last of calls, or nil
	stopped  bool
}

func newRunning(t *Trainer, o Options, plan callback.Plan) (*running, error) {
	r := &running{trainer: t, plan: plan, calls: append([]Callback{}, o.Callbacks...), progress: o.progress()}
	for i, c := range r.calls {
		if c == nil {
			return nil, fmt.Errorf("fit: callback %d is nil", i)
		}
	}
	if r.progress != nil {
		r.calls = append(r.calls, r.progress)
	}
	return r, nil
}

// finish tidies up after a fit that ended with err, nil for success.
func (r *running) finish(err error) {
	if err != nil && r.progress != nil {
		r.progress.Interrupt()
	}
}

// each calls a hook of every callback, up to the first error.
func (r *running) each(hook func(Callback) error) error {
	for _, c := range r.calls {
		if err := hook(c); err != nil {
			return fmt.Errorf("fit: callback %T: %w", c, err)
		}
	}
	return nil
}

// errEpochOver ends an epoch early.
var errEpochOver = errors.New("epoch over")

// train runs the batches of an epoch.
func (r *running) train(ctx context.Context, src *source, epoch int) error {
	t := r.trainer
	t.metrics.reset()
	if err := r.each(func(c Callback) error { return c.EpochBegin(r, epoch) }); err != nil {
		return err
	}
	var logs Logs
	report := func(l *Logs) { t.metrics.report(l, "") }
	err := src.epoch(ctx, func(i int, f feed) error {
		for _, c := range r.calls { // not each: nothing may allocate here
			if err := c.BatchBegin(r, i); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
		if err := t.trainStep(f); err != nil {
			return at(err, epoch, i)
		}
		logs.Defer(report)
		for _, c := range r.calls {
			if err := c.BatchEnd(r, i, &logs); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
		if r.stopped {
			return errEpochOver
		}
		return nil
	})
	switch {
	case errors.Is(err, errEpochOver):
		return nil
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return fmt.Errorf("fit: stopped in epoch %d: %w", epoch, err)
	}
	return err
}

// validate evaluates the model and adds "val_" values.
func (r *running) validate(ctx context.Context, ds data.Dataset, o Options, logs *Logs) error {
	if err := r.each(func(c Callback) error { return c.ValidationBegin(r) }); err != nil {
		return err
	}
	if err := r.trainer.evaluate(ctx, ds, o.ValidationBatchSize, o.ValidationSteps); err != nil {
		return err
	}
	r.trainer.metrics.report(logs, "val_")
	var own Logs
	r.trainer.metrics.report(&own, "")
	return r.each(func(c Callback) error { return c.ValidationEnd(r, &own) })
}

// at adds the place to an error of a batch.
func at(err error, epoch, batch int) error {
	var diverged *DivergedError
	if errors.As(err, &diverged) {
		diverged.Epoch, diverged.Batch = epoch, batch
		return err
	}
	return fmt.Errorf("%w (epoch %d, batch %d)", err, epoch, batch)
}

func (r *running) Plan() callback.Plan  { return r.plan }
func (r *running) Stop()                { r.stopped = true }
func (r *running) Logger() *slog.Logger { return r.trainer.log }

func (r *running) LearningRate() float64 { return r.trainer.stepper.LearningRate() }

func (r *running) SetLearningRate(rate float64) error {
	return r.trainer.stepper.SetLearningRate(rate)
}

func (r *running) SwapAverages() error { return r.trainer.stepper.SwapAverages() }

func (r *running) Weights() []*tensor.Dense {
	var values []*tensor.Dense
	for _, w := range r.trainer.model.Weights() {
		values = append(values, w.Value)
	}
	return values
}

func (r *running) SetWeights(values []*tensor.Dense) error {
	return r.trainer.model.SetWeights(values)
}

func (r *running) Direction(key string) metric.Direction {
	return r.trainer.metrics.direction(strings.TrimPrefix(key, "val_"))
}
