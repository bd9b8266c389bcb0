package model_test

import (
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

// run computes a model's output on a batch, once.
func run(t testing.TB, m *model.Model, training bool, x *tensor.Dense) *tensor.Dense {
	t.Helper()
	var in, out *engine.Tensor
	plan, err := engine.Build(m.DType(), training, &op.State{}, func(g *engine.Graph) (cost *engine.Tensor, keep []*engine.Tensor, err error) {
		if in, err = g.Input("inputs", x.Shape()); err != nil {
			return nil, nil, err
		}
		out, err = m.Apply(g, in)
		return nil, []*engine.Tensor{in, out}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := tensor.Copy(plan.Dense(in), x); err != nil {
		t.Fatal(err)
	}
	if err := plan.Run(); err != nil {
		t.Fatal(err)
	}
	return plan.Dense(out)
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
