package records

import (
	"github.com/counterweight-go/counterweight/data"
	"gorgonia.org/tensor"
)

// batch is room for a batch, which is filled row by row.
type batch[F float32 | float64] struct {
	*layout
	row   []F   // the next row: x, codes, y, w
	whole *room // of all rows
	rest  *room // of the last, smaller batch
	x, y  []F
	w     []F
	codes [][]F
}

// room are the arrays of a batch of n rows.
type room struct {
	n     int
	batch data.Batch
}

func newBatch[F float32 | float64](l *layout, size int) *batch[F] {
	b := &batch[F]{layout: l, row: make([]F, l.size()), x: make([]F, size*l.x), y: make([]F, size*l.y), w: make([]F, size*l.w)}
	for range l.codes {
		b.codes = append(b.codes, make([]F, size))
	}
	b.whole = b.arrays(size)
	return b
}

// put makes the row that was read row i of the batch.
func (b *batch[F]) put(i int) {
	l := b.layout
	rest := b.row
	copy(b.x[i*l.x:], rest[:l.x])
	rest = rest[l.x:]
	for j := range b.codes {
		b.codes[j][i] = rest[j]
	}
	rest = rest[l.codes:]
	copy(b.y[i*l.y:(i+1)*l.y], rest)
	copy(b.w[i*l.w:(i+1)*l.w], rest[l.y:])
}

// of returns the first n rows as a batch.
func (b *batch[F]) of(n int) data.Batch {
	if n == b.whole.n {
		return b.whole.batch
	}
	if b.rest == nil || b.rest.n != n {
		b.rest = b.arrays(n)
	}
	return b.rest.batch
}

func (b *batch[F]) arrays(n int) *room {
	l, r := b.layout, &room{n: n}
	array := func(v []F, shape ...int) *tensor.Dense {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
	}
	r.batch.X = array(b.x[:n*l.x], n, l.x)
	for _, c := range b.codes {
		r.batch.MoreX = append(r.batch.MoreX, array(c[:n], n, 1))
	}
	switch l.y {
	case 0:
	case 1:
		r.batch.Y = array(b.y[:n], n)
	default:
		r.batch.Y = array(b.y[:n*l.y], n, l.y)
	}
	if l.w > 0 {
		r.batch.W = array(b.w[:n], n)
	}
	return r
}
