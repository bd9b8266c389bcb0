package neighbours

import (
	"math"
	"math/bits"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// tree answers queries one by one with the boxes of an index. Of a row that the
// boxes do not exclude the distance is computed in float32, and of one that this
// does not exclude, as [Squared] computes it.
type tree[F kernel.Float] struct{ *index[F] }

func (tree[F]) block() int { return 256 }

func (t tree[F]) answer(s *task[F], queries []int32) {
	w := newWalk(t.index, s)
	for _, q := range queries {
		w.find(int(q))
	}
}

// walk is the search for the neighbours of one query after the other.
type walk[F kernel.Float] struct {
	*index[F]
	task   *task[F]
	q      []float32 // the query, in the frame
	length float64   // of q
	row    []F
	best   nearest
	// near holds neighbours of the query before, which is close by, and the k
	// nearest of them. No row farther than they are is among the best.
	near    []int32
	hint    nearest
	limit   float64
	ceiling float32
	found   kernel.Near
}

func newWalk[F kernel.Float](x *index[F], s *task[F]) *walk[F] {
	k := s.found.K
	return &walk[F]{index: x, task: s, q: make([]float32, x.base.Cols), hint: nearest{rows: make([]int32, k), distance: make([]float64, k)}}
}

func (w *walk[F]) find(query int) {
	w.row = w.task.queries.row(query)
	w.length = place(&w.frame, w.q, w.row)
	w.best = w.task.best(query)
	w.guess()
	w.limit = math.Inf(1)
	w.tighten()
	w.visit(len(w.levels)-1, 0)
	w.near = append(w.near[:0], w.best.rows...)
	if w.best.self >= 0 {
		w.near = append(w.near, w.best.self)
	}
}

// within returns how many panels the last query did not exclude.
func (w *walk[F]) within() (n int) {
	var away [fan]float32
	boxes := w.levels[0].boxes
	for i := 0; i < len(boxes); i += 2 * fan * len(w.q) {
		kernel.Boxes(&away, w.q, boxes[i:])
		for j, d := range away {
			if d <= w.ceiling && !w.best.full(w.levels[0].least[i/(2*len(w.q))+j]) {
				n++
			}
		}
	}
	return n
}

// guess finds some rows that are not far away.
func (w *walk[F]) guess() {
	w.hint.n, w.hint.self = 0, w.best.self
	if len(w.near) == 0 {
		p := w.home(w.q) * panelRows
		w.near = append(w.near, w.order[p:min(p+panelRows, len(w.order))]...)
	}
	w.offerRows(&w.hint, w.row, w.near)
}

// tighten sets how far away rows may be.
func (w *walk[F]) tighten() {
	limit := min(w.best.limit(), w.hint.limit())
	if limit < w.limit || math.IsInf(limit, 1) {
		w.limit, w.ceiling = limit, w.frame.ceiling(w.frame.reach(limit, w.length, w.norm))
	}
}

// visit looks below a node whose children are of level l.
func (w *walk[F]) visit(l, node int) {
	boxes := w.levels[l].boxes[node*2*fan*len(w.q):]
	if l == 0 {
		w.look(node*fan, boxes)
		return
	}
	var away [fan]float32
	kernel.Boxes(&away, w.q, boxes)
	var ranked [fan]uint64 // distances, whose bits have their order, and children
	n := 0
	for i, d := range away {
		if d <= w.ceiling {
			ranked[n] = uint64(math.Float32bits(d))<<32 | uint64(i)
			n++
		}
	}
	slices.Sort(ranked[:n])
	for _, r := range ranked[:n] {
		if math.Float32frombits(uint32(r>>32)) > w.ceiling {
			return
		}
		child := node*fan + int(uint32(r))
		if !w.best.full(w.levels[l].least[child]) {
			w.visit(l-1, child)
		}
	}
}

// look offers rows of the panels from p on.
func (w *walk[F]) look(p int, boxes []float32) {
	hits := w.found.Look(w.q, boxes, w.panels[p*panelRows*len(w.q):], w.ceiling)
	for ; hits != 0; hits &= hits - 1 {
		i := bits.TrailingZeros32(hits)
		for mask := w.found.Masks[i]; mask != 0; mask &= mask - 1 {
			j := bits.TrailingZeros32(mask)
			at := (p+i)*panelRows + j
			if at >= len(w.order) {
				break // copies that fill up the last panel
			}
			if w.found.Away[i][j] > w.ceiling {
				continue // which has come down meanwhile
			}
			if r := w.order[at]; !w.best.full(r) && w.best.offer(Squared(w.row, w.base.row(int(r))), r) {
				w.tighten()
			}
		}
	}
}
