package fit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// prepare checks the options and makes data sets of the arrays, with one
// resolved weight for each row.
func (t *Trainer) prepare(ctx context.Context, a *arrays, o *Options) (train, validation data.Dataset, err error) {
	n := a.rows()
	if err := t.check(o, n); err != nil {
		return nil, nil, err
	}
	if err := t.spread(a, o.SampleWeight); err != nil {
		return nil, nil, err
	}
	var held *arrays
	switch {
	case o.ValidationData != nil:
		if o.ValidationSplit != 0 {
			t.log.Warn("validation data wins over the validation split, which has no effect", "validation_split", o.ValidationSplit)
		}
	case o.ValidationSplit != 0:
		at, err := data.SplitTail(n, o.ValidationSplit)
		if err != nil {
			return nil, nil, fmt.Errorf("fit: %w", err)
		}
		if a, held, err = a.split(t, at); err != nil {
			return nil, nil, err
		}
	default:
		t.validatesNothing(o)
	}
	var again *resampler // for each pass, unless nil
	if o.Resample.Sampler != nil || o.Resample.EachEpoch {
		if again, err = t.resampler(ctx, a, o); err != nil {
			return nil, nil, err
		}
		if a, err = again.pass(uint64(o.InitialEpoch)); err != nil {
			return nil, nil, err
		}
		if !o.Resample.EachEpoch {
			again = nil
		}
	}
	train, err = phased(o, func(one balance.ClassWeight, named map[string]balance.ClassWeight) (data.Dataset, error) {
		class, err := t.classWeights(one, named)
		if err != nil {
			return nil, err
		}
		request := balance.Request{Conflict: o.Conflict, Strict: o.Strict}
		if again != nil {
			return again.with(class, request, o.InitialEpoch)
		}
		return t.weigh(a, class, request)
	})
	if err != nil {
		return nil, nil, err
	}
	switch {
	case o.ValidationData != nil:
		validation, err = t.held(o.ValidationData)
	case held != nil:
		if validation, err = t.weigh(held, nil, balance.Request{}); err != nil {
			err = fmt.Errorf("%w (validation data)", err)
		}
	default:
		return train, nil, nil // a nil interface, not a nil *data.Tensors
	}
	if err != nil {
		return nil, nil, err
	}
	return train, validation, nil
}

// spread gives sample weights for all outputs to each that has a loss.
func (t *Trainer) spread(a *arrays, sample tensor.Tensor) error {
	if data.Absent(sample) {
		return nil
	}
	for i, o := range t.outputs {
		if a.w[i] != nil {
			return fmt.Errorf("fit: sample weights of output %q and of all outputs are given, expected one of them", o.name)
		}
		if o.loss != nil {
			a.w[i] = sample
		}
	}
	return nil
}

// classWeights returns the class weights of each output.
func (t *Trainer) classWeights(one balance.ClassWeight, named map[string]balance.ClassWeight) ([]balance.ClassWeight, error) {
	all := make([]balance.ClassWeight, len(t.outputs))
	names := t.model.OutputNames()
	switch {
	case one != nil && named != nil:
		return nil, errors.New("fit: ClassWeight and ClassWeights are given, expected one of them")
	case one != nil && len(names) > 1:
		return nil, fmt.Errorf("fit: class weights of a model of %d outputs: expected ClassWeights, by name among %q", len(names), names)
	case one != nil:
		all[0] = one
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		i := slices.Index(names, name)
		if i < 0 || t.outputs[i].loss == nil {
			return nil, fmt.Errorf("fit: class weights of %q, expected the name of an output with a loss, among %q", name, names)
		}
		all[i] = named[name]
	}
	return all, nil
}

// validatesNothing tells of options that a fit without validation leaves aside.
func (t *Trainer) validatesNothing(o *Options) {
	if o.ValidationSteps != 0 || o.ValidationEpochs != nil || o.ValidationFreq > 1 {
		t.log.Warn("there is no validation: validation steps, frequency and epochs have no effect")
	}
}

// held is the data set to validate on.
func (t *Trainer) held(v *Validation) (ds data.Dataset, err error) {
	single := !data.Absent(v.X) || !data.Absent(v.Y) || !data.Absent(v.SampleWeight)
	switch {
	case v.Dataset != nil && (single || v.Many != nil):
		err = errors.New("fit: a data set and arrays are given, expected one of them")
	case v.Dataset != nil:
		ds, err = t.evaluationOf(v.Dataset)
	case v.Many != nil && single:
		err = errors.New("fit: arrays of one input and of many are given, expected either")
	case v.Many != nil:
		var a *arrays
		if a, err = t.many(*v.Many); err == nil {
			ds, err = t.evaluation(a, nil)
		}
	default:
		var a *arrays
		if a, err = t.one(v.X, v.Y); err == nil {
			ds, err = t.evaluation(a, v.SampleWeight)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w (validation data)", err)
	}
	return ds, nil
}

// evaluation is the data set of arrays to evaluate: class weights never act there.
func (t *Trainer) evaluation(a *arrays, sample tensor.Tensor) (*data.Tensors, error) {
	if err := t.spread(a, sample); err != nil {
		return nil, err
	}
	return t.weigh(a, nil, balance.Request{})
}

// weigh resolves the weights of a data set; class has class weights for each
// output, nil for none.
func (t *Trainer) weigh(a *arrays, class []balance.ClassWeight, r balance.Request) (*data.Tensors, error) {
	var xs, ys, ws []tensor.Tensor
	for _, x := range a.x {
		xs = append(xs, x)
	}
	for i, o := range t.outputs {
		var y, w tensor.Tensor // nil interfaces, not nil *tensor.Dense
		if o.loss != nil {
			y = a.y[i]
			of := o.request(t.log, r)
			of.Y, of.LossShape, of.SampleWeight = a.y[i], batchOf(a.rows(), o.target.Rows), a.w[i]
			if class != nil {
				of.ClassWeight = class[i]
			}
			resolved, err := balance.Resolve(of)
			if err != nil {
				err = fmt.Errorf("fit: %w", err)
				if len(t.outputs) > 1 {
					err = fmt.Errorf("%w (output %q)", err, o.name)
				}
				return nil, err
			}
			if resolved.W != nil {
				w = resolved.W
			}
		}
		ys, ws = append(ys, y), append(ws, w)
	}
	ds, err := data.NewMany(xs, ys, ws)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	return ds, nil
}

// request adds what is known of targets and loss.
func (o *output) request(log *slog.Logger, r balance.Request) balance.Request {
	if r.Logger == nil {
		r.Logger = log
	}
	r.Mode, r.Classes, r.Ignored = o.mode, o.target.Classes, o.target.Ignored
	if o.target.Form == loss.Signs {
		r.Targets, r.Classes = balance.Signs, 2
	}
	// Targets with columns beside the axes of the loss name a class by a single
	// 1 among zeros, whatever the loss.
	columns := len(o.target.Shape) > len(o.target.Rows)
	if last := len(o.target.Shape) - 1; columns && o.target.Shape[last] > 1 {
		r.Targets = balance.OneHot
		r.Classes = o.target.Shape[last]
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
