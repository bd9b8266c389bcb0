package neighbours

import (
	"context"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Table is rows of finite numbers, one after the other.
type Table[F kernel.Float] struct {
	Data []F
	Cols int // at least 1
}

// Rows returns the number of rows.
func (t Table[F]) Rows() int { return len(t.Data) / t.Cols }

func (t Table[F]) row(i int) []F { return t.Data[i*t.Cols:][:t.Cols] }

// Found holds the neighbours of each query, the nearest first.
type Found struct {
	K        int
	rows     []int32
	distance []float64
}

// Rows returns the neighbours of query i.
func (f *Found) Rows(i int) []int32 { return f.rows[i*f.K:][:f.K] }

// Distances returns the distances of the neighbours of query i; from Search
// they are squared.
func (f *Found) Distances(i int) []float64 { return f.distance[i*f.K:][:f.K] }

// treeCols is the most columns a k-d tree is better at than matrix products.
const treeCols = 6

// Search finds the k rows of base that are nearest to each query. self, unless
// nil, names for each query the row of base that it is, which is left out; -1
// for none. It is an error if base has fewer than k other rows.
func Search[F kernel.Float](ctx context.Context, base, queries Table[F], k int, self []int32) (*Found, error) {
	if base.Cols <= treeCols {
		return run(ctx, newTree(base), base, queries, k, self)
	}
	return run(ctx, newProducts(base), base, queries, k, self)
}

// engine answers the queries lo to hi-1 with the best rows of a base.
type engine[F kernel.Float] interface {
	answer(queries Table[F], lo, hi int, best []nearest)
	block() int // how many queries to answer together
}

func run[F kernel.Float](ctx context.Context, e engine[F], base, queries Table[F], k int, self []int32) (*Found, error) {
	return search(ctx, queries.Rows(), base.Rows(), k, self, e.block(), func(lo, hi int, best []nearest) {
		e.answer(queries, lo, hi, best)
	})
}

// Scan is Search with the distance of base row b from query q as a function,
// which is called from several goroutines.
func Scan(ctx context.Context, queries, base, k int, self []int32, distance func(q, b int) float64) (*Found, error) {
	return search(ctx, queries, base, k, self, 8, func(lo, hi int, best []nearest) {
		for q := lo; q < hi; q++ {
			for b := range base {
				best[q-lo].offer(distance(q, b), int32(b))
			}
		}
	})
}

func search(ctx context.Context, queries, base, k int, self []int32, block int, answer func(lo, hi int, best []nearest)) (*Found, error) {
	others := base
	if self != nil {
		others--
	}
	if k < 1 || k > others {
		return nil, fmt.Errorf("%d neighbours of %d other rows, want at least 1 and at most as many as there are", k, others)
	}
	found := &Found{K: k, rows: make([]int32, queries*k), distance: make([]float64, queries*k)}
	kernel.NewLoop(queries, block, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		best := make([]nearest, hi-lo)
		for i := range best {
			best[i] = nearest{rows: found.Rows(lo + i), distance: found.Distances(lo + i), self: -1}
			if self != nil {
				best[i].self = self[lo+i]
			}
		}
		answer(lo, hi, best)
	}).Run()
	return found, ctx.Err()
}

// nearest are the best rows for one query so far, in order of distance, then
// row.
type nearest struct {
	rows     []int32
	distance []float64
	n        int
	self     int32 // is left out
}

// limit is the distance beyond which no row gets in.
func (b *nearest) limit() float64 {
	if b.n < len(b.rows) {
		return math.Inf(1)
	}
	return b.distance[b.n-1]
}

func (b *nearest) offer(d float64, row int32) {
	if row == b.self {
		return
	}
	at := b.n
	if b.n == len(b.rows) {
		at--
		if d > b.distance[at] || d == b.distance[at] && row > b.rows[at] {
			return
		}
	} else {
		b.n++
	}
	for at > 0 && (d < b.distance[at-1] || d == b.distance[at-1] && row < b.rows[at-1]) {
		b.distance[at], b.rows[at] = b.distance[at-1], b.rows[at-1]
		at--
	}
	b.distance[at], b.rows[at] = d, row
}

// Squared returns the squared distance of two rows. Both engines rank by it, so
// that they agree to the last bit.
func Squared[F kernel.Float](a, b []F) float64 {
	b = b[:len(a)]
	var s float64
	for i, v := range a {
		d := float64(v) - float64(b[i])
		s += float64(d * d)
	}
	return s
}
