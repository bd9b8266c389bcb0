package neighbours

import (
	"math"
	"math/bits"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// products answers queries many at a time, comparing each with every row b of
// an index: |b|²/2 - a·b is a matrix product, and half of |a-b|² but for |a|²/2.
// In float32 it rounds, by a bounded error; of a row that this bound does not
// exclude, the distance is computed as [Squared] computes it.
type products[F kernel.Float] struct {
	*index[F]
	norms []float32 // |b|²/2
	most  []float64 // the largest |b| of fan panels
}

const someQueries = 84 // whole tiles of any set of kernels

func newProducts[F kernel.Float](x *index[F]) *products[F] {
	d, count := x.base.Cols, len(x.levels[0].least)
	p := &products[F]{x, make([]float32, count*panelRows), make([]float64, (count+fan-1)/fan)}
	kernel.NewLoop(len(p.most), 1, func(lo, hi int) {
		for i := lo * fan; i < min(hi*fan, count); i++ {
			var sums [panelRows]float64
			for j := range d {
				for k, v := range x.panels[(i*d+j)*panelRows:][:panelRows] {
					sums[k] += float64(v) * float64(v)
				}
			}
			for k, s := range sums {
				p.norms[i*panelRows+k] = float32(s / 2)
				p.most[i/fan] = max(p.most[i/fan], math.Sqrt(s))
			}
		}
	}).Run()
	return p
}

func (p *products[F]) block() int { return someQueries }

// batch is what is known of some queries.
type batch[F kernel.Float] struct {
	rows    [someQueries][]F
	best    [someQueries]nearest
	lengths [someQueries]float64
	limits  [someQueries]float32
	masks   [someQueries]uint32
}

func (p *products[F]) answer(s *task[F], queries []int32) {
	d := p.base.Cols
	b := new(batch[F])
	tile := kernel.BelowRows()
	tiles := make([]float32, someQueries*d)
	q := make([]float32, d)
	var panel int
	for i := len(queries); i < someQueries; i++ {
		b.limits[i] = float32(math.Inf(-1)) // nothing is below that
	}
	for i, query := range queries {
		b.rows[i], b.best[i] = s.queries.row(int(query)), s.best(int(query))
		b.lengths[i] = place(&p.frame, q, b.rows[i])
		for j, v := range q {
			tiles[(i/tile*d+j)*tile+i%tile] = v
		}
		if i == len(queries)/2 {
			panel = p.home(q)
		}
	}
	n := (len(queries) + tile - 1) / tile * tile
	count := len(p.levels[0].least)
	for i := range count {
		// The panels that come first are near, so that later ones are excluded.
		if i == 0 || panel%fan == 0 {
			for k := range queries {
				b.limits[k] = p.limit(b, k, panel)
			}
		}
		kernel.Below(b.masks[:n], tiles[:n*d], d, p.panels[panel*panelRows*d:], p.norms[panel*panelRows:], b.limits[:n])
		p.offer(b, panel)
		if panel++; panel == count {
			panel = 0
		}
	}
}

// limit is what |b|²/2 - a·b may be of query k and rows of a panel.
func (p *products[F]) limit(b *batch[F], k, panel int) float32 {
	d, a, most := float64(p.base.Cols), b.lengths[k], p.most[panel/fan]
	reach := p.frame.reach(b.best[k].limit(), a, p.norm)
	// The norm rounds by 2^-24 of itself, and each of d sums by 2^-24 of the sum
	// of the sizes, which is at most most²/2 + a·most.
	limit := (reach-a*a)/2 + (d+4)*0x1p-24*1.01*most*(most/2+a) + d*0x1p-120 + 0x1p-48*(reach+a*a)
	return float32(limit + 0x1p-22*math.Abs(limit))
}

// offer offers the rows of a panel that masks leave in.
func (p *products[F]) offer(b *batch[F], panel int) {
	for k, mask := range b.masks {
		if mask == 0 {
			continue
		}
		best := &b.best[k]
		was := best.limit()
		var rows [panelRows]int32
		n := 0
		for ; mask != 0; mask &= mask - 1 {
			at := panel*panelRows + bits.TrailingZeros32(mask)
			if at >= len(p.order) {
				break // copies that fill up the last panel
			}
			if r := p.order[at]; !best.full(r) {
				rows[n] = r
				n++
			}
		}
		p.offerRows(best, b.rows[k], rows[:n])
		if best.limit() != was {
			b.limits[k] = p.limit(b, k, panel)
		}
	}
}

func (x *index[F]) offerRows(best *nearest, query []F, rows []int32) {
	at := func(r int32) []F { return x.base.row(int(r)) }
	for ; len(rows) >= 4; rows = rows[4:] {
		for i, d := range squared4(query, at(rows[0]), at(rows[1]), at(rows[2]), at(rows[3])) {
			best.offer(d, rows[i])
		}
	}
	for _, r := range rows {
		best.offer(Squared(query, at(r)), r)
	}
}
