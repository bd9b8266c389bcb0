package kernel

import "slices"

// Arranged is a loss of rows that do not lie together in memory: element i of
// its rows is element Order[i] of the predictions, and of the targets unless
// these are one number for each row.
type Arranged[T Float] struct {
	K                   RowLoss[T]
	Order               []int
	pred, target, slope []T
	sparse              bool
}

// NewArranged wraps k; sparse says that targets are one number for each row.
func NewArranged[T Float](k RowLoss[T], order []int, sparse bool) *Arranged[T] {
	a := &Arranged[T]{K: k, Order: order, sparse: sparse, pred: make([]T, len(order)), slope: make([]T, len(order))}
	if !sparse {
		a.target = make([]T, len(order))
	}
	return a
}

func (a *Arranged[T]) arrange(pred, target []T) (p, t []T) {
	for i, at := range a.Order {
		a.pred[i] = pred[at]
	}
	if a.sparse {
		return a.pred, target
	}
	for i, at := range a.Order {
		a.target[i] = target[at]
	}
	return a.pred, a.target
}

func (a *Arranged[T]) Loss(loss, pred, target []T) {
	p, t := a.arrange(pred, target)
	a.K.Loss(loss, p, t)
}

func (a *Arranged[T]) Grad(dpred, pred, target, g []T) {
	p, t := a.arrange(pred, target)
	a.K.Grad(a.slope, p, t, g)
	for i, at := range a.Order {
		dpred[at] = a.slope[i]
	}
}

// Whole is a loss with one value, or a few, for a whole batch, which every
// sample of the batch gets: rows 0 to m-1 belong to the first sample and hold
// the m values of K, rows m to 2m-1 to the second, and so on.
type Whole[T Float] struct {
	K     RowLoss[T]
	Share T // what every sample gets of a value, 1 or less
	one   []T
}

// NewWhole wraps a loss of m values.
func NewWhole[T Float](k RowLoss[T], m int, share float64) *Whole[T] {
	return &Whole[T]{K: k, Share: T(share), one: make([]T, m)}
}

func (w *Whole[T]) Loss(loss, pred, target []T) {
	w.K.Loss(w.one, pred, target)
	for i := range loss {
		loss[i] = w.Share * w.one[i%len(w.one)]
	}
}

func (w *Whole[T]) Grad(dpred, pred, target, g []T) {
	clear(w.one)
	for i, v := range g {
		w.one[i%len(w.one)] += w.Share * v
	}
	w.K.Grad(dpred, pred, target, w.one)
}

// Ignoring is a loss of rows with a class index each, some of which do not
// count: their loss is 0.
type Ignoring[T Float] struct {
	K       RowLoss[T]
	Classes []int
	// Counts receives which rows count.
	Counts    []bool
	target, g []T
}

// NewIgnoring wraps k. counts has an element for each row.
func NewIgnoring[T Float](k RowLoss[T], classes []int, counts []bool) *Ignoring[T] {
	return &Ignoring[T]{K: k, Classes: classes, Counts: counts, target: make([]T, len(counts)), g: make([]T, len(counts))}
}

// label sets which rows count, and the targets: the others get class 0,
// because theirs may be none that there is.
func (w *Ignoring[T]) label(target []T) {
	for r, y := range target {
		w.Counts[r] = !slices.Contains(w.Classes, int(y))
		w.target[r] = y
		if !w.Counts[r] {
			w.target[r] = 0
		}
	}
}

func (w *Ignoring[T]) Loss(loss, pred, target []T) {
	w.label(target)
	w.K.Loss(loss, pred, w.target)
	for r, counts := range w.Counts {
		if !counts {
			loss[r] = 0
		}
	}
}

func (w *Ignoring[T]) Grad(dpred, pred, target, g []T) {
	w.label(target)
	for r, counts := range w.Counts {
		w.g[r] = g[r]
		if !counts {
			w.g[r] = 0
		}
	}
	w.K.Grad(dpred, pred, w.target, w.g)
}
