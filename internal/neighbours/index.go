package neighbours

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

const (
	panelRows = kernel.PanelRows
	fan       = kernel.Fan
)

// index holds rows in the order of a k-d tree's leaves (Friedman, Bentley and
// Finkel, An algorithm for finding best matches in logarithmic expected time,
// ACM TOMS 3, 1977), as float32 in panels that suit the vector units. Each panel
// has a box, and so have sixteen panels, sixteen times sixteen, and so on.
type index[F kernel.Float] struct {
	base   Table[F]
	frame  frame
	order  []int32   // rows of base as they lie in the panels
	panels []float32 // the last one is filled up with copies
	levels []level   // of boxes: of panels, of sixteen of them, ...
	norm   float64   // of the longest row, in the frame
}

// level are the boxes of nodes that each hold fan of the level below.
type level struct {
	boxes []float32 // as kernel.Boxes has them
	least []int32   // the first row of base in each node
}

// newIndex holds the rows of base that are listed, nil meaning all. Unless it is
// sorted, its boxes exclude nothing.
func newIndex[F kernel.Float](base Table[F], rows []int32, sorted bool) *index[F] {
	if rows == nil {
		rows = upTo(base.Rows())
	}
	x := &index[F]{base: base, frame: newFrame(base), order: slices.Clone(rows)}
	if sorted {
		x.sort()
	}
	n, d := len(rows), base.Cols
	count := (n + panelRows - 1) / panelRows
	x.panels = make([]float32, count*panelRows*d)
	bottom := newLevel(count, d)
	norms := make([]float64, (count+fan-1)/fan)
	kernel.NewLoop(len(norms), 1, func(lo, hi int) {
		for p := lo * fan; p < min(hi*fan, count); p++ {
			norms[p/fan] = max(norms[p/fan], x.fill(p, &bottom))
		}
	}).Run()
	for _, norm := range norms {
		x.norm = max(x.norm, norm)
	}
	x.levels = []level{bottom}
	for ; count > fan; count = (count + fan - 1) / fan {
		x.levels = append(x.levels, x.levels[len(x.levels)-1].above(count, d))
	}
	return x
}

// upTo lists 0 to n-1.
func upTo(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// fill copies the rows of a panel and notes its box. It returns the length of
// the longest row.
func (x *index[F]) fill(p int, l *level) (norm float64) {
	d, n := x.base.Cols, len(x.order)
	panel, box := x.panels[p*panelRows*d:][:panelRows*d], l.box(p, d)
	var norms [panelRows]float64
	for i := range panelRows {
		row := x.order[min(p*panelRows+i, n-1)]
		l.least[p] = min(l.least[p], row)
		for j, v := range x.base.row(int(row)) {
			v := at(&x.frame, v, j)
			panel[j*panelRows+i] = v
			norms[i] += float64(v) * float64(v)
		}
		norm = max(norm, norms[i])
	}
	for j := range d {
		low, high := panel[j*panelRows], panel[j*panelRows]
		for _, v := range panel[j*panelRows:][:panelRows] {
			low, high = min(low, v), max(high, v)
		}
		box[2*j*fan], box[(2*j+1)*fan] = low, high
	}
	return math.Sqrt(norm)
}

func newLevel(nodes, cols int) level {
	l := level{make([]float32, (nodes+fan-1)/fan*2*fan*cols), make([]int32, nodes)}
	for i := range l.least {
		l.least[i] = math.MaxInt32
	}
	nan := float32(math.NaN())
	for i := nodes; i%fan != 0; i++ {
		box := l.box(i, cols)
		for j := range 2 * cols {
			box[j*fan] = nan
		}
	}
	return l
}

// box returns where the box of a node begins; its ends are fan apart.
func (l *level) box(node, cols int) []float32 { return l.boxes[node/fan*2*fan*cols+node%fan:] }

// above returns the next level; l has so many nodes.
func (l *level) above(nodes, cols int) level {
	up := newLevel((nodes+fan-1)/fan, cols)
	for i := range nodes {
		from, to := l.box(i, cols), up.box(i/fan, cols)
		for j := range cols {
			low, high := &to[2*j*fan], &to[(2*j+1)*fan]
			if i%fan == 0 {
				*low, *high = from[2*j*fan], from[(2*j+1)*fan]
			}
			*low, *high = min(*low, from[2*j*fan]), max(*high, from[(2*j+1)*fan])
		}
		up.least[i/fan] = min(up.least[i/fan], l.least[i])
	}
	return up
}

// home returns a panel whose box q is in or near.
func (x *index[F]) home(q []float32) int {
	var away [fan]float32
	node := 0
	for l := len(x.levels) - 1; l >= 0; l-- {
		kernel.Boxes(&away, q, x.levels[l].boxes[node*2*fan*len(q):])
		best := 0
		for i, d := range away {
			if d < away[best] {
				best = i
			}
		}
		node = node*fan + best
	}
	return node
}

// inOrder returns the rows of queries so that those near each other come
// together.
func (x *index[F]) inOrder(queries Table[F]) []int32 {
	n := queries.Rows()
	if n == len(x.order) && &queries.Data[0] == &x.base.Data[0] {
		return x.order
	}
	homes := make([]int32, n)
	kernel.NewLoop(n, 1024, func(lo, hi int) {
		q := make([]float32, queries.Cols)
		for i := lo; i < hi; i++ {
			place(&x.frame, q, queries.row(i))
			homes[i] = int32(x.home(q))
		}
	}).Run()
	starts := make([]int32, len(x.levels[0].least)+1)
	for _, h := range homes {
		starts[h+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	order := make([]int32, n)
	for i, h := range homes {
		order[starts[h]] = int32(i)
		starts[h]++
	}
	return order
}
