package engine

import (
	"fmt"
	"slices"
	"sync"

	"github.com/counterweight-go/counterweight/internal/op"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Link names the function that made a tensor out of its Logits.
type Link int

const (
	NoLink Link = iota
	SigmoidLink
	SoftmaxLink
)

// Tensor is an array inside a graph. Its shape includes the batch axis.
type Tensor struct {
	Node  *G.Node
	Shape tensor.Shape
	// Differentiable is set when a trainable parameter contributes to it;
	// gradients are computed for no other tensor.
	Differentiable bool
	// Logits is what Link was applied to, where the tensor is the output of a
	// sigmoid or a softmax: a loss is more exact on the logits.
	Logits *Tensor
	Link   Link
	// Mask, of shape (n, T), is 1 for the timesteps that count and 0 for the
	// others; nil where all count. It has no gradient.
	Mask *Tensor
	// Unmasked names the layer on the way here that dropped a mask, "" where none
	// did.
	Unmasked string
}

// WithMask returns the same array with another mask, nil for none.
func (t *Tensor) WithMask(mask *Tensor) *Tensor {
	if t.Mask == mask {
		return t
	}
	masked := *t
	masked.Mask = mask
	return &masked
}

// Graph is a computation under construction for one batch size and one mode.
type Graph struct {
	DType    tensor.Dtype
	Training bool
	State    *op.State
	// FirstRow is the place in the batch of the graph's first row, where the
	// batch is cut into parts with a graph each.
	FirstRow int
	// Shared is common to the graphs of all parts, nil for a graph of its own.
	Shared *op.Shared

	together  bool
	penalties []*Tensor
	late      *Tensor
	// Apart gives every operation memory of its own: what a test compares with.
	Apart bool

	states  []state
	dropped []DroppedMask

	graph   *G.ExprGraph
	params  map[*Param]*Tensor
	names   map[string]bool
	streams uint64
}

// building is held while a graph is built, differentiated and compiled:
// Gorgonia keeps package-level caches that are not safe to use side by side.
var building sync.Mutex

// Build makes a graph, hands it to construct and compiles what construct
// returns: the cost (nil for inference) and the tensors to keep, which the
// plan computes whether or not the cost depends on them.
func Build(dt tensor.Dtype, training bool, state *op.State, construct func(*Graph) (cost *Tensor, keep []*Tensor, err error)) (*Plan, error) {
	building.Lock()
	defer building.Unlock()
	g := &Graph{
		DType: dt, Training: training, State: state,
		graph: G.NewGraph(), params: map[*Param]*Tensor{}, names: map[string]bool{},
	}
	cost, keep, err := construct(g)
	if err != nil {
		return nil, err
	}
	return g.compile(cost, keep)
}

// Input adds an array that is filled before each run; its memory is
// Node.Value(). Names are unique within a graph, because Gorgonia merges
// inputs of the same name and type.
func (g *Graph) Input(name string, shape tensor.Shape) (*Tensor, error) {
	return g.leaf(name, tensor.New(tensor.Of(g.DType), tensor.WithShape(shape...)))
}

// InputOver is [Graph.Input] with memory that the caller has.
func (g *Graph) InputOver(name string, memory *tensor.Dense) (*Tensor, error) {
	return g.leaf(name, memory)
}

// Param adds a parameter, once for each graph: all its uses get the same
// tensor, and its gradient is the sum over them. Models inside a model may
// have parameters of one name. A scalar has one axis, of size 1, in a graph,
// and so has its gradient: operations know no scalars but sums of losses.
func (g *Graph) Param(p *Param) (*Tensor, error) {
	if t, ok := g.params[p]; ok {
		return t, nil
	}
	name := p.Name
	for n := 2; g.names[name]; n++ {
		name = fmt.Sprintf("%s (%d)", p.Name, n)
	}
	t, err := g.leaf(name, p.Value)
	if err != nil {
		return nil, err
	}
	t.Differentiable = p.Trainable
	g.params[p] = t
	return t, nil
}

func (g *Graph) leaf(name string, value *tensor.Dense) (*Tensor, error) {
	if g.names[name] {
		return nil, fmt.Errorf("engine: two arrays are named %q", name)
	}
	g.names[name] = true
	if value.IsScalar() {
		value = vectorOver(value)
	}
	node := G.NewTensor(g.graph, g.DType, value.Dims(), G.WithName(name), G.WithValue(value))
	return &Tensor{Node: node, Shape: value.Shape().Clone()}, nil
}

// vectorOver returns the memory of a scalar as an array of one axis.
func vectorOver(scalar *tensor.Dense) *tensor.Dense {
	if scalar.Dtype() == tensor.Float64 {
		return tensor.New(tensor.WithShape(1), tensor.WithBacking(scalar.Float64s()))
	}
	return tensor.New(tensor.WithShape(1), tensor.WithBacking(scalar.Float32s()))
}

// Apply adds an operation.
func (g *Graph) Apply(o op.Op, in ...*Tensor) (*Tensor, error) {
	nodes := make(G.Nodes, len(in))
	out := &Tensor{}
	for i, t := range in {
		nodes[i] = t.Node
		out.Differentiable = out.Differentiable || t.Differentiable
	}
	node, err := G.ApplyOp(o, nodes...)
	if err != nil {
		return nil, fmt.Errorf("engine: %v: %w", o, err)
	}
	out.Node, out.Shape = node, node.Shape()
	g.together = g.together || o.Together()
	return out, nil
}

// Late marks an input that is set in the middle of a run: after
// [Plan.RunEarly], before [Plan.RunLate].
func (g *Graph) Late(t *Tensor) { g.late = t }

// Penalize adds what r makes of a layer's output to the losses of the graph's
// rows. In inference, too: it belongs to the validation loss.
func (g *Graph) Penalize(layer string, r Regularizer, y *Tensor) error {
	_, additive := r.(Additive)
	o, err := op.Penalty(g.DType, op.PenaltyConfig{Layer: layer, X: y.Shape, Together: !additive, Penalty: r.Penalty})
	if err != nil {
		return err
	}
	p, err := g.Apply(o, y)
	g.penalties = append(g.penalties, p)
	return err
}

// DroppedMask says that a layer dropped a mask that somebody later would have
// used.
type DroppedMask struct{ Layer, User string }

// DropMask notes that user would have used the mask that was dropped on the way
// to x.
func (g *Graph) DropMask(x *Tensor, user string) {
	if d := (DroppedMask{x.Unmasked, user}); x.Unmasked != "" && x.Mask == nil && !slices.Contains(g.dropped, d) {
		g.dropped = append(g.dropped, d)
	}
}

// DroppedMasks returns what was noted.
func (g *Graph) DroppedMasks() []DroppedMask { return g.dropped }

// Penalties returns the scalars that [Graph.Penalize] has added so far.
func (g *Graph) Penalties() []*Tensor { return g.penalties }

// Stream returns a number that tells the random operations of a graph apart.
// It counts from 0 in the order of construction, so every graph of a model
// gives a layer the same stream.
func (g *Graph) Stream() uint64 {
	g.streams++
	return g.streams - 1
}
