package fit

import (
	"context"
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// EvaluateOptions are the arguments of Keras's evaluate. Class weights are not
// among them: they help training and must not change what is measured.
type EvaluateOptions struct {
	BatchSize    int           // 0 means 32; it does not change the result but through rounding
	SampleWeight tensor.Tensor // as in Options
	Steps        int           // only so many batches; 0 means all
}

// Evaluate returns the loss and the metrics on x and y in inference mode,
// under the keys "loss" and the metrics' names.
func (t *Trainer) Evaluate(ctx context.Context, x, y tensor.Tensor, o EvaluateOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.one(x, y)
	if err != nil {
		return nil, err
	}
	ds, err := t.evaluation(a, o.SampleWeight)
	if err != nil {
		return nil, err
	}
	return t.evaluated(ctx, ds, o)
}

// evaluated returns what a pass over a checked data set gives.
func (t *Trainer) evaluated(ctx context.Context, ds data.Dataset, o EvaluateOptions) (*Logs, error) {
	if o.Steps < 0 {
		return nil, fmt.Errorf("fit: the number of steps is %d, expected 1 or more (0 for all)", o.Steps)
	}
	size, err := t.batchSize(o.BatchSize)
	if err != nil {
		return nil, err
	}
	if err := t.fills(ds); err != nil {
		return nil, err
	}
	if err := t.evaluate(ctx, ds, size, o.Steps); err != nil {
		return nil, err
	}
	logs := &Logs{}
	t.metrics.report(logs, "")
	return logs, nil
}

// evaluate counts the batches of one pass in the metrics.
func (t *Trainer) evaluate(ctx context.Context, ds data.Dataset, size, steps int) error {
	t.metrics.reset()
	src := &source{ds: ds, log: t.log, order: data.Order{BatchSize: size, Shuffle: data.ShuffleOff}}
	defer src.close()
	err := src.epoch(ctx, func(i int, f feed) error {
		if err := t.testStep(f); err != nil {
			return err
		}
		if i+1 == steps {
			return errEpochOver
		}
		return nil
	})
	switch {
	case errors.Is(err, errEpochOver):
		return nil
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return fmt.Errorf("fit: evaluation stopped: %w", err)
	}
	return err
}

// BatchOptions are the weights of one batch.
type BatchOptions struct {
	ClassWeight  balance.ClassWeight            // training only
	ClassWeights map[string]balance.ClassWeight // of outputs by name; training only
	SampleWeight tensor.Tensor
	Conflict     balance.Conflict
	Strict       bool
}

// TrainOnBatch takes one step on all rows of x and y together and returns the
// loss and the metrics of that batch, made before the weights moved.
func (t *Trainer) TrainOnBatch(x, y tensor.Tensor, o BatchOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.one(x, y)
	if err != nil {
		return nil, err
	}
	return t.onBatch(a, o, t.trainStep)
}

// TestOnBatch returns the loss and the metrics of all rows of x and y together
// in inference mode. It is an error to give class weights.
func (t *Trainer) TestOnBatch(x, y tensor.Tensor, o BatchOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if o.ClassWeight != nil || o.ClassWeights != nil {
		return nil, errNoClassWeights
	}
	a, err := t.one(x, y)
	if err != nil {
		return nil, err
	}
	return t.onBatch(a, o, t.testStep)
}

func (t *Trainer) onBatch(a *arrays, o BatchOptions, step func(feed) error) (*Logs, error) {
	if err := t.spread(a, o.SampleWeight); err != nil {
		return nil, err
	}
	class, err := t.classWeights(o.ClassWeight, o.ClassWeights)
	if err != nil {
		return nil, err
	}
	ds, err := t.weigh(a, class, balance.Request{Conflict: o.Conflict, Strict: o.Strict})
	if err != nil {
		return nil, err
	}
	t.metrics.reset()
	b := data.Batch{More: ds.Further()}
	b.X, b.Y, b.W = ds.Arrays()
	if err := step(feedOf(b)); err != nil {
		return nil, err
	}
	logs := &Logs{}
	t.metrics.report(logs, "")
	return logs, nil
}
