package fit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/balance/sampler"
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// resampler resamples the rows that a fit trains on.
type resampler struct {
	ctx     context.Context // of the fit
	trainer *Trainer
	how     sampler.Resampling
	given   *arrays
	last    *arrays // of the pass that was asked for last
	number  uint64  // of that pass
}

// resampler judges what can be judged without resampling.
func (t *Trainer) resampler(ctx context.Context, a *arrays, o *Options) (*resampler, error) {
	r := o.Resample
	if r.Sampler == nil {
		return nil, errors.New("fit: Resample has EachEpoch and no Sampler")
	}
	if len(a.x) > 1 || len(a.y) > 1 {
		return nil, fmt.Errorf("fit: resampling for inputs %q and outputs %q: a sampler takes one x and one y, so resample before the fit", t.model.InputNames(), t.model.OutputNames())
	}
	if _, picks := sampler.Picks(r.Sampler); !picks && a.w[0] != nil {
		return nil, fmt.Errorf("fit: sample weights beside %T, which makes rows that have none: use a sampler that picks rows, or class weights", r.Sampler)
	}
	if o.Shuffle != data.ShuffleRows {
		t.log.Warn("resampled rows are not shuffled over the whole pass: many samplers give them class by class")
	}
	if _, given := o.ClassWeight.(balance.Map); o.ClassWeight != nil && !given || o.ClassWeights != nil {
		t.log.Info("class weights that are computed count the resampled rows")
	}
	if _, seeded := r.Sampler.(sampler.Seeded); r.EachEpoch && !seeded {
		t.log.Warn("the sampler draws nothing, so that every epoch has the same rows", "sampler", fmt.Sprintf("%T", r.Sampler))
	}
	return &resampler{ctx: ctx, trainer: t, how: r, given: a}, nil
}

// pass returns the rows of a pass.
func (r *resampler) pass(number uint64) (*arrays, error) {
	if r.last != nil && r.number == number {
		return r.last, nil
	}
	r.last = nil
	out, err := r.resample(r.how.ForPass(number))
	if err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	r.last, r.number = out, number
	return out, nil
}

func (r *resampler) resample(s sampler.Sampler) (*arrays, error) {
	a := r.given
	picks, ok := sampler.Picks(s)
	if !ok {
		x, y, err := s.Resample(r.ctx, a.x[0], a.y[0])
		return &arrays{x: []*tensor.Dense{x}, y: []*tensor.Dense{y}, w: []tensor.Tensor{nil}}, err
	}
	rows, err := picks.SampleIndices(r.ctx, a.x[0], a.y[0])
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%T leaves no row of %d", s, a.rows())
	}
	out := &arrays{w: []tensor.Tensor{nil}}
	for _, part := range []struct {
		from *tensor.Dense
		to   *[]*tensor.Dense
	}{{a.x[0], &out.x}, {a.y[0], &out.y}} {
		d, err := data.Take(part.from, rows)
		if err != nil {
			return nil, err
		}
		*part.to = []*tensor.Dense{d}
	}
	if a.w[0] == nil {
		return out, nil
	}
	w, err := data.AsType(a.w[0], r.trainer.model.DType())
	if err != nil {
		return nil, fmt.Errorf("sample weights: %w", err)
	}
	if w.Dims() == 0 || w.Shape()[0] != a.rows() {
		return nil, fmt.Errorf("x has %d rows, the sample weights have shape %v: expected as many rows", a.rows(), w.Shape())
	}
	if out.w[0], err = data.Take(w, rows); err != nil {
		return nil, fmt.Errorf("sample weights: %w", err)
	}
	return out, nil
}

// with is the data set that resamples for each pass, with class weights of each
// output. Its length is that of its first pass, which is made here, for all that
// may be wrong with it.
func (r *resampler) with(class []balance.ClassWeight, request balance.Request, first int) (data.Dataset, error) {
	ds := &resampled{resampler: r, class: class, request: request}
	pass, err := ds.of(uint64(first))
	if err != nil {
		return nil, err
	}
	ds.rows = pass.Len()
	return ds, nil
}

type resampled struct {
	*resampler
	class   []balance.ClassWeight
	request balance.Request
	rows    int
}

// Len implements [data.Dataset].
func (r *resampled) Len() int { return r.rows }

// Batches implements [data.Dataset].
func (r *resampled) Batches(o data.Order) iter.Seq2[data.Batch, error] { return batchesOf(r, o) }

func (r *resampled) of(pass uint64) (data.Dataset, error) {
	a, err := r.pass(pass)
	if err != nil {
		return nil, err
	}
	ds, err := r.trainer.weigh(a, r.class, r.request)
	r.request.Logger = slog.New(slog.DiscardHandler) // the notices of one pass are those of all
	if err != nil {
		return nil, err
	}
	return ds, nil
}
