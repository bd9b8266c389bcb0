package model_test

import (
	"fmt"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// sequential makes a model or fails the test.
func sequential(t testing.TB, c model.Config, layers ...layer.Layer) *model.Model {
	t.Helper()
	m, err := c.Sequential(layers...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run computes the output of a model on a batch, once.
func run(t testing.TB, m *model.Model, training bool, x *tensor.Dense) *tensor.Dense {
	t.Helper()
	return runMasked(t, m, training, nil, x)
}

// runMasked computes the first output of a model on inputs, which have a mask
// unless it is nil.
func runMasked(t testing.TB, m *model.Model, training bool, mask *tensor.Dense, xs ...*tensor.Dense) *tensor.Dense {
	t.Helper()
	return runOutputs(t, m, training, mask, xs...)[0]
}

// runOutputs is runMasked with all outputs of the model.
func runOutputs(t testing.TB, m *model.Model, training bool, mask *tensor.Dense, xs ...*tensor.Dense) (all []*tensor.Dense) {
	t.Helper()
	var outs []*engine.Tensor
	plan, err := engine.Build(m.DType(), training, &op.State{}, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		var missing *engine.Tensor
		if mask != nil {
			if missing, err = g.InputOver("mask", mask); err != nil {
				return nil, nil, err
			}
		}
		var in []*engine.Tensor
		for i, x := range xs {
			one, err := g.InputOver(fmt.Sprint("input", i), x)
			if err != nil {
				return nil, nil, err
			}
			in = append(in, one.WithMask(missing))
		}
		outs, err = m.Apply(layer.Call{Graph: g, Inputs: in})
		return nil, outs, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Run(); err != nil {
		t.Fatal(err)
	}
	for _, y := range outs {
		all = append(all, plan.Dense(y))
	}
	return all
}

// custom is a layer as a user would write it.
type custom struct {
	class, name string
	build       func(in []int) (layer.Built, error)
}

func (c custom) Class() string     { return c.class }
func (c custom) GivenName() string { return c.name }
func (c custom) Build(in []int) (layer.Built, error) {
	if c.build == nil {
		return layer.Built{Out: in}, nil
	}
	return c.build(in)
}
func (custom) Apply(c layer.Call) (*engine.Tensor, error) { return c.Input, nil }

// apply adds a model of one input and one output to a graph.
func apply(m *model.Model, g *engine.Graph, x *engine.Tensor) (*engine.Tensor, error) {
	outs, err := m.Apply(layer.Call{Graph: g, Inputs: []*engine.Tensor{x}})
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}
