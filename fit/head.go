package fit

import (
	"gorgonia.org/tensor"
)

// head holds what a plan keeps for one output of the whole batch.
type head struct {
	*output
	rows   int           // of the loss for each sample
	y, w   *tensor.Dense // nil when predicting, or without a loss
	out    *tensor.Dense // predictions
	losses *tensor.Dense // one for each row of the loss, unweighted
	given  *tensor.Dense // room for one weight for each sample
	mask   *tensor.Dense // the mask of the predictions, for rows of the loss; nil for none
	counts []bool        // which rows of the loss count; nil for all
	ones   bool          // w holds ones

	value, denominator float64 // of the last run
}

// share is a part's share of a head.
type share struct {
	y, w, given, out, losses, mask *tensor.Dense // views of the batch's arrays
	ownOut, ownLosses, ownMask     *tensor.Dense // what the plan computes
	counts, ownCounts              []bool
}

func (t *Trainer) newHead(o *output, m mode, n int) *head {
	of := func(shape ...int) *tensor.Dense {
		return tensor.New(tensor.Of(t.model.DType()), tensor.WithShape(shape...))
	}
	h := &head{output: o, out: of(batchOf(n, o.shape)...)}
	if m != toPredict && o.loss != nil {
		h.rows = o.perRow()
		h.y, h.w, h.losses, h.given = of(o.shapeOfTargets(n)...), of(n*h.rows), of(n*h.rows), of(n)
	}
	return h
}

// part returns the share of samples lo to hi-1 of n.
func (h *head) part(n, lo, hi int) *share {
	v := &share{out: rowsOf(h.out, n, lo, hi)}
	if h.y != nil {
		v.y, v.w, v.given = rowsOf(h.y, n, lo, hi), rowsOf(h.w, n, lo, hi), rowsOf(h.given, n, lo, hi)
		v.losses = rowsOf(h.losses, n, lo, hi)
	}
	return v
}

// masked makes room for a mask, as the first part finds one, and gives the
// part its view of it.
func (h *head) masked(v *share, n, lo, hi int) {
	if h.mask == nil {
		h.mask = tensor.New(tensor.Of(h.w.Dtype()), tensor.WithShape(n*h.rows))
	}
	v.mask = rowsOf(h.mask, n, lo, hi)
}

// perTimestep reports whether weights are given for each row of the loss.
func (h *head) perTimestep(w *tensor.Dense) bool {
	return w.Shape().TotalSize() == w.Shape()[0]*h.rows
}

// asGiven returns the weights of the batch as they were given, nil for none.
func (h *head) asGiven(given *tensor.Dense) *tensor.Dense {
	switch {
	case given == nil:
		return nil
	case h.perTimestep(given):
		return h.w
	}
	return h.given
}

// keep copies what a part has computed to the batch's arrays.
func (v *share) keep() {
	assign(v.out, v.ownOut)
	if v.losses == nil {
		return
	}
	assign(v.losses, v.ownLosses)
	for i := range v.counts {
		v.counts[i] = v.ownCounts == nil || v.ownCounts[i]
	}
	if v.mask == nil {
		return
	}
	assign(v.mask, v.ownMask)
	if v.mask.Dtype() == tensor.Float32 {
		takeOut(v.counts, v.losses.Float32s(), v.mask.Float32s())
	} else {
		takeOut(v.counts, v.losses.Float64s(), v.mask.Float64s())
	}
}

// takeOut lets rows that are masked not count.
func takeOut[T float32 | float64](counts []bool, losses, mask []T) {
	for i, m := range mask {
		if m == 0 {
			losses[i], counts[i] = 0, false
		}
	}
}
