package rank

import (
	"fmt"
	"math"
	"sort"
)

// Areas are the statistics of Curve without the curve: of many rows they come
// much faster.
type Areas struct {
	ROCAUC           float64 // as Curve.ROCAUC
	AveragePrecision float64 // as Curve.AveragePrecision
	Pos, Neg         float64 // as Curve.Totals
}

// Measure checks and ranks the rows; weights nil means ones. The result does not
// depend on the number of processors: work is cut into blocks of a fixed size,
// which are summed in order.
func Measure[F number](labels, scores, weights []F) (Areas, error) {
	narrow, err := check(labels, scores, weights)
	if err != nil {
		return Areas{}, err
	}
	if narrow {
		return measure[uint32, float32](labels, scores, weights, func(s F) uint32 { return key32(float32(s)) }), nil
	}
	return measure[uint64, float64](labels, scores, weights, func(s F) uint64 { return key64(float64(s)) }), nil
}

// check is Check in parts. narrow says that float32 holds all numbers as they
// are, which halves the work of sorting.
func check[F number](labels, scores, weights []F) (narrow bool, err error) {
	if err := checkLengths(len(labels), len(scores), weights != nil, len(weights)); err != nil {
		return false, err
	}
	n := len(scores)
	parts := partsOf(n)
	bad, wide := make([]int, parts), make([]bool, parts)
	inParts(n, parts, func(p, from, to int) {
		bad[p] = n
		for i := from; i < to; i++ {
			l, s, w := labels[i], scores[i], F(1)
			if weights != nil {
				w = weights[i]
			}
			if l != 0 && l != 1 || s != s || !(w >= 0 && w <= F(math.MaxFloat32)) {
				if CheckRow(float64(l), float64(s), float64(w)) != nil {
					bad[p] = i
					return
				}
				wide[p] = true // a weight beyond float32
			}
			if F(float32(s)) != s || F(float32(w)) != w {
				wide[p] = true
			}
		}
	})
	narrow = true
	for p := range parts {
		if i := bad[p]; i < n {
			w := F(1)
			if weights != nil {
				w = weights[i]
			}
			return false, fmt.Errorf("row %d: %w", i, CheckRow(float64(labels[i]), float64(scores[i]), float64(w)))
		}
		narrow = narrow && !wide[p]
	}
	return narrow, nil
}

func measure[K uint32 | uint64, W number, F number](labels, scores, weights []F, key func(F) K) Areas {
	n := len(scores)
	e := make([]entry[K, W], n)
	inParts(n, partsOf(n), func(_, from, to int) {
		for i := from; i < to; i++ {
			w := W(1)
			if weights != nil {
				w = W(weights[i])
			}
			if labels[i] == 0 {
				w = -w
			}
			e[i] = entry[K, W]{key(scores[i]), w}
		}
	})
	var s sorter[K, W]
	s.sort(e)
	return areas(e)
}

// areas sums sorted entries. First every block finds its totals; with those in
// front of it known, it then finds its areas.
func areas[K uint32 | uint64, W number](e []entry[K, W]) Areas {
	const block = 1 << 14
	blocks := (len(e) + block - 1) / block
	// A block begins with the first score that begins in its rows.
	begin := func(b int) int {
		i := min(b*block, len(e))
		if i == 0 {
			return 0
		}
		return i + sort.Search(len(e)-i, func(k int) bool { return e[i+k].key != e[i-1].key })
	}
	type sums struct{ tp, fp, roc, precision float64 }
	of := make([]sums, blocks)
	each := func(f func(s *sums, rows []entry[K, W])) {
		inParts(blocks, min(partsOf(len(e)), max(blocks, 1)), func(_, from, to int) {
			for b := from; b < to; b++ {
				if i, j := begin(b), begin(b+1); i < j {
					f(&of[b], e[i:j])
				}
			}
		})
	}
	each(func(s *sums, rows []entry[K, W]) {
		for _, r := range rows {
			if w := float64(r.weight); w > 0 {
				s.tp += w
			} else {
				s.fp -= w
			}
		}
	})
	var all sums
	for b := range of {
		own := of[b]
		of[b] = all
		all.tp += own.tp
		all.fp += own.fp
	}
	each(func(s *sums, rows []entry[K, W]) {
		tp, fp := s.tp, s.fp
		var before sums
		before.tp, before.fp = tp, fp
		for i, r := range rows {
			if w := float64(r.weight); w > 0 {
				tp += w
			} else {
				fp -= w
			}
			if i+1 < len(rows) && rows[i+1].key == r.key {
				continue
			}
			s.roc += (fp - before.fp) * (tp + before.tp)
			if tp > before.tp {
				s.precision += (tp - before.tp) * (tp / (tp + fp))
			}
			before.tp, before.fp = tp, fp
		}
	})
	for _, s := range of {
		all.roc += s.roc
		all.precision += s.precision
	}
	a := Areas{ROCAUC: math.NaN(), Pos: all.tp, Neg: all.fp}
	if a.Pos > 0 && a.Neg > 0 {
		a.ROCAUC = all.roc / 2 / (a.Pos * a.Neg)
	}
	if a.Pos > 0 {
		a.AveragePrecision = all.precision / a.Pos
	}
	return a
}
