package model

import (
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/model/layer"
)

// Graph makes a model whose layers are connected at will: several inputs and
// outputs, branches, sums, shared layers, models inside the model.
//
//	g := model.NewGraph()
//	amounts := g.Add(layer.Input{Shape: []int{30}, Name: "amounts"})
//	hidden := g.Add(layer.Dense{Units: 30, Activation: layer.ReLU}, amounts)
//	sum := g.Add(layer.Add{}, amounts, hidden)
//	fraud := g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, sum)
//	m, err := g.Model(fraud)
//
// The first mistake is kept and comes out of [Graph.Model]. Make one with
// [NewGraph] or [Config.Graph].
type Graph struct {
	config Config
	names  namer
	spec   Spec
	err    error
}

// Node is an output of a layer in a [Graph], the first unless [Node.Output]
// says otherwise.
type Node struct {
	graph *Graph
	ref   Ref
}

// Shared is a layer in a [Graph] that is used several times, with the same
// weights.
type Shared struct {
	graph *Graph
	at    int
}

// NewGraph is the start of a model of seed 0.
func NewGraph() *Graph { return Config{}.Graph() }

// Graph is the start of a model.
func (c Config) Graph() *Graph {
	return &Graph{config: c, names: namer{taken: map[string]bool{}, counts: map[string]int{}}}
}

// Add puts a layer on the outputs of others. A [layer.Input] is put on nothing:
// it is an input of the model, and the model's inputs are in the order in which
// they are added. A [Model] is a layer, too.
func (g *Graph) Add(l layer.Layer, in ...Node) Node { return g.Share(l).On(in...) }

// Share adds a layer that [Shared.On] uses.
func (g *Graph) Share(l layer.Layer) Shared {
	l = settled(l)
	at := len(g.spec.Layers)
	if l == nil {
		g.fail(fmt.Errorf("model: layer %d is nil", at))
		return Shared{g, -1}
	}
	name, err := g.names.of(l)
	if err != nil {
		g.fail(fmt.Errorf("model: layer %d (%s): %w", at, l.Class(), err))
		return Shared{g, -1}
	}
	g.spec.Layers = append(g.spec.Layers, Use{Name: name, Layer: l})
	return Shared{g, at}
}

// On uses the layer once more.
func (s Shared) On(in ...Node) Node {
	g := s.graph
	if g == nil {
		return Node{}
	}
	if s.at < 0 || g.err != nil {
		return Node{graph: g}
	}
	u := &g.spec.Layers[s.at]
	var refs []Ref
	for i, n := range in {
		if n.graph != g {
			g.fail(fmt.Errorf("model: layer %q (%s): input %d is not a node of the same graph", u.Name, u.Layer.Class(), i))
			return Node{graph: g}
		}
		refs = append(refs, n.ref)
	}
	u.Calls = append(u.Calls, refs)
	return Node{g, Ref{Layer: u.Name, Call: len(u.Calls) - 1}}
}

// Output is another output of the layer that n comes from, counted from 0.
func (n Node) Output(i int) Node {
	n.ref.Output = i
	return n
}

// Model makes the model that ends in some outputs. It is an error if a layer
// or an input leads to none of them.
func (g *Graph) Model(outputs ...Node) (*Model, error) {
	if g == nil {
		return nil, errors.New("model: the graph is nil: make it with model.NewGraph")
	}
	for i, n := range outputs {
		if n.graph != g {
			g.fail(fmt.Errorf("model: output %d is not a node of the same graph", i))
		}
	}
	if g.err != nil {
		return nil, g.err
	}
	spec := g.spec
	for _, n := range outputs {
		spec.Outputs = append(spec.Outputs, n.ref)
	}
	return g.config.Build(spec)
}

func (g *Graph) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}
