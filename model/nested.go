package model

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
)

// Class implements [layer.Layer]: "Sequential" or "Functional".
func (m *Model) Class() string { return string(m.kind) }

// GivenName implements [layer.Layer].
func (m *Model) GivenName() string { return m.given }

// Build implements [layer.Multi]: the model's weights are the layer's.
func (m *Model) Build(in [][]int) (layer.Built, error) {
	if want := m.InputShapes(); !slices.EqualFunc(in, want, slices.Equal) {
		return layer.Built{}, fmt.Errorf("expected input %s", shapes(want))
	}
	return layer.Built{Outs: m.OutputShapes(), Params: m.Params()}, nil
}

// Apply implements [layer.Multi]. It adds the model to a graph, and is called
// by package fit. The inputs may have masks, and the outputs, too.
func (m *Model) Apply(c layer.Call) ([]*engine.Tensor, error) {
	if len(c.Inputs) != len(m.inputs) {
		return nil, fmt.Errorf("model: expected %d inputs, got %d", len(m.inputs), len(c.Inputs))
	}
	results := make([][]*engine.Tensor, len(m.calls))
	given := map[int]*engine.Tensor{}
	for i, in := range m.inputs {
		given[in.call] = c.Inputs[i]
	}
	for i, use := range m.calls {
		fault := func(err error) error {
			return fmt.Errorf("model: layer %q (%s): %w", use.name, use.layer.Class(), err)
		}
		of := layer.Call{Graph: c.Graph, Name: use.name, Params: use.params, States: use.states, Frozen: use.frozen}
		if c.Name != "" { // a model inside another one
			of.Name = c.Name + "/" + use.name
		}
		if x, isInput := given[i]; isInput {
			of.Inputs = []*engine.Tensor{x}
		}
		for _, a := range use.in {
			of.Inputs = append(of.Inputs, results[a.call][a.output])
		}
		outs, err := layer.Apply(use.layer, of)
		if err != nil {
			return nil, fault(err)
		}
		if len(outs) != len(use.outs) {
			return nil, fault(fmt.Errorf("expected %d outputs, got %d", len(use.outs), len(outs)))
		}
		for j, y := range outs {
			if got := []int(y.Shape[1:]); !slices.Equal(got, use.outs[j]) {
				return nil, fault(fmt.Errorf("expected output shape %v for one sample, got %v", use.outs[j], got))
			}
		}
		results[i] = unmasked(c.Graph, of, use.layer, outs)
	}
	var outs []*engine.Tensor
	for _, a := range m.outputs {
		outs = append(outs, results[a.call][a.output])
	}
	return outs, nil
}

// unmasked follows what becomes of masks: it notes where a layer would have used
// one that was dropped before it, and marks outputs where it drops one itself.
func unmasked(g *engine.Graph, of layer.Call, l layer.Layer, outs []*engine.Tensor) []*engine.Tensor {
	if _, inside := l.(*Model); inside {
		return outs // its layers have been looked at
	}
	uses, by := layer.UsesMask(l), ""
	for _, x := range of.Inputs {
		switch {
		case uses:
			g.DropMask(x, of.Name)
		case x.Mask != nil && !layer.Merges(l):
			by = of.Name
		case by == "":
			by = x.Unmasked
		}
	}
	marked := slices.Clone(outs)
	for i, y := range outs {
		if by != "" && y.Mask == nil {
			same := *y
			same.Unmasked = by
			marked[i] = &same
		}
	}
	return marked
}
