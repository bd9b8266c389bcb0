package engine

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/op"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// state is an array that a layer keeps from one run to the next.
type state struct {
	param *Param
	value *Tensor // what the graph makes of it
}

// Kept adds what the last run left in an array of as many rows as the whole
// batch: of these, the rows of the graph. Where [Graph.Keep] was called for the
// array, it is what was kept. It has no gradient.
func (g *Graph) Kept(p *Param, rows int) (*Tensor, error) {
	for _, s := range g.states {
		if s.param == p {
			kept := *s.value
			kept.Differentiable = false
			return &kept, nil
		}
	}
	memory, err := g.rowsOf(p.Value, rows)
	if err != nil {
		return nil, fmt.Errorf("engine: state %q: %w", p.Name, err)
	}
	return g.leaf(fmt.Sprintf("state %d of %s", len(g.names), p.Name), memory)
}

// Keep leaves t in the array of a state at the end of a run.
func (g *Graph) Keep(p *Param, t *Tensor) {
	for i, s := range g.states {
		if s.param == p {
			g.states[i].value = t
			return
		}
	}
	g.states = append(g.states, state{p, t})
}

// stores adds the operations that leave the states, and returns their nodes.
func (g *Graph) stores() ([]*G.Node, error) {
	var nodes []*G.Node
	for _, s := range g.states {
		memory, err := g.rowsOf(s.param.Value, s.value.Shape[0])
		if err != nil {
			return nil, fmt.Errorf("engine: state %q: %w", s.param.Name, err)
		}
		o, err := op.Store(g.DType, op.StoreConfig{Layer: s.param.Name, Memory: memory})
		if err != nil {
			return nil, err
		}
		t, err := g.Apply(o, s.value)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, t.Node)
	}
	return nodes, nil
}

// rowsOf returns the graph's rows of an array of the whole batch.
func (g *Graph) rowsOf(d *tensor.Dense, rows int) (*tensor.Dense, error) {
	shape := d.Shape().Clone()
	if g.FirstRow+rows > shape[0] {
		return nil, fmt.Errorf("expected at most %d rows, got %d", shape[0], g.FirstRow+rows)
	}
	width := shape.TotalSize() / shape[0]
	shape[0] = rows
	lo, hi := g.FirstRow*width, (g.FirstRow+rows)*width
	if d.Dtype() == tensor.Float64 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float64s()[lo:hi])), nil
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float32s()[lo:hi])), nil
}
