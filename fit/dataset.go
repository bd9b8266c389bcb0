package fit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/loss"
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
		x, y, w := inMemory.Arrays()
		if w != nil {
			o.SampleWeight = w
		}
		return t.Fit(ctx, x, y, o)
	}
	if o.ValidationSplit != 0 {
		return nil, fmt.Errorf("fit: validation split %v of a %T: only tensors in memory can be split, expected ValidationData", o.ValidationSplit, ds)
	}
	if err := o.check(ds.Len()); err != nil {
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
	if t.loss.Reduces() == loss.None {
		return nil, t.notTrainable()
	}
	train, err := phased(&o, func(w balance.ClassWeight) (data.Dataset, error) {
		return t.stream(ctx, ds, balance.Request{ClassWeight: w, Conflict: o.Conflict, Strict: o.Strict})
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
	if ds == nil {
		return nil, errNoDataset
	}
	var all []*tensor.Dense
	rows := 0
	order := data.Order{BatchSize: o.BatchSize, Shuffle: data.ShuffleOff}
	for b, err := range (data.Prefetch{Dataset: ds}).Batches(order) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, unread(err, len(all))
		}
		p, err := t.Predict(ctx, b.X, PredictOptions{BatchSize: b.X.Shape()[0]})
		if err != nil {
			return nil, err
		}
		all = append(all, p)
		rows += p.Shape()[0]
	}
	if rows == 0 {
		return nil, errors.New("fit: the data set gave no batch")
	}
	out := tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(batchOf(rows, t.model.OutputShape())...))
	at := 0
	for _, p := range all {
		n := p.Shape()[0]
		assign(rowsOf(out, rows, at, at+n), p)
		at += n
	}
	return out, nil
}

// evaluationOf is a data set to evaluate: class weights never act there.
func (t *Trainer) evaluationOf(ds data.Dataset) (data.Dataset, error) {
	if ds == nil {
		return nil, errNoDataset
	}
	if inMemory, ok := ds.(*data.Tensors); ok {
		x, y, w := inMemory.Arrays()
		if w == nil { // a nil interface, not a nil *tensor.Dense
			return t.evaluation(x, y, nil)
		}
		return t.evaluation(x, y, w)
	}
	return t.stream(context.Background(), ds, balance.Request{})
}

// stream is a data set whose batches are checked, of the model's element type
// and shapes, and weighed.
type stream struct {
	trainer *Trainer
	from    data.Dataset
	weights *balance.Stream
}

func (t *Trainer) stream(ctx context.Context, ds data.Dataset, r balance.Request) (data.Dataset, error) {
	s := &stream{trainer: t, from: ds}
	counted := data.Dataset(s)
	if known, ok := ds.(data.ClassCounter); ok {
		counted = counter{s, known}
	}
	weights, err := balance.NewStream(ctx, t.request(r), counted)
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	s.weights = weights
	return s, nil
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
		if s.weights != nil && at > 0 {
			s.weights.EndPass()
		}
	}
}

func (s *stream) batch(b data.Batch) (data.Batch, error) {
	t := s.trainer
	var err error
	w := b.W
	if b.X, b.Y, err = t.pair(b.X, b.Y); err != nil || s.weights == nil {
		return b, err
	}
	b.W, err = s.weights.Resolve(b.Y, w, batchOf(b.Y.Shape()[0], t.target.Rows))
	return b, err
}
