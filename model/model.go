package model

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// Config says how a model is made. The zero value gives a float32 model named
// "sequential" or "functional" with the weights of seed 0.
type Config struct {
	Name  string
	Seed  uint64
	DType tensor.Dtype // tensor.Float32 (the default) or tensor.Float64
	// Blank leaves the weights 0, for readers of archives that fill them, and
	// makes it an error, before memory is asked for, if there are more than
	// MaxWeights numbers in them.
	Blank      bool
	MaxWeights int // with Blank only
}

// kind is Keras's class of a model.
type kind string

const (
	inOrder    kind = "Sequential"
	functional kind = "Functional"
)

// Model is a network with its weights. Use [Sequential], [NewFromSeed],
// [Config.Sequential] or a [Graph] to make one. The weights must not be read or
// written while a fit is running.
//
// A model is a layer, too: inside another one its weights are the same arrays,
// so training either trains both.
type Model struct {
	given   string // name, or "" for the automatic one
	kind    kind
	seed    uint64
	dtype   tensor.Dtype
	layers  []*placed // in the order of weights
	calls   []call    // each after what it needs
	inputs  []input
	outputs []array
	spec    Spec // layers in the order of layers
	chain   bool // the layers merely follow each other
	batch   int  // rows of every batch, where layers keep states; else 0
}

// input is a call of an input layer; at is its place among them.
type input struct{ at, call int }

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
	if len(layers) == 0 {
		return nil, fmt.Errorf("model: no layers; the first is a layer.Input")
	}
	names := namer{taken: map[string]bool{}, counts: map[string]int{}}
	var s Spec
	var last []Ref
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
		s.Layers = append(s.Layers, Use{Name: name, Layer: l, Calls: [][]Ref{last}})
		last = []Ref{{Layer: name}}
	}
	s.Outputs = last
	m, err := c.assemble(s, inOrder)
	if err != nil {
		return nil, err
	}
	for _, c := range m.calls {
		if n := len(c.outs); n != 1 {
			return nil, fmt.Errorf("model: layer %q (%s): expected one output of a layer in a sequential model, got %d", c.name, c.layer.Class(), n)
		}
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

// Name returns the model's name.
func (m *Model) Name() string {
	if m.given == "" {
		return names.Snake(m.Class())
	}
	return m.given
}

// Seed returns the seed of the initial weights.
func (m *Model) Seed() uint64 { return m.seed }

// DType returns the element type of weights and computation.
func (m *Model) DType() tensor.Dtype { return m.dtype }

// InputShape returns the shape of one sample, without the batch axis; of the
// first input where there are several.
func (m *Model) InputShape() []int { return m.InputShapes()[0] }

// OutputShape returns the shape of one prediction, without the batch axis; of
// the first output where there are several.
func (m *Model) OutputShape() []int { return m.OutputShapes()[0] }

// InputShapes returns the shape of one sample for each input.
func (m *Model) InputShapes() [][]int {
	var all [][]int
	for _, in := range m.inputs {
		all = append(all, slices.Clone(m.calls[in.call].outs[0]))
	}
	return all
}

// OutputShapes returns the shape of one prediction for each output.
func (m *Model) OutputShapes() [][]int {
	var all [][]int
	for _, out := range m.outputs {
		all = append(all, slices.Clone(m.calls[out.call].outs[out.output]))
	}
	return all
}

// InputNames returns the names of the input layers.
func (m *Model) InputNames() []string {
	var all []string
	for _, in := range m.inputs {
		all = append(all, m.calls[in.call].name)
	}
	return all
}

// OutputNames returns the names of the layers that the outputs come from. A
// further output of the same layer has _1, _2, ... behind it.
func (m *Model) OutputNames() []string {
	var all []string
	for _, out := range m.outputs {
		base := m.calls[out.call].name
		name := base
		for n := 1; slices.Contains(all, name); n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		all = append(all, name)
	}
	return all
}

// Params returns the model's arrays in the order of its layers, each once. It
// is meant for the packages of this module; see [Model.Weights].
func (m *Model) Params() []*engine.Param {
	var all []*engine.Param
	m.each("", func(_ string, p *engine.Param) { all = append(all, p) })
	return all
}

// ParamsOf returns the arrays of the layer of a name, in the order of its
// weights; nil where there is none. It is meant for the packages of this module.
func (m *Model) ParamsOf(name string) []*engine.Param {
	for _, l := range m.layers {
		if l.name == name {
			return slices.Clone(l.params)
		}
	}
	return nil
}

// each visits the arrays with their full names, those of inner models after
// the name of the model, each array once.
func (m *Model) each(prefix string, visit func(name string, p *engine.Param)) {
	m.visit(prefix, map[*engine.Param]bool{}, visit)
}

func (m *Model) visit(prefix string, seen map[*engine.Param]bool, visit func(name string, p *engine.Param)) {
	for _, l := range m.layers {
		if inner := l.inner(); inner != nil {
			inner.visit(prefix+l.name+"/", seen, visit)
			continue
		}
		for _, p := range l.params {
			if !seen[p] {
				seen[p] = true
				visit(prefix+p.Name, p)
			}
		}
	}
}
