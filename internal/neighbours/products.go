package neighbours

import (
	"sync"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// products computes |b|² - 2a·b for blocks of queries a and rows b, as one
// matrix product: of (-2a, 1) and (b, |b|²). With |a|² added it is the squared
// distance, but for rounding. All is taken relative to the mean of base, which
// keeps the error small where rows lie far from the origin.
type products[F kernel.Float] struct {
	base   Table[F]
	mean   []float64
	blocks []float64 // of baseBlock rows, each transposed: (cols+1, baseBlock)
	norms  []float64 // the largest |b|² of each block
	pool   sync.Pool // *buffers
}

type buffers struct{ queries, product []float64 }

const (
	queryBlock = 64
	baseBlock  = 256
)

func newProducts[F kernel.Float](base Table[F]) *products[F] {
	p := &products[F]{base: base, mean: make([]float64, base.Cols)}
	n, d := base.Rows(), base.Cols
	for i := range n {
		for j, v := range base.row(i) {
			p.mean[j] += float64(v) / float64(n)
		}
	}
	blocks := (n + baseBlock - 1) / baseBlock
	p.blocks, p.norms = make([]float64, blocks*(d+1)*baseBlock), make([]float64, blocks)
	kernel.NewLoop(blocks, 1, func(lo, hi int) {
		for b := lo; b < hi; b++ {
			out := p.blocks[b*(d+1)*baseBlock:]
			for i := range min(baseBlock, n-b*baseBlock) {
				var norm float64
				for j, v := range base.row(b*baseBlock + i) {
					v := float64(v) - p.mean[j]
					out[j*baseBlock+i] = v
					norm += v * v
				}
				out[d*baseBlock+i] = norm
				p.norms[b] = max(p.norms[b], norm)
			}
		}
	}).Run()
	p.pool.New = func() any {
		return &buffers{make([]float64, queryBlock*(d+1)), make([]float64, queryBlock*baseBlock)}
	}
	return p
}

func (p *products[F]) block() int { return queryBlock }

func (p *products[F]) answer(queries Table[F], lo, hi int, best []nearest) {
	d, n := p.base.Cols, p.base.Rows()
	buf := p.pool.Get().(*buffers)
	defer p.pool.Put(buf)
	var norms [queryBlock]float64
	for q := lo; q < hi; q++ {
		out := buf.queries[(q-lo)*(d+1):][:d+1]
		for j, v := range queries.row(q) {
			v := float64(v) - p.mean[j]
			out[j] = -2 * v
			norms[q-lo] += v * v
		}
		out[d] = 1
	}
	// Sums of d+2 products round by at most (d+2)u of the sum of their sizes,
	// u = 2^-53; so do the norms and the distance computed directly, and taking
	// the mean off moves a row by u of its size. Together they stay below half
	// of this, times |a|² + |b|².
	unit := 16 * float64(d+4) * 0x1p-53
	for b := range p.norms {
		from := b * baseBlock
		cols := min(baseBlock, n-from)
		kernel.Gemm(kernel.NN, hi-lo, cols, d+1, buf.queries, d+1, p.blocks[b*(d+1)*baseBlock:], baseBlock, buf.product, baseBlock, false)
		for q := range best {
			query, best := queries.row(lo+q), &best[q]
			slack := unit*(norms[q]+p.norms[b]) - norms[q]
			limit := best.limit() + slack
			for i, v := range buf.product[q*baseBlock:][:cols] {
				if v > limit { // a NaN, of numbers whose squares overflow, goes on
					continue
				}
				best.offer(Squared(query, p.base.row(from+i)), int32(from+i))
				limit = best.limit() + slack
			}
		}
	}
}
