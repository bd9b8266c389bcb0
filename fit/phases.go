package fit

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
)

// phases is a data set whose weights change after some passes.
type phases []phase

// phase is the data set from a pass on.
type phase struct {
	from uint64
	data.Dataset
}

// staged is a data set that has another one for each pass.
type staged interface {
	of(pass uint64) (data.Dataset, error)
}

func (p phases) of(pass uint64) (data.Dataset, error) {
	at := len(p) - 1
	for p[at].from > pass {
		at--
	}
	return p[at].Dataset, nil
}

// Len implements [data.Dataset].
func (p phases) Len() int { return p[0].Len() }

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
// of the only output or by the names of several. Deferred weights need one for
// each number of epochs by which some are deferred.
func phased(o *Options, weigh func(one balance.ClassWeight, named map[string]balance.ClassWeight) (data.Dataset, error)) (data.Dataset, error) {
	starts := []int{0}
	for _, w := range append(slices.Collect(maps.Values(o.ClassWeights)), o.ClassWeight) {
		d, ok := w.(balance.Deferred)
		if !ok {
			continue
		}
		if err := d.Check(); err != nil {
			return nil, fmt.Errorf("fit: %w", err)
		}
		if o.StepsPerEpoch > 0 {
			return nil, errors.New("fit: deferred class weights count epochs that are passes over the data, expected no steps per epoch")
		}
		starts = append(starts, d.Epochs)
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	// at returns the weights of an epoch, nil for none.
	at := func(w balance.ClassWeight, epoch int) balance.ClassWeight {
		switch d, ok := w.(balance.Deferred); {
		case !ok:
			return w
		case epoch < d.Epochs:
			return nil
		default:
			return d.Policy()
		}
	}
	var all phases
	for _, start := range starts {
		var named map[string]balance.ClassWeight
		for name, w := range o.ClassWeights {
			if named == nil {
				named = map[string]balance.ClassWeight{}
			}
			named[name] = at(w, start)
		}
		ds, err := weigh(at(o.ClassWeight, start), named)
		if err != nil {
			return nil, err
		}
		all = append(all, phase{uint64(start), ds})
	}
	if len(all) == 1 {
		return all[0].Dataset, nil
	}
	return all, nil
}
