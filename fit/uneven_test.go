package fit_test

import (
	"iter"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"gorgonia.org/tensor"
)

// uneven gives batches of sizes of its own, whatever is asked for.
type uneven struct {
	x, y  *tensor.Dense
	sizes []int
}

func (u uneven) Len() int { return -1 }
func (u uneven) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		at := 0
		for _, n := range u.sizes {
			x, err := data.Rows(u.x, at, at+n)
			if err != nil {
				yield(data.Batch{}, err)
				return
			}
			y, err := data.Rows(u.y, at, at+n)
			if at += n; !yield(data.Batch{X: x, Y: y}, err) || err != nil {
				return
			}
		}
	}
}

// Batches of other sizes than were asked for are steps of those sizes.
func TestBatchesOfAnySize(t *testing.T) {
	x, y := table(24, 3)
	ds := uneven{x, y, []int{5, 1, 7, 7, 4}}
	for _, class := range []balance.ClassWeight{nil, balance.Map{0: .1, 1: 2}} {
		m := network(t, 3)
		h, err := compile(t, m, fit.Config{}).FitDataset(ctx, ds, fit.Options{BatchSize: 6, Epochs: 2, Verbose: fit.Silent, ClassWeight: class})
		mustNot(t, err)
		byHand := network(t, 3)
		trainer := compile(t, byHand, fit.Config{})
		for epoch := range 2 {
			sum, total := 0., 0.
			for b, err := range ds.Batches(data.Order{}) {
				mustNot(t, err)
				logs, err := trainer.TrainOnBatch(b.X, b.Y, fit.BatchOptions{ClassWeight: class})
				mustNot(t, err)
				n := float64(b.X.Shape()[0])
				sum, total = sum+n*first(logs.Get("loss")), total+n
			}
			if got, want := h.Values["loss"][epoch], sum/total; got-want > 1e-6 || want-got > 1e-6 {
				t.Errorf("class weights %v, epoch %d: loss %v, step by step %v", class, epoch, got, want)
			}
		}
		if !slices.Equal(weights(m), weights(byHand)) {
			t.Errorf("class weights %v: other weights than step by step", class)
		}
	}
}
