package neighbours

import "github.com/counterweight-go/counterweight/internal/kernel"

// tree is a k-d tree: each node halves its rows at the median of the column in
// which they spread most (Friedman, Bentley and Finkel, An algorithm for finding
// best matches in logarithmic expected time, ACM TOMS 3, 1977).
type tree[F kernel.Float] struct {
	base  Table[F]
	rows  []int32 // of base, in the order of the leaves
	nodes []node[F]
}

// node i has the children 2i+1 and 2i+2. All leaves are at one depth.
type node[F kernel.Float] struct {
	col       int // -1 for a leaf
	low, high F   // the left child reaches up to low, the right one down to high
}

const leafRows = 24

func newTree[F kernel.Float](base Table[F]) *tree[F] {
	t := &tree[F]{base: base, rows: make([]int32, base.Rows())}
	for i := range t.rows {
		t.rows[i] = int32(i)
	}
	inner := 0
	for n := len(t.rows); n > leafRows; n = (n + 1) / 2 {
		inner = 2*inner + 1
	}
	t.nodes = make([]node[F], inner)
	t.build(0, 0, len(t.rows))
	return t
}

func (t *tree[F]) block() int { return 64 }

func (t *tree[F]) build(i, lo, hi int) {
	if i >= len(t.nodes) {
		return
	}
	col := t.widest(lo, hi)
	mid := (lo + hi) / 2
	t.halve(lo, hi, mid, col)
	n := node[F]{col: col, low: t.at(lo, col), high: t.at(mid, col)}
	for j := lo; j < mid; j++ {
		n.low = max(n.low, t.at(j, col))
	}
	for j := mid; j < hi; j++ {
		n.high = min(n.high, t.at(j, col))
	}
	t.nodes[i] = n
	t.build(2*i+1, lo, mid)
	t.build(2*i+2, mid, hi)
}

func (t *tree[F]) at(j, col int) F { return t.base.Data[int(t.rows[j])*t.base.Cols+col] }

func (t *tree[F]) widest(lo, hi int) int {
	best, spread := 0, F(-1)
	for c := range t.base.Cols {
		least, most := t.at(lo, c), t.at(lo, c)
		for j := lo + 1; j < hi; j++ {
			v := t.at(j, c)
			least, most = min(least, v), max(most, v)
		}
		if most-least > spread {
			best, spread = c, most-least
		}
	}
	return best
}

// halve puts the smallest values of a column before mid (Hoare's selection).
func (t *tree[F]) halve(lo, hi, mid, col int) {
	for hi-lo > 1 {
		pivot := t.at((lo+hi)/2, col)
		i, j := lo, hi-1
		for i <= j {
			for t.at(i, col) < pivot {
				i++
			}
			for t.at(j, col) > pivot {
				j--
			}
			if i <= j {
				t.rows[i], t.rows[j] = t.rows[j], t.rows[i]
				i++
				j--
			}
		}
		switch {
		case mid <= j:
			hi = j + 1
		case mid >= i:
			lo = i
		default:
			return
		}
	}
}

func (t *tree[F]) answer(queries Table[F], lo, hi int, best []nearest) {
	away := make([]float64, t.base.Cols)
	for q := lo; q < hi; q++ {
		t.visit(0, 0, len(t.rows), queries.row(q), 0, away, &best[q-lo])
	}
}

// visit looks below node i, whose rows are at least bound (squared) away, of
// which away[c] (not squared) is in column c.
func (t *tree[F]) visit(i, lo, hi int, q []F, bound float64, away []float64, best *nearest) {
	if i >= len(t.nodes) {
		for _, r := range t.rows[lo:hi] {
			best.offer(Squared(q, t.base.row(int(r))), r)
		}
		return
	}
	n, mid := t.nodes[i], (lo+hi)/2
	left, right := float64(q[n.col])-float64(n.low), float64(n.high)-float64(q[n.col])
	first := left <= right // the left child is nearer
	near := func(first bool) {
		was, gap := away[n.col], right
		if first {
			gap = left
		}
		gap = max(gap, was)
		below := bound + gap*gap - was*was
		// The bound is a sum of rounded terms. Rows as far away as the last of
		// the best may still come before it.
		if below*(1-1e-12) > best.limit() {
			return
		}
		away[n.col] = gap
		if first {
			t.visit(2*i+1, lo, mid, q, below, away, best)
		} else {
			t.visit(2*i+2, mid, hi, q, below, away, best)
		}
		away[n.col] = was
	}
	near(first)
	near(!first)
}
