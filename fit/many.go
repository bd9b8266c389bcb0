package fit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// Arrays are the arrays of several inputs or outputs: a [List] or a [Named].
type Arrays interface {
	// pick returns one array for each name, nil for those that are missing.
	pick(what string, names []string) ([]tensor.Tensor, error)
}

// List has the arrays in the order of the model's inputs or outputs. A nil
// stands for a missing one.
type List []tensor.Tensor

// Named has the arrays by the names of the model's inputs or outputs.
type Named map[string]tensor.Tensor

// Many is data for a model of several inputs or outputs.
//
//	fit.Many{
//		X: fit.Named{"table": table, "words": words},
//		Y: fit.Named{"fraud": fraud, "kind": kind},
//	}
type Many struct {
	X Arrays
	Y Arrays // what a loss needs; an output without a loss has none
	// SampleWeight has weights for outputs, each as Options.SampleWeight; nil,
	// or without an array for an output, where all are 1.
	SampleWeight Arrays
}

func (l List) pick(what string, names []string) ([]tensor.Tensor, error) {
	if len(l) != len(names) {
		return nil, fmt.Errorf("fit: %s: %d arrays, expected one for each of %q", what, len(l), names)
	}
	return l, nil
}

func (n Named) pick(what string, names []string) ([]tensor.Tensor, error) {
	for _, key := range slices.Sorted(maps.Keys(n)) {
		if !slices.Contains(names, key) {
			return nil, fmt.Errorf("fit: %s: an array for %q, expected names among %q", what, key, names)
		}
	}
	all := make([]tensor.Tensor, len(names))
	for i, name := range names {
		all[i] = n[name]
	}
	return all, nil
}

// picked is pick for arrays that may be missing altogether.
func picked(a Arrays, what string, names []string) ([]tensor.Tensor, error) {
	if a == nil {
		return make([]tensor.Tensor, len(names)), nil
	}
	return a.pick(what, names)
}

// FitMany is [Trainer.Fit] for a model of several inputs or outputs. The keys
// of its history are Keras's: "loss", "<output>_loss" before it is weighed, and
// "<output>_<metric>". Options.SampleWeight serves all outputs;
// Options.ClassWeights has the class weights of outputs by name.
func (t *Trainer) FitMany(ctx context.Context, d Many, o Options) (*History, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.many(d)
	if err != nil {
		return nil, err
	}
	return t.fit(ctx, a, o)
}

// EvaluateMany is [Trainer.Evaluate] for a model of several inputs or outputs.
func (t *Trainer) EvaluateMany(ctx context.Context, d Many, o EvaluateOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.many(d)
	if err != nil {
		return nil, err
	}
	ds, err := t.evaluation(a, o.SampleWeight)
	if err != nil {
		return nil, err
	}
	return t.evaluated(ctx, ds, o)
}

// PredictMany is [Trainer.Predict] for a model of several inputs or outputs. It
// returns one array for each output.
func (t *Trainer) PredictMany(ctx context.Context, x Arrays, o PredictOptions) ([]*tensor.Dense, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	xs, err := t.manyInputs(x)
	if err != nil {
		return nil, err
	}
	return t.predict(ctx, xs, o)
}

// TrainOnBatchMany is [Trainer.TrainOnBatch] for a model of several inputs or
// outputs.
func (t *Trainer) TrainOnBatchMany(d Many, o BatchOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	a, err := t.many(d)
	if err != nil {
		return nil, err
	}
	return t.onBatch(a, o, t.trainStep)
}

// TestOnBatchMany is [Trainer.TestOnBatch] for a model of several inputs or
// outputs.
func (t *Trainer) TestOnBatchMany(d Many, o BatchOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if o.ClassWeight != nil || o.ClassWeights != nil {
		return nil, errNoClassWeights
	}
	a, err := t.many(d)
	if err != nil {
		return nil, err
	}
	return t.onBatch(a, o, t.testStep)
}

var errNoClassWeights = errors.New("fit: TestOnBatch takes no class weights: they act on training only")

// arrays are checked inputs and targets of all outputs, with sample weights as
// they were given.
type arrays struct {
	x, y []*tensor.Dense // y has nil for an output without a loss
	w    []tensor.Tensor
}

func (a *arrays) rows() int { return a.x[0].Shape()[0] }

// one is the data of a model of one input and one output.
func (t *Trainer) one(x, y tensor.Tensor) (*arrays, error) {
	if len(t.model.InputNames()) > 1 || len(t.outputs) > 1 {
		return nil, t.errMany()
	}
	xs, err := t.inputs([]tensor.Tensor{x})
	if err != nil {
		return nil, err
	}
	return t.with(xs, []tensor.Tensor{y}, []tensor.Tensor{nil})
}

func (t *Trainer) errMany() error {
	return fmt.Errorf("fit: the model has inputs %q and outputs %q: expected FitMany, or another method of that ending", t.model.InputNames(), t.model.OutputNames())
}

// many is the data of a model of several inputs or outputs.
func (t *Trainer) many(d Many) (*arrays, error) {
	xs, err := t.manyInputs(d.X)
	if err != nil {
		return nil, err
	}
	names := t.model.OutputNames()
	ys, err := picked(d.Y, "y", names)
	if err != nil {
		return nil, err
	}
	ws, err := picked(d.SampleWeight, "sample weights", names)
	if err != nil {
		return nil, err
	}
	return t.with(xs, ys, ws)
}

func (t *Trainer) manyInputs(x Arrays) ([]*tensor.Dense, error) {
	picked, err := picked(x, "x", t.model.InputNames())
	if err != nil {
		return nil, err
	}
	return t.inputs(picked)
}

// with checks targets and adds them to checked inputs.
func (t *Trainer) with(xs []*tensor.Dense, ys, ws []tensor.Tensor) (*arrays, error) {
	a := &arrays{x: xs, y: make([]*tensor.Dense, len(ys)), w: make([]tensor.Tensor, len(ws))}
	for i, o := range t.outputs {
		if o.loss == nil {
			if !data.Absent(ys[i]) || !data.Absent(ws[i]) {
				return nil, fmt.Errorf("fit: output %q has no loss: expected no y and no sample weights for it", o.name)
			}
			continue
		}
		if data.Absent(ys[i]) {
			return nil, fmt.Errorf("fit: %s: expected targets, as the output has a loss, got none", what("y", o.name, len(t.outputs) > 1))
		}
		y, err := t.targets(i, ys[i], a.rows())
		if err != nil {
			return nil, err
		}
		a.y[i] = y
		if !data.Absent(ws[i]) {
			a.w[i] = ws[i]
		}
	}
	return a, nil
}

// what names an array in messages: that of one of several inputs or outputs by
// its name.
func what(array, name string, several bool) string {
	if several {
		return fmt.Sprintf("%s of %q", array, name)
	}
	return array
}

// split cuts the samples in two.
func (a *arrays) split(t *Trainer, at int) (head, tail *arrays, err error) {
	n := a.rows()
	head, tail = &arrays{}, &arrays{}
	for _, part := range []struct {
		from       []*tensor.Dense
		head, tail *[]*tensor.Dense
	}{{a.x, &head.x, &tail.x}, {a.y, &head.y, &tail.y}} {
		for _, d := range part.from {
			var h, rest *tensor.Dense
			if d != nil {
				if h, rest, err = cut(d, at, n); err != nil {
					return nil, nil, err
				}
			}
			*part.head, *part.tail = append(*part.head, h), append(*part.tail, rest)
		}
	}
	for _, given := range a.w {
		if given == nil {
			head.w, tail.w = append(head.w, nil), append(tail.w, nil)
			continue
		}
		w, err := data.AsType(given, t.model.DType())
		if err != nil {
			return nil, nil, fmt.Errorf("fit: sample weights: %w", err)
		}
		if w.Dims() == 0 || w.Shape()[0] != n {
			return nil, nil, fmt.Errorf("fit: x has %d rows, the sample weights have shape %v: expected as many rows", n, w.Shape())
		}
		h, rest, err := cut(w, at, n)
		if err != nil {
			return nil, nil, err
		}
		head.w, tail.w = append(head.w, h), append(tail.w, rest)
	}
	return head, tail, nil
}
