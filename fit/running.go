package fit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

// running is a fit under way, as its callbacks see it too.
type running struct {
	trainer *Trainer
	plan    callback.Plan
	calls   []Callback
	src     *source
	history *History
	logs    *Logs // of the last epoch
	stopped bool
	begun   bool // TrainBegin is over

	record  bool                            // keep what the metrics of an epoch see
	resting []func(state []npy.Array) error // wait for the state
	saved   saved                           // to go on from
}

func newRunning(t *Trainer, o Options, plan callback.Plan) (*running, error) {
	r := &running{trainer: t, plan: plan, calls: append([]Callback{}, o.Callbacks...)}
	for i, c := range r.calls {
		if c == nil {
			return nil, fmt.Errorf("fit: callback %d is nil", i)
		}
	}
	if p := o.progress(); p != nil {
		r.calls = append(r.calls, p)
	}
	return r, nil
}

// finish tells callbacks of a fit that ended with err, nil for success. It
// returns err with their own.
func (r *running) finish(err error) error {
	if err == nil {
		return nil
	}
	for _, c := range r.calls {
		if i, ok := c.(callback.Interrupter); ok {
			if own := i.Interrupt(); own != nil {
				err = errors.Join(err, fmt.Errorf("fit: callback %T: %w", c, own))
			}
		}
	}
	return err
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

// train runs the batches of an epoch, or those that are left of it. It returns
// the seconds that they took.
func (r *running) train(ctx context.Context, epoch int) (seconds float64, err error) {
	t := r.trainer
	start := time.Now()
	t.metrics.reset()
	if err := r.each(func(c Callback) error { return c.EpochBegin(r, epoch) }); err != nil {
		return 0, err
	}
	if r.saved != nil {
		// EpochBegin has been called already in the fit that was interrupted:
		// what it does now gives way to what it did then.
		before, err := r.restore()
		if err != nil {
			return 0, err
		}
		start = start.Add(-time.Duration(before * float64(time.Second)))
		if r.stopped {
			return time.Since(start).Seconds(), nil
		}
	}
	t.metrics.keepRecord(r.record)
	defer t.metrics.keepRecord(false)
	var logs Logs
	report := func(l *Logs) { t.metrics.report(l, "") }
	err = r.src.epoch(ctx, func(i int, f feed) error {
		for _, c := range r.calls { // not each: nothing may allocate here
			if err := c.BatchBegin(r, i); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
		if err := t.trainStep(f); err != nil {
			if err := r.rescue(at(err, epoch, i), f.n); err != nil {
				return err
			}
		}
		logs.Defer(report)
		for _, c := range r.calls {
			if err := c.BatchEnd(r, i, &logs); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
		if err := r.rest(position{epoch: epoch, batches: i + 1, began: start}); err != nil {
			return err
		}
		if r.stopped {
			return errEpochOver
		}
		return nil
	})
	switch {
	case errors.Is(err, errEpochOver):
		err = nil
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		err = fmt.Errorf("fit: stopped in epoch %d: %w", epoch, err)
	}
	return time.Since(start).Seconds(), err
}

// rescue asks callbacks what becomes of a batch of n rows that ended with err.
// Where they say nothing against it, a loss that is not finite counts as it is.
func (r *running) rescue(err error, n int) error {
	var diverged *DivergedError
	if !errors.As(err, &diverged) {
		return err
	}
	asked := false
	for _, c := range r.calls {
		if s, ok := c.(callback.Rescuer); ok {
			asked = true
			if err := s.NotFinite(r, diverged.Batch, diverged.Loss); err != nil {
				return fmt.Errorf("fit: callback %T: %w", c, err)
			}
		}
	}
	if !asked {
		return err
	}
	r.trainer.metrics.add(n, diverged.Loss)
	return nil
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

func (r *running) Plan() callback.Plan          { return r.plan }
func (r *running) Model() *model.Model          { return r.trainer.model }
func (r *running) Optimizer() optimizer.Stepper { return r.trainer.stepper }
func (r *running) Stop()                        { r.stopped = true }
func (r *running) Logger() *slog.Logger         { return r.trainer.log }

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
