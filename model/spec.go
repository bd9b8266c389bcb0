package model

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// Spec describes a model without its weights: its layers, and what each is
// used on. [Config.Build] makes a model of it; the layers may stand in any
// order.
type Spec struct {
	Layers []Use
	// Inputs are the names of the input layers, in the order of the model's
	// inputs; nil for the order of Layers.
	Inputs  []string
	Outputs []Ref
}

// Use is a layer and its uses. A layer that is used several times is shared:
// all its uses have the same weights.
type Use struct {
	Name  string
	Layer layer.Layer
	Calls [][]Ref // the inputs of each use; one use without inputs for a [layer.Input]
}

// Ref names an output of a layer.
type Ref struct {
	Layer  string
	Call   int // which use of the layer, from 0
	Output int // which of its outputs, from 0
}

// Spec returns the description of the model. Its layers are in the order of
// weights and summary.
func (m *Model) Spec() Spec {
	s := Spec{Inputs: m.InputNames(), Outputs: slices.Clone(m.spec.Outputs)}
	for _, u := range m.spec.Layers {
		calls := make([][]Ref, len(u.Calls))
		for i, in := range u.Calls {
			calls[i] = slices.Clone(in)
		}
		s.Layers = append(s.Layers, Use{Name: u.Name, Layer: u.Layer, Calls: calls})
	}
	return s
}

// ShapeOf returns the shape of one sample of an output of a layer, without the
// batch axis; nil where there is no such output.
func (m *Model) ShapeOf(r Ref) []int {
	for _, c := range m.calls {
		if c.name == r.Layer && c.use == r.Call && r.Output >= 0 && r.Output < len(c.outs) {
			return slices.Clone(c.outs[r.Output])
		}
	}
	return nil
}

// walk is a topological sort of the uses in a spec.
type walk struct {
	spec    Spec
	at      map[string]int // of a layer in spec.Layers
	seen    map[node]progress
	order   []node // each after what it needs
	visited []int  // layers in the order in which they were come upon, from the outputs
	met     map[int]bool
}

// node is one use of a layer.
type node struct{ layer, call int }

type progress int

const (
	unseen progress = iota
	entered
	left
)

// sorted checks how a spec is connected and returns its uses, inputs first.
func (s Spec) sorted() (*walk, error) {
	w := &walk{spec: s, at: map[string]int{}, seen: map[node]progress{}, met: map[int]bool{}}
	for i, u := range s.Layers {
		if _, taken := w.at[u.Name]; taken {
			return nil, fmt.Errorf("model: layer %d (%s): name %q is that of another layer", i, u.Layer.Class(), u.Name)
		}
		w.at[u.Name] = i
		if len(u.Calls) == 0 {
			return nil, fmt.Errorf("model: layer %q (%s) is not used", u.Name, u.Layer.Class())
		}
		_, isInput := u.Layer.(layer.Input)
		for _, in := range u.Calls {
			if isInput != (len(in) == 0) || isInput && len(u.Calls) > 1 {
				return nil, fmt.Errorf("model: layer %q (%s): expected inputs, and none for a layer.Input, which is used once", u.Name, u.Layer.Class())
			}
		}
	}
	if err := s.checkInputs(w.at); err != nil {
		return nil, err
	}
	if len(s.Outputs) == 0 {
		return nil, fmt.Errorf("model: no outputs")
	}
	for _, out := range s.Outputs {
		if err := w.visit(out, "the model's outputs"); err != nil {
			return nil, err
		}
	}
	for i, u := range s.Layers {
		for call := range u.Calls {
			if w.seen[node{i, call}] != left {
				what := ""
				if len(u.Calls) > 1 {
					what = fmt.Sprintf(" in its use %d", call)
				}
				return nil, fmt.Errorf("model: layer %q (%s)%s leads to no output of the model", u.Name, u.Layer.Class(), what)
			}
		}
	}
	return w, nil
}

// checkInputs refuses a list of inputs that are not all input layers, each
// once.
func (s Spec) checkInputs(at map[string]int) error {
	if s.Inputs == nil {
		return nil
	}
	listed := map[string]bool{}
	for _, name := range s.Inputs {
		i, known := at[name]
		if !known {
			return fmt.Errorf("model: the model's inputs: no layer %q", name)
		}
		if _, isInput := s.Layers[i].Layer.(layer.Input); !isInput || listed[name] {
			return fmt.Errorf("model: the model's inputs: expected each layer.Input once, got layer %q (%s)", name, s.Layers[i].Layer.Class())
		}
		listed[name] = true
	}
	for _, u := range s.Layers {
		if _, isInput := u.Layer.(layer.Input); isInput && !listed[u.Name] {
			return fmt.Errorf("model: the model's inputs: layer %q (%s) is not among them", u.Name, u.Layer.Class())
		}
	}
	return nil
}

// visit goes from an output of a use to what it needs, first things first.
func (w *walk) visit(r Ref, from string) error {
	i, known := w.at[r.Layer]
	if !known {
		return fmt.Errorf("model: %s: no layer %q", from, r.Layer)
	}
	u := w.spec.Layers[i]
	if r.Call < 0 || r.Call >= len(u.Calls) {
		return fmt.Errorf("model: %s: layer %q has %d uses, expected use %d among them", from, r.Layer, len(u.Calls), r.Call)
	}
	n := node{i, r.Call}
	switch w.seen[n] {
	case left:
		return nil
	case entered:
		return fmt.Errorf("model: layer %q (%s) is part of a cycle", u.Name, u.Layer.Class())
	}
	w.seen[n] = entered
	if !w.met[i] {
		w.met[i] = true
		w.visited = append(w.visited, i)
	}
	for _, in := range u.Calls[r.Call] {
		if err := w.visit(in, fmt.Sprintf("layer %q", u.Name)); err != nil {
			return err
		}
	}
	w.seen[n] = left
	w.order = append(w.order, n)
	return nil
}

// layers returns the layers in Keras's order: by their distance from the
// outputs, the farthest first, and then as they are come upon from the
// outputs. It is the order of weights and of summaries. chain tells whether
// the uses merely follow each other.
func (w *walk) layers() (ordered []int, chain bool) {
	nodes, layers := map[node]int{}, map[int]int{}
	for _, n := range slices.Backward(w.order) {
		depth := max(nodes[n], layers[n.layer])
		layers[n.layer], nodes[n] = depth, depth
		for _, in := range w.spec.Layers[n.layer].Calls[n.call] {
			below := node{w.at[in.Layer], in.Call}
			nodes[below] = max(nodes[below], depth+1)
		}
	}
	ordered = slices.Clone(w.visited)
	slices.SortStableFunc(ordered, func(a, b int) int { return layers[b] - layers[a] })
	chain = true
	at := map[int]bool{}
	for n, depth := range nodes {
		calls := w.spec.Layers[n.layer].Calls
		chain = chain && !at[depth] && len(calls) == 1 && len(calls[n.call]) <= 1
		at[depth] = true
	}
	return ordered, chain
}
