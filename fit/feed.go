package fit

import (
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// feed says where the rows of a batch come from: n rows of some arrays, in an
// order, from a place in that order on. Parts of a batch fetch their own rows,
// so that nothing is copied twice and the parts fetch side by side.
type feed struct {
	x, y, w *tensor.Dense // y and w may be nil
	order   []int         // nil for the order of the arrays
	at, n   int
}

// feedOf is a feed of all rows of a batch.
func feedOf(b data.Batch) feed {
	return feed{x: b.X, y: b.Y, w: b.W, n: b.X.Shape()[0]}
}

// fetch copies rows lo to hi-1 of the batch to memory for so many rows.
func (f *feed) fetch(to, from *tensor.Dense, lo, hi int) {
	data.Gather(to, from, hi-lo, f.at+lo, f.order)
}
