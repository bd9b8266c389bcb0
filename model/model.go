package model

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

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
	m := &Model{name: c.Name, seed: c.Seed, dtype: c.DType}
	names := map[string]bool{}
	classes := map[string]int{}
	var shape []int
	for i, l := range layers {
		if l == nil {
			return nil, fmt.Errorf("model: layer %d is nil", i)
		}
		if _, isInput := l.(layer.Input); isInput != (i == 0) {
			return nil, fmt.Errorf("model: layer %d is a %s; a layer.Input comes first and only there", i, l.Class())
		}
		name := l.GivenName()
		if name == "" {
			name = autoName(l.Class(), classes)
		}
		if names[name] {
			return nil, fmt.Errorf("model: two layers are named %q", name)
		}
		names[name] = true
		built, err := l.Build(shape)
		if err != nil {
			return nil, fmt.Errorf("model: layer %q (%s) on input shape %v: %w", name, l.Class(), shape, err)
		}
		shape = built.Out
		p := placed{layer: l, name: name, out: shape}
		for _, w := range built.Weights {
			param, err := c.initialize(name, w, uint64(m.numParams()+len(p.params)))
			if err != nil {
				return nil, err
			}
			p.params = append(p.params, param)
		}
		m.layers = append(m.layers, p)
	}
	return m, nil
}

// initialize makes one weight. Each has a random stream of its own, so adding
// a layer does not change the weights of those before it.
func (c Config) initialize(layerName string, w layer.Weight, stream uint64) (*engine.Param, error) {
	name := layerName + "/" + w.Name
	values := make([]float64, tensor.Shape(w.Shape).TotalSize())
	if err := w.Initializer.Fill(values, w.Shape, rand.New(rand.NewPCG(c.Seed, stream))); err != nil {
		return nil, fmt.Errorf("model: weight %q: %w", name, err)
	}
	t := tensor.New(tensor.Of(c.DType), tensor.WithShape(w.Shape...))
	switch data := t.Data().(type) {
	case []float32:
		for i, v := range values {
			data[i] = float32(v)
		}
	case []float64:
		copy(data, values)
	}
	return &engine.Param{Name: name, Value: t, Trainable: !w.Fixed}, nil
}

var wordStart = regexp.MustCompile(`([a-z])([A-Z])|([A-Z0-9])([A-Z][a-z])`)

// autoName gives "dense", "dense_1", ... as Keras does in a fresh session.
func autoName(class string, seen map[string]int) string {
	base := strings.ToLower(wordStart.ReplaceAllString(class, "${1}${3}_${2}${4}"))
	n := seen[base]
	seen[base]++
	if n == 0 {
		return base
	}
	return fmt.Sprintf("%s_%d", base, n)
}

// Name returns the model's name.
func (m *Model) Name() string { return m.name }

// Seed returns the seed of the initial weights.
func (m *Model) Seed() uint64 { return m.seed }

// DType returns the element type of weights and computation.
func (m *Model) DType() tensor.Dtype { return m.dtype }

// InputShape returns the shape of one sample, without the batch axis.
func (m *Model) InputShape() []int { return m.layers[0].out }

// OutputShape returns the shape of one prediction, without the batch axis.
func (m *Model) OutputShape() []int { return m.layers[len(m.layers)-1].out }

// Params returns the model's arrays in the order of its layers. It is meant
// for the packages of this module; see [Model.Weights].
func (m *Model) Params() []*engine.Param {
	var all []*engine.Param
	for _, p := range m.layers {
		all = append(all, p.params...)
	}
	return all
}

func (m *Model) numParams() int { return len(m.Params()) }

// Apply adds the model to a graph. It is called by package fit.
func (m *Model) Apply(g *engine.Graph, x *engine.Tensor) (*engine.Tensor, error) {
	for _, p := range m.layers {
		y, err := p.layer.Apply(layer.Call{Graph: g, Name: p.name, Params: p.params, Input: x})
		if err != nil {
			return nil, fmt.Errorf("model: layer %q (%s): %w", p.name, p.layer.Class(), err)
		}
		x = y
	}
	return x, nil
}
