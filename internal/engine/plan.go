package engine

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Plan is a compiled graph: its operations in order, bound to their memory.
// It must not be run twice at the same time.
type Plan struct {
	steps  []step
	values map[*G.Node]G.Value
	grads  map[*Param]*tensor.Dense
	early  int // steps that do not depend on the graph's late input
	// Together is set if the rows of a batch act on each other: such a batch
	// cannot be cut into parts.
	Together bool
	// Elements is the number of elements that the operations write.
	Elements int
	// Bytes is the memory that the operations' outputs share.
	Bytes int
}

type step struct {
	op    G.Op
	shape tensor.Shape // of what it puts out
	run   func() error

	// What a profile counts.
	time time.Duration
	runs int
}

// Value returns the memory of a kept tensor, an input or the cost. A dense
// tensor for anything but a scalar.
func (p *Plan) Value(t *Tensor) G.Value { return p.values[t.Node] }

// Dense returns the memory of a kept tensor or an input.
func (p *Plan) Dense(t *Tensor) *tensor.Dense {
	d, _ := p.values[t.Node].(*tensor.Dense)
	return d
}

// Grad returns the memory of the cost's gradient with respect to a trainable
// parameter of the graph, or nil.
func (p *Plan) Grad(param *Param) *tensor.Dense { return p.grads[param] }

// Steps returns how many operations a run executes.
func (p *Plan) Steps() int { return len(p.steps) }

// Describe lists the operations in order, a line each with the shape of what
// it puts out.
func (p *Plan) Describe() []string {
	var lines []string
	for _, s := range p.steps {
		lines = append(lines, fmt.Sprintf("%v: %v", s.op, s.shape))
	}
	return lines
}

// Scalar returns the value of a kept scalar.
func (p *Plan) Scalar(t *Tensor) float64 {
	switch v := p.values[t.Node].(type) {
	case *G.F32:
		return float64(*v)
	case *G.F64:
		return float64(*v)
	}
	return math.NaN()
}

// Run executes the plan. What it computes stays in place until the next run.
func (p *Plan) Run() error { return run(p.steps) }

// RunEarly executes what does not depend on the graph's late input: everything
// where there is none. It takes the times of operations if profiled is set.
func (p *Plan) RunEarly(profiled bool) error {
	if profiled {
		return runProfiled(p.steps[:p.early])
	}
	return run(p.steps[:p.early])
}

// RunLate executes the rest.
func (p *Plan) RunLate(profiled bool) error {
	if profiled {
		return runProfiled(p.steps[p.early:])
	}
	return run(p.steps[p.early:])
}

func run(steps []step) (err error) {
	at := 0
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("engine: %v: panic: %v", steps[at].op, r)
		}
	}()
	for at = range steps {
		if err := steps[at].run(); err != nil {
			return fmt.Errorf("engine: %v: %w", steps[at].op, err)
		}
	}
	return nil
}

// compile differentiates the cost, leaves out what nobody needs, and binds the
// rest in topological order.
func (g *Graph) compile(cost *Tensor, keep []*Tensor) (*Plan, error) {
	p := &Plan{values: map[*G.Node]G.Value{}, grads: map[*Param]*tensor.Dense{}, Together: g.together}
	var wanted []*G.Node
	for _, t := range keep {
		wanted = append(wanted, t.Node)
	}
	stores, err := g.stores()
	if err != nil {
		return nil, err
	}
	wanted = append(wanted, stores...)
	gradNodes, err := g.differentiate(cost)
	if err != nil {
		return nil, err
	}
	if cost != nil {
		wanted = append(wanted, cost.Node)
	}
	forwardEnds := slices.Clone(wanted)
	for _, n := range gradNodes {
		wanted = append(wanted, n)
	}
	order, err := g.order(wanted)
	if err != nil {
		return nil, err
	}
	early, late := g.split(order)
	order = slices.Concat(early, late)
	var forward map[*G.Node]bool
	if len(gradNodes) > 0 {
		forward = g.below(forwardEnds)
	}
	memory := newLifetimes(g, order, wanted, forward)
	for i, n := range order {
		if err := p.add(g, n, memory); err != nil {
			return nil, err
		}
		memory.passed(i)
		if i == len(early)-1 {
			p.early = len(p.steps)
		}
	}
	p.Bytes = memory.arena.Bytes()
	for param, n := range gradNodes {
		grad, ok := p.values[n].(*tensor.Dense)
		if !ok {
			return nil, fmt.Errorf("engine: the gradient of %s is a %T, expected a dense tensor", param.Name, p.values[n])
		}
		p.grads[param] = grad
	}
	return p, nil
}

func (g *Graph) differentiate(cost *Tensor) (map[*Param]*G.Node, error) {
	if cost == nil || !g.Training || !cost.Differentiable {
		return nil, nil
	}
	var params []*Param
	var wrt G.Nodes
	reached := g.below([]*G.Node{cost.Node})
	for param, t := range g.params {
		if param.Trainable && reached[t.Node] {
			params = append(params, param)
		}
	}
	// A map has no order, and the order of the nodes must not vary between runs.
	slices.SortFunc(params, func(a, b *Param) int { return int(g.params[a].Node.ID() - g.params[b].Node.ID()) })
	for _, param := range params {
		wrt = append(wrt, g.params[param].Node)
	}
	grads, err := G.Grad(cost.Node, wrt...)
	if err != nil {
		return nil, fmt.Errorf("engine: differentiating the loss: %w", err)
	}
	byParam := make(map[*Param]*G.Node, len(grads))
	for i, n := range grads {
		byParam[params[i]] = n
	}
	return byParam, nil
}

// order returns the nodes that the wanted ones need, inputs first.
func (g *Graph) order(wanted []*G.Node) ([]*G.Node, error) {
	needed := g.below(wanted)
	sorted, err := G.Sort(g.graph)
	if err != nil {
		return nil, fmt.Errorf("engine: sorting the graph: %w", err)
	}
	slices.Reverse(sorted)
	return slices.DeleteFunc(sorted, func(n *G.Node) bool { return !needed[n] }), nil
}

// below returns some nodes and all that they need.
func (g *Graph) below(wanted []*G.Node) map[*G.Node]bool {
	needed := map[*G.Node]bool{}
	for wanted = slices.Clone(wanted); len(wanted) > 0; {
		n := wanted[len(wanted)-1]
		wanted = wanted[:len(wanted)-1]
		if !needed[n] {
			needed[n] = true
			wanted = append(wanted, g.children(n)...)
		}
	}
	return needed
}

// split takes what depends on the late input out of an order.
func (g *Graph) split(order []*G.Node) (early, late []*G.Node) {
	if g.late == nil {
		return order, nil
	}
	waits := map[*G.Node]bool{g.late.Node: true}
	for _, n := range order {
		for _, child := range g.children(n) {
			waits[n] = waits[n] || waits[child]
		}
		if waits[n] {
			late = append(late, n)
		} else {
			early = append(early, n)
		}
	}
	return early, late
}

func (g *Graph) children(n *G.Node) []*G.Node {
	var nodes []*G.Node
	for it := g.graph.From(n.ID()); it.Next(); {
		nodes = append(nodes, it.Node().(*G.Node))
	}
	return nodes
}

// add appends the step of one node to the plan.
func (p *Plan) add(g *Graph, n *G.Node, memory *lifetimes) error {
	if v := n.Value(); v != nil { // an input, a parameter or a constant
		p.values[n] = v
		return nil
	}
	var in []G.Value
	for _, child := range g.children(n) {
		in = append(in, p.values[child])
	}
	p.Elements += n.Shape().TotalSize()
	if o, ok := n.Op().(op.Op); ok {
		memory.place(n, o)
		run, err := o.Bind(in)
		if err != nil {
			return err
		}
		p.values[n] = o.Output()
		p.steps = append(p.steps, step{op: o, shape: n.Shape(), run: func() error { run(); return nil }})
		return nil
	}
	return p.addStock(n, in)
}

// addStock appends one of Gorgonia's own operations. The sum that Gorgonia
// makes of the gradients of a tensor with several consumers is computed by a
// kernel. The result of any other is copied into memory of the plan, because a
// stock operation returns another value at each call.
func (p *Plan) addStock(n *G.Node, in []G.Value) error {
	if n.Op() == nil {
		return fmt.Errorf("engine: %v has neither a value nor an operation", n)
	}
	if n.Dtype() == tensor.Float64 {
		addStock[float64](p, n, in)
	} else {
		addStock[float32](p, n, in)
	}
	return nil
}

func addStock[T kernel.Float](p *Plan, n *G.Node, in []G.Value) {
	out := make([]T, max(n.Shape().TotalSize(), 1))
	p.values[n] = op.Value(n.Shape(), out)
	stock := n.Op()
	if a, b, ok := summands[T](stock, in, len(out)); ok {
		p.steps = append(p.steps, step{op: stock, shape: n.Shape(), run: func() error {
			copy(out, a)
			kernel.Add(out, b)
			return nil
		}})
		return
	}
	p.steps = append(p.steps, step{op: stock, shape: n.Shape(), run: func() error {
		v, err := stock.Do(in...)
		if err != nil {
			return err
		}
		result, err := op.Slice[T](v)
		copy(out, result)
		return err
	}})
}

// summands returns the memory of what Gorgonia's addition adds, if o is that
// and both are as long as the result.
func summands[T kernel.Float](o G.Op, in []G.Value, n int) (a, b []T, ok bool) {
	if len(in) != 2 || o.String() != "+ false" {
		return nil, nil, false
	}
	a, errA := op.Slice[T](in[0])
	b, errB := op.Slice[T](in[1])
	return a, b, errA == nil && errB == nil && len(a) == n && len(b) == n
}
