package model

import (
	"errors"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// placed is a layer in a model.
type placed struct {
	layer  layer.Layer
	name   string
	params []*engine.Param
	states []*engine.Param // what it keeps from one batch to the next
	fixed  []bool          // which of them are statistics
	frozen bool            // the others are not trained
	outs   [][]int         // of one sample, of the last use
}

// inner returns the model that stands in place of a layer, or nil.
func (p *placed) inner() *Model {
	m, _ := p.layer.(*Model)
	return m
}

// call is one use of a layer.
type call struct {
	*placed
	use  int // of the layer, from 0
	in   []array
	outs [][]int // of one sample
}

// array is an output of a call of a model.
type array struct{ call, output int }

// Build makes the model that a spec describes; its weights follow from the
// seed. An error names the layer at fault: one whose shapes cannot be, a name
// that stands twice, an input or a layer that leads to no output, a cycle.
func (c Config) Build(s Spec) (*Model, error) {
	return c.assemble(s, functional)
}

func (c Config) assemble(s Spec, k kind) (*Model, error) {
	if c.DType == (tensor.Dtype{}) {
		c.DType = tensor.Float32
	}
	if c.DType != tensor.Float32 && c.DType != tensor.Float64 {
		return nil, fmt.Errorf("model: element type %v, expected float32 or float64", c.DType)
	}
	if err := checkName(c.Name); err != nil {
		return nil, fmt.Errorf("model: model name %w", err)
	}
	for i := range s.Layers {
		u := &s.Layers[i]
		if u.Layer = settled(u.Layer); u.Layer == nil {
			return nil, fmt.Errorf("model: layer %d is nil", i)
		}
		if u.Name == "" {
			return nil, fmt.Errorf("model: layer %d (%s): expected a name, got none", i, u.Layer.Class())
		}
		if err := checkName(u.Name); err != nil {
			return nil, fmt.Errorf("model: layer %d (%s): name %w", i, u.Layer.Class(), err)
		}
	}
	w, err := s.sorted()
	if err != nil {
		return nil, err
	}
	m := &Model{given: c.Name, kind: k, seed: c.Seed, dtype: c.DType}
	all, err := m.connect(w)
	if err != nil {
		return nil, err
	}
	if err := c.makeWeights(all); err != nil {
		return nil, err
	}
	if err := m.makeStates(all); err != nil {
		return nil, err
	}
	ordered, chain := w.layers()
	m.chain = chain
	for _, at := range ordered {
		m.layers = append(m.layers, all[at].placed)
		m.spec.Layers = append(m.spec.Layers, s.Layers[at])
	}
	m.spec.Outputs = s.Outputs
	return m, nil
}

// built is a layer with its answer.
type built struct {
	*placed
	layer.Built
}

// connect builds the layers on the shapes that they are used on.
func (m *Model) connect(w *walk) ([]built, error) {
	all := make([]built, len(w.spec.Layers))
	calls := map[node]int{}
	find := func(r Ref) (array, error) {
		a := array{calls[node{w.at[r.Layer], r.Call}], r.Output}
		if n := len(m.calls[a.call].outs); a.output < 0 || a.output >= n {
			return a, fmt.Errorf("layer %q has %d outputs, expected output %d among them", r.Layer, n, a.output)
		}
		return a, nil
	}
	for _, n := range w.order {
		u := w.spec.Layers[n.layer]
		fault := func(err error) error {
			return fmt.Errorf("model: layer %q (%s): %w", u.Name, u.Layer.Class(), err)
		}
		if inner, ok := u.Layer.(*Model); ok && inner.dtype != m.dtype {
			return nil, fault(fmt.Errorf("element type %v, expected that of the model around it, %v", inner.dtype, m.dtype))
		}
		var c call
		var in [][]int
		for _, r := range u.Calls[n.call] {
			a, err := find(r)
			if err != nil {
				return nil, fault(err)
			}
			c.in = append(c.in, a)
			in = append(in, m.calls[a.call].outs[a.output])
		}
		b, err := build(u.Layer, in)
		if err != nil {
			return nil, fault(err)
		}
		c.outs = b.Outs
		switch first := &all[n.layer]; {
		case first.placed == nil:
			*first = built{&placed{layer: u.Layer, name: u.Name, frozen: b.Frozen}, b}
		case !sameWeights(first.Weights, b.Weights):
			return nil, fault(fmt.Errorf("on input %s: expected inputs that want weights as in its first use", shapes(in)))
		}
		c.placed, c.use = all[n.layer].placed, n.call
		c.placed.outs = b.Outs
		calls[n] = len(m.calls)
		if len(in) == 0 {
			at := n.layer
			if w.spec.Inputs != nil {
				at = slices.Index(w.spec.Inputs, u.Name)
			}
			m.inputs = append(m.inputs, input{at: at, call: len(m.calls)})
		}
		m.calls = append(m.calls, c)
	}
	slices.SortFunc(m.inputs, func(a, b input) int { return a.at - b.at })
	for _, r := range w.spec.Outputs {
		a, err := find(r)
		if err != nil {
			return nil, fmt.Errorf("model: the model's outputs: %w", err)
		}
		m.outputs = append(m.outputs, a)
	}
	return all, nil
}

// build asks a layer for its answer to some shapes, and judges it.
func build(l layer.Layer, in [][]int) (layer.Built, error) {
	own := make([][]int, len(in)) // what a layer is told is its own
	for i, s := range in {
		own[i] = slices.Clone(s)
	}
	b, err := layer.Build(l, own)
	if err != nil {
		if len(in) > 0 {
			err = fmt.Errorf("on input %s: %w", shapes(in), err)
		}
		return b, err
	}
	if len(b.Outs) == 0 {
		return b, errors.New("output: expected at least one, got none")
	}
	outs := make([][]int, len(b.Outs))
	for i, out := range b.Outs {
		if _, err := size(out); err != nil {
			return b, fmt.Errorf("output: %w", err)
		}
		if len(out) == 0 {
			return b, errors.New("output: expected a shape with at least one axis, got none")
		}
		outs[i] = slices.Clone(out)
	}
	b.Outs = outs
	return b, nil
}

func shapes(in [][]int) string {
	if len(in) == 1 {
		return fmt.Sprint("shape ", in[0])
	}
	return fmt.Sprint("shapes ", in)
}

func sameWeights(a, b []layer.Weight) bool {
	return slices.EqualFunc(a, b, func(a, b layer.Weight) bool { return a.Name == b.Name && slices.Equal(a.Shape, b.Shape) })
}

// makeWeights makes the weights of all layers. Each weight has a random stream
// of its own, so adding a layer does not change the weights of those before it.
func (c Config) makeWeights(all []built) error {
	if c.Blank {
		if err := c.checkRoom(all); err != nil {
			return err
		}
	}
	var stream uint64
	for _, b := range all {
		b.placed.params = slices.Clone(b.Params)
		b.placed.fixed = make([]bool, len(b.Params))
		names := map[string]bool{}
		for _, w := range b.Weights {
			fault := func(err error) error {
				return fmt.Errorf("model: layer %q (%s): weight %q: %w", b.name, b.layer.Class(), w.Name, err)
			}
			if names[w.Name] {
				return fault(errors.New("another weight has this name"))
			}
			names[w.Name] = true
			value, err := c.initialize(w, stream)
			if err != nil {
				return fault(err)
			}
			stream++
			param := &engine.Param{Name: b.name + "/" + w.Name, Value: value, Trainable: !w.Fixed && !b.frozen}
			if param.Regularizer, param.Constraint, err = checked(w); err != nil {
				return fault(err)
			}
			b.placed.params = append(b.placed.params, param)
			b.placed.fixed = append(b.placed.fixed, w.Fixed)
		}
	}
	return nil
}

// checkRoom refuses more numbers in weights than Config.MaxWeights.
func (c Config) checkRoom(all []built) error {
	room := c.MaxWeights
	for _, b := range all {
		for _, w := range b.Weights {
			n, err := size(w.Shape)
			if err == nil && n > room {
				err = fmt.Errorf("shape %v: expected at most %d numbers in all weights together", w.Shape, c.MaxWeights)
			}
			if err != nil {
				return fmt.Errorf("model: layer %q (%s): weight %q: %w", b.name, b.layer.Class(), w.Name, err)
			}
			room -= n
		}
	}
	return nil
}

// checked returns what keeps a weight small or within bounds, after asking both
// whether they fit the weight.
func checked(w layer.Weight) (r engine.Regularizer, c engine.Constraint, err error) {
	if w.Regularizer != nil {
		if err := w.Regularizer.Check(w.Shape); err != nil {
			return nil, nil, err
		}
		r = w.Regularizer
	}
	if w.Constraint != nil {
		if err := w.Constraint.Check(w.Shape); err != nil {
			return nil, nil, err
		}
		c = w.Constraint
	}
	return r, c, nil
}
