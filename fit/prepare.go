package fit

import (
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// prepare checks the arguments and makes data sets of the arrays, with one
// resolved weight for each row.
func (t *Trainer) prepare(x, y tensor.Tensor, o *Options) (train, validation data.Dataset, err error) {
	xs, ys, err := t.pair(x, y)
	if err != nil {
		return nil, nil, err
	}
	n := xs.Shape()[0]
	if err := o.check(n); err != nil {
		return nil, nil, err
	}
	sample := o.SampleWeight
	var held *Validation
	switch {
	case o.ValidationData != nil:
		if o.ValidationSplit != 0 {
			t.log.Warn("validation data wins over the validation split, which has no effect", "validation_split", o.ValidationSplit)
		}
		held = o.ValidationData
	case o.ValidationSplit != 0:
		at, err := data.SplitTail(n, o.ValidationSplit)
		if err != nil {
			return nil, nil, fmt.Errorf("fit: %w", err)
		}
		held = &Validation{}
		if xs, held.X, err = cut(xs, at, n); err != nil {
			return nil, nil, err
		}
		if ys, held.Y, err = cut(ys, at, n); err != nil {
			return nil, nil, err
		}
		if !data.Absent(sample) {
			w, err := data.AsType(sample, t.model.DType())
			if err != nil {
				return nil, nil, fmt.Errorf("fit: sample weights: %w", err)
			}
			if w.Dims() == 0 || w.Shape()[0] != n {
				return nil, nil, fmt.Errorf("fit: x has %d rows, the sample weights have shape %v: expected as many rows", n, w.Shape())
			}
			if sample, held.SampleWeight, err = cut(w, at, n); err != nil {
				return nil, nil, err
			}
		}
	default:
		t.validatesNothing(o)
	}
	if train, err = phased(o, func(w balance.ClassWeight) (data.Dataset, error) {
		return t.weigh(xs, ys, balance.Request{ClassWeight: w, SampleWeight: sample, Conflict: o.Conflict, Strict: o.Strict})
	}); err != nil {
		return nil, nil, err
	}
	if held == nil {
		return train, nil, nil // a nil interface, not a nil *data.Tensors
	}
	if validation, err = t.held(held); err != nil {
		return nil, nil, err
	}
	return train, validation, nil
}

// validatesNothing tells of options that a fit without validation leaves aside.
func (t *Trainer) validatesNothing(o *Options) {
	if o.ValidationSteps != 0 || o.ValidationEpochs != nil || o.ValidationFreq > 1 {
		t.log.Warn("there is no validation: validation steps, frequency and epochs have no effect")
	}
}

// held is the data set to validate on.
func (t *Trainer) held(v *Validation) (ds data.Dataset, err error) {
	switch {
	case v.Dataset == nil:
		ds, err = t.evaluation(v.X, v.Y, v.SampleWeight)
	case !data.Absent(v.X) || !data.Absent(v.Y) || !data.Absent(v.SampleWeight):
		err = errors.New("fit: a data set and arrays are given, expected one of them")
	default:
		ds, err = t.evaluationOf(v.Dataset)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (validation data)", err)
	}
	return ds, nil
}

// pair checks inputs and targets.
func (t *Trainer) pair(x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	if xs, err = t.inputs(x); err != nil {
		return nil, nil, err
	}
	ys, err = t.targets(y, xs.Shape()[0])
	return xs, ys, err
}

// evaluation is the data set of arrays to evaluate: class weights never act there.
func (t *Trainer) evaluation(x, y, sampleWeight tensor.Tensor) (*data.Tensors, error) {
	xs, ys, err := t.pair(x, y)
	if err != nil {
		return nil, err
	}
	return t.weigh(xs, ys, balance.Request{SampleWeight: sampleWeight})
}

// weigh resolves the weights of a data set.
func (t *Trainer) weigh(xs, ys *tensor.Dense, r balance.Request) (*data.Tensors, error) {
	r = t.request(r)
	r.Y, r.LossShape = ys, batchOf(ys.Shape()[0], t.target.Rows)
	resolved, err := balance.Resolve(r)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	var w tensor.Tensor
	if resolved.W != nil {
		w = resolved.W
	}
	ds, err := data.NewTensors(xs, ys, w)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	return ds, nil
}

// request adds what the trainer knows of targets and loss.
func (t *Trainer) request(r balance.Request) balance.Request {
	r.Logger, r.Mode, r.Classes, r.Ignored = t.log, t.mode, t.target.Classes, t.target.Ignored
	if t.target.Form == loss.Signs {
		r.Targets, r.Classes = balance.Signs, 2
	}
	// Targets with columns beside the axes of the loss name a class by a single
	// 1 among zeros, whatever the loss.
	columns := len(t.target.Shape) > len(t.target.Rows)
	if last := len(t.target.Shape) - 1; columns && t.target.Shape[last] > 1 {
		r.Targets = balance.OneHot
		r.Classes = t.target.Shape[last]
	}
	return r
}

func cut(d *tensor.Dense, at, n int) (head, tail *tensor.Dense, err error) {
	if head, err = data.Rows(d, 0, at); err != nil {
		return nil, nil, fmt.Errorf("fit: %w", err)
	}
	if tail, err = data.Rows(d, at, n); err != nil {
		return nil, nil, fmt.Errorf("fit: %w", err)
	}
	return head, tail, nil
}
