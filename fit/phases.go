package fit

import (
	"errors"
	"fmt"
	"iter"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
)

// phases is a data set whose weights change after some passes.
type phases struct {
	before, after data.Dataset
	passes        uint64 // of before
}

// staged is a data set that has another one for each pass.
type staged interface {
	of(pass uint64) (data.Dataset, error)
}

func (p phases) of(pass uint64) (data.Dataset, error) {
	if pass < p.passes {
		return p.before, nil
	}
	return p.after, nil
}

// Len implements [data.Dataset].
func (p phases) Len() int { return p.before.Len() }

// Batches implements [data.Dataset].
func (p phases) Batches(o data.Order) iter.Seq2[data.Batch, error] { return batchesOf(p, o) }

// batchesOf are the batches of a pass.
func batchesOf(s staged, o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		ds, err := s.of(o.Pass)
		if err != nil {
			yield(data.Batch{}, err)
			return
		}
		for b, err := range ds.Batches(o) {
			if !yield(b, err) {
				return
			}
		}
	}
}

// phased makes the data set of a fit: weigh makes one with given class weights,
// and deferred weights need two.
func phased(o *Options, weigh func(balance.ClassWeight) (data.Dataset, error)) (data.Dataset, error) {
	d, ok := o.ClassWeight.(balance.Deferred)
	if !ok {
		return weigh(o.ClassWeight)
	}
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("fit: %w", err)
	}
	if o.StepsPerEpoch > 0 {
		return nil, errors.New("fit: deferred class weights count epochs that are passes over the data, expected no steps per epoch")
	}
	before, err := weigh(nil)
	if err != nil {
		return nil, err
	}
	after, err := weigh(d.Policy())
	if err != nil {
		return nil, err
	}
	return phases{before: before, after: after, passes: uint64(d.Epochs)}, nil
}
