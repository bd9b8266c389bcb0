package model

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// Config says how a model is made. The zero value gives a float32 model named
// "sequential" with the weights of seed 0.
type Config struct {
	Name  string
	Seed  uint64
	DType tensor.Dtype // tensor.Float32 (the default) or tensor.Float64
}

// Model is a network with its weights. Use [Sequential], [NewFromSeed] or
// [Config.Sequential] to make one. The weights must not be read or written
// while a fit is running.
type Model struct {
	name   string
	seed   uint64
	dtype  tensor.Dtype
	layers []placed // the input layer first
}

// placed is a layer in a model.
type placed struct {
	layer  layer.Layer
	name   string
	out    []int // of one sample
	params []*engine.Param
	frozen bool
}

// Sequential makes a model of layers that follow each other; the first is a
// [layer.Input]. It is NewFromSeed with seed 0.
func Sequential(layers ...layer.Layer) (*Model, error) { return Config{}.Sequential(layers...) }

// NewFromSeed is [Sequential] with initial weights that follow from seed.
func NewFromSeed(seed uint64, layers ...layer.Layer) (*Model, error) {
	return Config{Seed: seed}.Sequential(layers...)
}

// Sequential makes a model of layers that follow each other; the first is a
// [layer.Input]. An error names the layer at fault.
func (c Config) Sequential(layers ...layer.Layer) (*Model, error) {
	if c.DType == (tensor.Dtype{}) {
		c.DType = tensor.Float32
	}
	if c.DType != tensor.Float32 && c.DType != tensor.Float64 {
		return nil, fmt.Errorf("model: element type %v, expected float32 or float64", c.DType)
	}
	if c.Name == "" {
		c.Name = "sequential"
	}
	if len(layers) == 0 {
		return nil, fmt.Errorf("model: no layers; the first is a layer.Input")
	}
	if err := checkName(c.Name); err != nil {
		return nil, fmt.Errorf("model: model name %w", err)
	}
	m := &Model{name: c.Name, seed: c.Seed, dtype: c.DType}
	names := namer{taken: map[string]bool{}, counts: map[string]int{}}
	var shape []int
	var weights uint64
	for i, l := range layers {
		l = settled(l)
		if l == nil {
			return nil, fmt.Errorf("model: layer %d is nil", i)
		}
		if _, isInput := l.(layer.Input); isInput != (i == 0) {
			return nil, fmt.Errorf("model: layer %d is of class %s; a layer.Input comes first and only there", i, l.Class())
		}
		name, err := names.of(l)
		if err != nil {
			return nil, fmt.Errorf("model: layer %d (%s): %w", i, l.Class(), err)
		}
		p, err := c.place(l, name, shape, weights)
		if err != nil {
			return nil, fmt.Errorf("model: layer %q (%s): %w", name, l.Class(), err)
		}
		m.layers = append(m.layers, p)
		shape = p.out
		weights += uint64(len(p.params))
	}
	return m, nil
}

// settled returns a layer that the caller can no longer change: the struct
// itself where a pointer to one was given, nil for a nil pointer.
func settled(l layer.Layer) layer.Layer {
	v := reflect.ValueOf(l)
	if v.Kind() != reflect.Pointer {
		return l
	}
	if v.IsNil() {
		return nil
	}
	if value, ok := v.Elem().Interface().(layer.Layer); ok {
		return value
	}
	return l
}

// place builds a layer on the output shape of the layer before it and makes
// its weights. Each weight has a random stream of its own, so adding a layer
// does not change the weights of those before it.
func (c Config) place(l layer.Layer, name string, in []int, stream uint64) (placed, error) {
	var shapes [][]int
	if in != nil {
		shapes = [][]int{slices.Clone(in)}
	}
	built, err := layer.Build(l, shapes)
	if err != nil {
		if in != nil {
			err = fmt.Errorf("on input shape %v: %w", in, err)
		}
		return placed{}, err
	}
	if n := len(built.Outs); n != 1 {
		return placed{}, fmt.Errorf("expected one output of a layer in a sequential model, got %d", n)
	}
	if _, err := size(built.Outs[0]); err != nil {
		return placed{}, fmt.Errorf("output: %w", err)
	}
	p := placed{layer: l, name: name, out: slices.Clone(built.Outs[0]), frozen: built.Frozen}
	for i, w := range built.Weights {
		value, err := c.initialize(w, stream+uint64(i))
		if err != nil {
			return placed{}, fmt.Errorf("weight %q: %w", w.Name, err)
		}
		param := &engine.Param{Name: name + "/" + w.Name, Value: value, Trainable: !w.Fixed && !built.Frozen}
		if param.Regularizer, param.Constraint, err = checked(w); err != nil {
			return placed{}, fmt.Errorf("weight %q: %w", w.Name, err)
		}
		p.params = append(p.params, param)
	}
	return p, nil
}

// Name returns the model's name.
func (m *Model) Name() string { return m.name }

// Seed returns the seed of the initial weights.
func (m *Model) Seed() uint64 { return m.seed }

// DType returns the element type of weights and computation.
func (m *Model) DType() tensor.Dtype { return m.dtype }

// InputShape returns the shape of one sample, without the batch axis.
func (m *Model) InputShape() []int { return slices.Clone(m.layers[0].out) }

// OutputShape returns the shape of one prediction, without the batch axis.
func (m *Model) OutputShape() []int { return slices.Clone(m.layers[len(m.layers)-1].out) }

// Params returns the model's arrays in the order of its layers. It is meant
// for the packages of this module; see [Model.Weights].
func (m *Model) Params() []*engine.Param {
	var all []*engine.Param
	for _, p := range m.layers {
		all = append(all, p.params...)
	}
	return all
}

// Apply adds the model to a graph. It is called by package fit.
func (m *Model) Apply(g *engine.Graph, x *engine.Tensor) (*engine.Tensor, error) {
	for _, p := range m.layers {
		ys, err := layer.Apply(p.layer, layer.Call{Graph: g, Name: p.name, Params: p.params, Inputs: []*engine.Tensor{x}, Frozen: p.frozen})
		if err != nil {
			return nil, fmt.Errorf("model: layer %q (%s): %w", p.name, p.layer.Class(), err)
		}
		y := ys[0]
		if got := []int(y.Shape[1:]); !slices.Equal(got, p.out) {
			return nil, fmt.Errorf("model: layer %q (%s): expected output shape %v for one sample, got %v", p.name, p.layer.Class(), p.out, got)
		}
		x = y
	}
	return x, nil
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
