package engine

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/op"
	G "gorgonia.org/gorgonia"
)

// lifetimes lends the outputs of a plan's operations memory of one arena, each
// from its operation to the last that reads it.
//
// What a forward operation puts out in training lives on to the end, as
// operations of the gradient may read the memory that the forward operation was
// bound to.
type lifetimes struct {
	arena  op.Arena
	apart  bool
	last   map[*G.Node]int // place in the order of the last reader
	blocks map[*G.Node]op.Block
	dying  [][]*G.Node // by place
}

// newLifetimes looks at the order of a plan. The wanted nodes, and those that
// stay, keep their memory.
func newLifetimes(g *Graph, order, wanted []*G.Node, stay map[*G.Node]bool) *lifetimes {
	l := &lifetimes{apart: g.Apart, last: map[*G.Node]int{}, blocks: map[*G.Node]op.Block{}, dying: make([][]*G.Node, len(order))}
	for i, n := range order {
		for _, child := range g.children(n) {
			l.last[child] = max(l.last[child], i)
		}
		if stay[n] {
			l.last[n] = math.MaxInt
		}
	}
	for _, n := range wanted {
		l.last[n] = math.MaxInt
	}
	for n, at := range l.last {
		if at < len(order) {
			l.dying[at] = append(l.dying[at], n)
		}
	}
	// The order in which blocks become free must not vary between runs.
	for _, nodes := range l.dying {
		slices.SortFunc(nodes, func(a, b *G.Node) int { return int(a.ID() - b.ID()) })
	}
	return l
}

// place gives an operation's output memory.
func (l *lifetimes) place(n *G.Node, o op.Op) {
	if !l.apart {
		l.blocks[n] = o.Place(&l.arena)
	}
}

// passed takes back what is not read after place i of the order.
func (l *lifetimes) passed(i int) {
	for _, n := range l.dying[i] {
		l.arena.Release(l.blocks[n])
		delete(l.blocks, n)
	}
}
