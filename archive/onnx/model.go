package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// A weight is an array of a layer, in its order.
type weight struct {
	name  string // the full one
	shape []int
	data  []float32
}

// A call is one use of a layer.
type call struct {
	*graph
	in      []value
	weights []weight
}

// model adds a model that stands at a path, and gives its outputs.
func (g *graph) model(m *model.Model, path string, in []value) ([]value, error) {
	around := g.layer
	defer func() { g.layer = around }()
	weights := map[string]weight{}
	for _, w := range m.Weights() {
		weights[w.Name] = weight{path + w.Name, w.Value.Shape(), single(w.Value)}
	}
	type use struct {
		layer string
		call  int
	}
	spec := m.Spec()
	uses, made := map[string]model.Use{}, map[use][]value{}
	for _, u := range spec.Layers {
		uses[u.Name] = u
	}
	for i, name := range m.InputNames() {
		made[use{name, 0}] = in[i : i+1]
	}
	var outputs func(at use) ([]value, error)
	output := func(r model.Ref) (value, error) {
		all, err := outputs(use{r.Layer, r.Call})
		if err != nil {
			return value{}, err
		}
		return all[r.Output], nil
	}
	outputs = func(at use) ([]value, error) {
		if all, ok := made[at]; ok {
			return all, nil
		}
		u := uses[at.layer]
		var of []value
		for _, r := range u.Calls[at.call] {
			v, err := output(r)
			if err != nil {
				return nil, err
			}
			of = append(of, v)
		}
		g.layer = path + u.Name
		all, err := g.use(u.Layer, of, func(w layer.Weight) weight { return weights[u.Name+"/"+w.Name] })
		if err != nil {
			return nil, fmt.Errorf("layer %q (%s): %w", path+u.Name, u.Layer.Class(), err)
		}
		made[at] = all
		return all, nil
	}
	var outs []value
	for _, r := range spec.Outputs {
		v, err := output(r)
		if err != nil {
			return nil, err
		}
		outs = append(outs, v)
	}
	return outs, nil
}

// use adds one use of a layer; find gives its weights.
func (g *graph) use(l layer.Layer, in []value, find func(layer.Weight) weight) ([]value, error) {
	if m, ok := l.(*model.Model); ok {
		return g.model(m, g.layer+"/", in)
	}
	var shapes [][]int
	for _, x := range in {
		shapes = append(shapes, slices.Clone(x.shape))
	}
	built, err := layer.Build(l, shapes)
	if err != nil {
		return nil, err
	}
	c := call{graph: g, in: in}
	for _, w := range built.Weights {
		c.weights = append(c.weights, find(w))
	}
	outs, err := c.layer(l)
	if err != nil {
		return nil, err
	}
	for i, y := range outs {
		if !slices.Equal(y.shape, built.Outs[i]) {
			return nil, fmt.Errorf("output %d was written with shape %v, expected %v", i, y.shape, built.Outs[i])
		}
	}
	return outs, nil
}

// errNot is the answer to layers that have no counterpart.
var errNot = errors.New("ONNX cannot express it")

// single gives the numbers of a weight.
func single(t *tensor.Dense) []float32 {
	switch v := t.Data().(type) {
	case []float32:
		return v
	case float32:
		return []float32{v}
	case []float64:
		out := make([]float32, len(v))
		for i, x := range v {
			out[i] = float32(x)
		}
		return out
	case float64:
		return []float32{float32(v)}
	}
	return nil
}

// weight is the constant of the layer's i-th weight, in another shape of the
// same size.
func (c call) weight(i int, shape ...int) string {
	w := c.weights[i]
	return c.tensor(fmt.Sprint("weight ", w.name, shape), w.name, typeFloat, shape, func() []byte { return rawFloats(w.data) })
}

// rearranged is the constant of the layer's i-th weight with its axes in
// another order, and then of a shape of the same size; nil for the one that
// follows.
func (c call) rearranged(i int, order, shape []int) string {
	w := c.weights[i]
	if shape == nil {
		shape = permuted(w.shape, order)
	}
	return c.tensor(fmt.Sprint("rearranged ", w.name, order, shape), w.name, typeFloat, shape, func() []byte {
		return rawFloats(permute(w.data, w.shape, order))
	})
}

func permuted(shape, order []int) []int {
	out := make([]int, len(order))
	for i, a := range order {
		out[i] = shape[a]
	}
	return out
}

// permute puts the axes of an array into another order.
func permute(data []float32, shape, order []int) []float32 {
	strides := make([]int, len(shape))
	for i, n := len(shape)-1, 1; i >= 0; i-- {
		strides[i] = n
		n *= shape[i]
	}
	out := make([]float32, 0, len(data))
	var walk func(axis, at int)
	walk = func(axis, at int) {
		if axis == len(order) {
			out = append(out, data[at])
			return
		}
		a := order[axis]
		for i := range shape[a] {
			walk(axis+1, at+i*strides[a])
		}
	}
	walk(0, 0)
	return out
}
