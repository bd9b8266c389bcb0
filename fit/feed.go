package fit

import (
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// feed says where the rows of a batch come from: n rows of some arrays, in an
// order, from a place in that order on. Parts of a batch fetch their own rows,
// so that nothing is copied twice and the parts fetch side by side.
type feed struct {
	x, y, w *tensor.Dense     // y and w may be nil
	more    data.More         // of further inputs and outputs
	order   *data.Permutation // nil for the order of the arrays
	at, n   int
}

// feedOf is a feed of all rows of a batch.
func feedOf(b data.Batch) feed {
	return feed{x: b.X, y: b.Y, w: b.W, more: b.More, n: b.X.Shape()[0]}
}

// rows finds out which rows of the arrays are rows lo to lo+len(rows)-1 of the
// batch.
func (f *feed) rows(rows []int, lo int) {
	if f.order != nil {
		f.order.Rows(rows, f.at+lo)
		return
	}
	for i := range rows {
		rows[i] = f.at + lo + i
	}
}

func (f *feed) input(i int) *tensor.Dense  { return of(f.x, f.more.MoreX, i) }
func (f *feed) target(i int) *tensor.Dense { return of(f.y, f.more.MoreY, i) }
func (f *feed) weight(i int) *tensor.Dense { return of(f.w, f.more.MoreW, i) }

// of returns array i of a first one and more, nil where there is none.
func of(first *tensor.Dense, more []*tensor.Dense, i int) *tensor.Dense {
	switch {
	case i == 0:
		return first
	case i <= len(more):
		return more[i-1]
	}
	return nil
}
