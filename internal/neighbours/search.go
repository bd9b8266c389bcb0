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

// treeCols is the most columns that a tree always serves; with more it must
// exclude most panels.
const treeCols = 15

// fewQueries is up to how many, times the columns and 5, sorting the base costs
// more than products with all of it.
const fewQueries = 1 << 15

// Search finds the k rows of base that are nearest to each query. self, unless
// nil, names for each query the row of base that it is, which is left out; -1
// for none. It is an error if base has fewer than k other rows.
func Search[F kernel.Float](ctx context.Context, base, queries Table[F], k int, self []int32) (*Found, error) {
	if !repeats(base) {
		return find(ctx, base, nil, queries, k, self)
	}
	groups := Equal(base)
	return groups.spread(queries.Rows(), k, self, func(k int) (*Found, error) {
		return find(ctx, base, groups.First, queries, k, nil)
	})
}

// find is Search among some rows of base, nil meaning all.
func find[F kernel.Float](ctx context.Context, base Table[F], rows []int32, queries Table[F], k int, self []int32) (*Found, error) {
	n := base.Rows()
	if rows != nil {
		n = len(rows)
	}
	s, err := newTask(queries, n, k, self)
	if err != nil || queries.Rows() == 0 {
		return s.found, err
	}
	if queries.Rows()*(base.Cols+5) <= fewQueries {
		return s.run(ctx, newProducts(newIndex(base, rows, false)), upTo(queries.Rows()))
	}
	x := newIndex(base, rows, true)
	order := x.inOrder(queries)
	if base.Cols <= treeCols || excludes(x, s, order) {
		return s.run(ctx, tree[F]{x}, order)
	}
	return s.run(ctx, newProducts(x), order)
}

// excludes reports whether a tree excludes so much, for some of the queries,
// that it is faster than products.
func excludes[F kernel.Float](x *index[F], s *task[F], order []int32) bool {
	const sample, share = 32, 0.3
	w := newWalk(x, s)
	within := 0
	for i := range sample {
		w.near = w.near[:0]
		w.find(int(order[i*len(order)/sample]))
		within += w.within()
	}
	return float64(within) < share*sample*float64(len(x.levels[0].least))
}

// task is what to find.
type task[F kernel.Float] struct {
	queries Table[F]
	self    []int32
	found   *Found
}

// engine answers queries with the best rows of a base.
type engine[F kernel.Float] interface {
	answer(s *task[F], queries []int32)
	block() int // how many queries to answer together
}

func newTask[F kernel.Float](queries Table[F], base, k int, self []int32) (*task[F], error) {
	found, err := newFound(queries.Rows(), base, k, self)
	return &task[F]{queries, self, found}, err
}

func (s *task[F]) best(query int) nearest { return s.found.best(query, s.self) }

func (s *task[F]) run(ctx context.Context, e engine[F], order []int32) (*Found, error) {
	kernel.NewLoop(len(order), e.block(), func(lo, hi int) {
		if ctx.Err() == nil {
			e.answer(s, order[lo:hi])
		}
	}).Run()
	return s.found, ctx.Err()
}

// Scan is Search with the distance of base row b from query q as a function,
// which is called from several goroutines and for the first of equal rows only.
func Scan(ctx context.Context, queries int, base *Groups, k int, self []int32, distance func(q, b int) float64) (*Found, error) {
	return base.spread(queries, k, self, func(k int) (*Found, error) {
		found, err := newFound(queries, len(base.First), k, nil)
		if err != nil {
			return nil, err
		}
		kernel.NewLoop(queries, 8, func(lo, hi int) {
			for q := lo; q < hi && ctx.Err() == nil; q++ {
				best := found.best(q, nil)
				for _, b := range base.First {
					best.offer(distance(q, int(b)), b)
				}
			}
		}).Run()
		return found, ctx.Err()
	})
}

func newFound(queries, base, k int, self []int32) (*Found, error) {
	others := base
	if self != nil {
		others--
	}
	if k < 1 || k > others {
		return nil, fmt.Errorf("%d neighbours of %d other rows, want at least 1 and at most as many as there are", k, others)
	}
	return &Found{K: k, rows: make([]int32, queries*k), distance: make([]float64, queries*k)}, nil
}

// best returns where to put the neighbours of a query.
func (f *Found) best(query int, self []int32) nearest {
	b := nearest{rows: f.Rows(query), distance: f.Distances(query), self: -1}
	if self != nil {
		b.self = self[query]
	}
	return b
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

// beyond reports whether neither a row gets in nor any after it that is as far
// away.
func (b *nearest) beyond(d float64, row int32) bool {
	last := len(b.rows) - 1
	return b.n > last && (d > b.distance[last] || d == b.distance[last] && row > b.rows[last])
}

// full reports whether the best are copies of the query that all come before
// row.
func (b *nearest) full(row int32) bool {
	return b.n == len(b.rows) && b.distance[b.n-1] == 0 && row > b.rows[b.n-1]
}

// offer puts a row among the best if it belongs there, and reports whether the
// limit may have changed.
func (b *nearest) offer(d float64, row int32) bool {
	if row == b.self {
		return false
	}
	at := b.n
	if b.n == len(b.rows) {
		at--
		if d > b.distance[at] || d == b.distance[at] && row > b.rows[at] {
			return false
		}
	} else {
		b.n++
	}
	for at > 0 && (d < b.distance[at-1] || d == b.distance[at-1] && row < b.rows[at-1]) {
		b.distance[at], b.rows[at] = b.distance[at-1], b.rows[at-1]
		at--
	}
	b.distance[at], b.rows[at] = d, row
	return b.n == len(b.rows)
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

// squared4 returns [Squared] of a row and four others, whose sums go side by side.
func squared4[F kernel.Float](a, b, c, d, e []F) (s [4]float64) {
	b, c, d, e = b[:len(a)], c[:len(a)], d[:len(a)], e[:len(a)]
	var s0, s1, s2, s3 float64
	for i, v := range a {
		v := float64(v)
		d0, d1, d2, d3 := v-float64(b[i]), v-float64(c[i]), v-float64(d[i]), v-float64(e[i])
		s0 += float64(d0 * d0)
		s1 += float64(d1 * d1)
		s2 += float64(d2 * d2)
		s3 += float64(d3 * d3)
	}
	return [4]float64{s0, s1, s2, s3}
}
