package fit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// FitDataset is [Trainer.Fit] on a data set: image folders, samplers, sources
// that do not fit into memory. Its batches carry x, y and, if they like, sample
// weights of the shapes that Options.SampleWeight may have; Options.SampleWeight
// itself stays empty. Tensors in memory ([data.Tensors]) give the same numbers
// as Fit does.
//
// An epoch is one pass. With Options.StepsPerEpoch it has so many batches, and
// the next epoch goes on where it stopped, so a pass may last for several
// epochs; an epoch that meets the end of the pass is short, and says so. The
// next batch is read, checked and weighed on a goroutine of its own while the
// model trains on the one before; the goroutine has ended when FitDataset
// returns.
//
// Class weights that are computed from counts ask the data set for them
// ([data.ClassCounter]) or count the classes in a pass before the first epoch;
// see [balance.NewStream]. ValidationSplit needs tensors in memory: other data
// sets are split before, and one part is given as ValidationData.
func (t *Trainer) FitDataset(ctx context.Context, ds data.Dataset, o Options) (*History, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if ds == nil {
		return nil, errNoDataset
	}
	if !data.Absent(o.SampleWeight) {
		return nil, errors.New("fit: sample weights are given beside a data set: they belong into its batches")
	}
	if inMemory, ok := ds.(*data.Tensors); ok {
		a, err := t.inMemory(inMemory)
		if err != nil {
			return nil, err
		}
		return t.fit(ctx, a, o)
	}
	if o.Resample.Sampler != nil || o.Resample.EachEpoch {
		return nil, fmt.Errorf("fit: resampling a %T: only tensors in memory can be resampled; data.NewTensors holds them, a sampler of package data balances the batches of others", ds)
	}
	if o.ValidationSplit != 0 {
		return nil, fmt.Errorf("fit: validation split %v of a %T: only tensors in memory can be split, expected ValidationData", o.ValidationSplit, ds)
	}
	if err := t.check(&o, ds.Len()); err != nil {
		return nil, err
	}
	var validation data.Dataset
	var err error
	if o.ValidationData != nil {
		if validation, err = t.held(o.ValidationData); err != nil {
			return nil, err
		}
	} else {
		t.validatesNothing(&o)
	}
	if err := t.canTrain(); err != nil {
		return nil, err
	}
	train, err := phased(&o, func(one balance.ClassWeight, named map[string]balance.ClassWeight) (data.Dataset, error) {
		class, err := t.classWeights(one, named)
		if err != nil {
			return nil, err
		}
		return t.stream(ctx, ds, class, balance.Request{Conflict: o.Conflict, Strict: o.Strict})
	})
	if err != nil {
		return nil, err
	}
	return t.run(ctx, train, validation, o)
}

var errNoDataset = errors.New("fit: the data set is nil")

// EvaluateDataset is [Trainer.Evaluate] on one pass over a data set, in order.
// EvaluateOptions.SampleWeight stays empty: the batches carry weights.
func (t *Trainer) EvaluateDataset(ctx context.Context, ds data.Dataset, o EvaluateOptions) (*Logs, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if !data.Absent(o.SampleWeight) {
		return nil, errors.New("fit: sample weights are given beside a data set: they belong into its batches")
	}
	checked, err := t.evaluationOf(ds)
	if err != nil {
		return nil, err
	}
	return t.evaluated(ctx, checked, o)
}

// PredictDataset is [Trainer.Predict] on one pass over a data set, in order. It
// uses the x of the batches and nothing else.
func (t *Trainer) PredictDataset(ctx context.Context, ds data.Dataset, o PredictOptions) (*tensor.Dense, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if len(t.outputs) > 1 {
		return nil, fmt.Errorf("fit: a model of outputs %q: expected PredictDatasetMany, which returns an array for each", t.model.OutputNames())
	}
	outs, err := t.PredictDatasetMany(ctx, ds, o)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}

// PredictDatasetMany is [Trainer.PredictDataset] for a model of several inputs
// or outputs. It returns one array for each output.
func (t *Trainer) PredictDatasetMany(ctx context.Context, ds data.Dataset, o PredictOptions) ([]*tensor.Dense, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if ds == nil {
		return nil, errNoDataset
	}
	size, err := t.batchSize(o.BatchSize)
	if err != nil {
		return nil, err
	}
	var parts [][]*tensor.Dense // of each batch, one for each output
	rows := 0
	order := data.Order{BatchSize: size, Shuffle: data.ShuffleOff}
	for b, err := range (data.Prefetch{Dataset: ds}).Batches(order) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, unread(err, len(parts))
		}
		xs, err := t.batchInputs(b)
		if err != nil {
			return nil, unread(err, len(parts))
		}
		outs, err := t.predict(ctx, xs, PredictOptions{BatchSize: b.X.Shape()[0]})
		if err != nil {
			return nil, err
		}
		parts = append(parts, outs)
		rows += outs[0].Shape()[0]
	}
	if rows == 0 {
		return nil, errors.New("fit: the data set gave no batch")
	}
	var all []*tensor.Dense
	for i, output := range t.outputs {
		out := tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(rows, output.shape)...))
		at := 0
		for _, p := range parts {
			n := p[i].Shape()[0]
			assign(rowsOf(out, rows, at, at+n), p[i])
			at += n
		}
		all = append(all, out)
	}
	return all, nil
}

// evaluationOf is a data set to evaluate: class weights never act there.
func (t *Trainer) evaluationOf(ds data.Dataset) (data.Dataset, error) {
	if ds == nil {
		return nil, errNoDataset
	}
	if inMemory, ok := ds.(*data.Tensors); ok {
		a, err := t.inMemory(inMemory)
		if err != nil {
			return nil, err
		}
		return t.evaluation(a, nil)
	}
	return t.stream(context.Background(), ds, nil, balance.Request{})
}

// inMemory returns the arrays of a data set in memory, checked.
func (t *Trainer) inMemory(ds *data.Tensors) (*arrays, error) {
	b := data.Batch{More: ds.Further()}
	b.X, b.Y, b.W = ds.Arrays()
	return t.batch(b)
}

// batch returns the arrays of a batch, checked.
func (t *Trainer) batch(b data.Batch) (*arrays, error) {
	xs, err := t.batchInputs(b)
	if err != nil {
		return nil, err
	}
	ys, ws := further(b.Y, b.MoreY), further(b.W, b.MoreW)
	if n := len(t.outputs); len(ys) > n || len(ws) > n {
		return nil, fmt.Errorf("fit: a batch has y for %d outputs and weights for %d, expected at most one for each of %q", len(ys), len(ws), t.model.OutputNames())
	}
	for len(ys) < len(t.outputs) {
		ys = append(ys, nil)
	}
	for len(ws) < len(t.outputs) {
		ws = append(ws, nil)
	}
	return t.with(xs, ys, ws)
}

// batchInputs returns the inputs of a batch, checked.
func (t *Trainer) batchInputs(b data.Batch) ([]*tensor.Dense, error) {
	given := further(b.X, b.MoreX)
	if want := t.model.InputNames(); len(given) != len(want) {
		return nil, fmt.Errorf("fit: a batch has %d inputs, expected one for each of %q", len(given), want)
	}
	return t.inputs(given)
}

// further lists a first array and more as tensors, nil for those that are not
// there.
func further(first *tensor.Dense, more []*tensor.Dense) []tensor.Tensor {
	all := make([]tensor.Tensor, 1+len(more))
	for i := range all {
		if d := of(first, more, i); d != nil { // a nil interface, not a nil *tensor.Dense
			all[i] = d
		}
	}
	return all
}

// stream is a data set whose batches are checked, of the model's element type
// and shapes, and weighed.
type stream struct {
	trainer *Trainer
	from    data.Dataset
	weights []*balance.Stream // of the outputs; nil for one without a loss
}

// stream makes a stream; class has class weights for each output, nil for none.
func (t *Trainer) stream(ctx context.Context, ds data.Dataset, class []balance.ClassWeight, r balance.Request) (data.Dataset, error) {
	s := &stream{trainer: t, from: ds}
	weights := make([]*balance.Stream, len(t.outputs))
	for i, o := range t.outputs {
		if o.loss == nil {
			continue
		}
		counted := data.Dataset(outputOf{s, i})
		if known, ok := ds.(data.ClassCounter); ok && i == 0 {
			counted = counter{counted, known}
		}
		of := o.request(t.log, r)
		if class != nil {
			of.ClassWeight = class[i]
		}
		var err error
		if weights[i], err = balance.NewStream(ctx, of, counted); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
	}
	s.weights = weights
	return s, nil
}

// outputOf is a stream with the targets of one output alone.
type outputOf struct {
	*stream
	output int
}

// Batches implements [data.Dataset].
func (s outputOf) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		for b, err := range s.stream.Batches(o) {
			if !yield(data.Batch{X: b.X, Y: of(b.Y, b.MoreY, s.output), W: of(b.W, b.MoreW, s.output)}, err) {
				return
			}
		}
	}
}

// counter is a stream that knows its classes.
type counter struct {
	data.Dataset
	data.ClassCounter
}

// Len implements [data.Dataset].
func (s *stream) Len() int { return s.from.Len() }

// Batches implements [data.Dataset]. Weights stay as they are until the stream
// has its own.
func (s *stream) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		at := 0
		for b, err := range s.from.Batches(o) {
			if err == nil {
				b, err = s.batch(b)
			}
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			if !yield(b, nil) {
				return
			}
			at++
		}
		if at == 0 {
			return
		}
		for _, w := range s.weights {
			if w != nil {
				w.EndPass()
			}
		}
	}
}

func (s *stream) batch(b data.Batch) (data.Batch, error) {
	t := s.trainer
	a, err := t.batch(b)
	if err != nil {
		return b, err
	}
	w := append([]*tensor.Dense{b.W}, b.MoreW...)
	for len(w) < len(t.outputs) {
		w = append(w, nil)
	}
	for i, weights := range s.weights {
		if weights == nil {
			continue
		}
		if w[i], err = weights.Resolve(a.y[i], w[i], batchOf(a.rows(), t.outputs[i].target.Rows)); err != nil {
			return b, err
		}
	}
	return data.Batch{X: a.x[0], Y: a.y[0], W: w[0], More: data.More{MoreX: a.x[1:], MoreY: a.y[1:], MoreW: w[1:]}}, nil
}
