package model_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The graphs are those that testdata/summary/golden.py makes with Keras.

func finish(t testing.TB, g *model.Graph, outputs ...model.Node) *model.Model {
	t.Helper()
	m, err := g.Model(outputs...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func input(g *model.Graph, name string, shape ...int) model.Node {
	return g.Add(layer.Input{Shape: shape, Name: name})
}

func chain(t testing.TB, c model.Config) *model.Model {
	g := c.Graph()
	x := input(g, "", 4)
	last, first := g.Share(layer.Dense{Units: 1}), g.Share(layer.Dense{Units: 3})
	return finish(t, g, last.On(first.On(x)))
}

func residual(t testing.TB, c model.Config) *model.Model {
	g := c.Graph()
	x := input(g, "amounts", 8)
	hidden := g.Add(layer.Dense{Units: 8, Activation: layer.ReLU}, x)
	return finish(t, g, g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, g.Add(layer.Add{}, x, hidden)))
}

func branches(t testing.TB, c model.Config) *model.Model {
	c.Name = "two_heads"
	g := c.Graph()
	table, words := input(g, "table", 30), input(g, "words", 20)
	a := g.Add(layer.Dense{Units: 16, Activation: layer.ReLU}, table)
	b := g.Add(layer.LSTM{Units: 16}, g.Add(layer.Embedding{InputDim: 1000, OutputDim: 8}, words))
	both := g.Add(layer.Add{Name: "both"}, a, b)
	first := g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, both)
	second := g.Add(layer.Dense{Units: 5, Activation: layer.Softmax, Name: "kind_of_merchant_or_terminal"}, g.Add(layer.Dropout{Rate: 0.1}, both))
	return finish(t, g, first, second)
}

func shared(t testing.TB, c model.Config) *model.Model {
	g := c.Graph()
	left, right := input(g, "left", 12), input(g, "right", 12)
	tower, twice := g.Share(layer.Dense{Units: 6, Name: "tower"}), g.Share(layer.Dense{Units: 6, Name: "twice"})
	a := twice.On(tower.On(left))
	b := tower.On(right)
	return finish(t, g, g.Add(layer.Add{}, a, b, twice.On(twice.On(tower.On(left)))))
}

func encoder(t testing.TB, c model.Config) *model.Model {
	c.Name = "encoder"
	return sequential(t, c, layer.Input{Shape: []int{10, 3}}, layer.Masking{}, layer.LSTM{Units: 4}, layer.BatchNormalization{})
}

func mixer(t testing.TB, c model.Config) *model.Model {
	c.Name = "mixer"
	g := c.Graph()
	a, b := input(g, "a", 4), input(g, "b", 4)
	return finish(t, g, g.Add(layer.Add{}, g.Add(layer.Dense{Units: 4}, a), b))
}

func nested(t testing.TB, c model.Config) *model.Model {
	c.Name = "nested"
	g := c.Graph()
	x, y := input(g, "x", 10, 3), input(g, "y", 10, 3)
	e, m := g.Share(encoder(t, c)), g.Share(mixer(t, c))
	once := m.On(e.On(x), e.On(y))
	return finish(t, g, g.Add(layer.Dense{Units: 1, Name: "last"}, m.On(once, e.On(x))))
}

func stack(t testing.TB, c model.Config) *model.Model {
	c.Name = "stack"
	return sequential(t, c, layer.Input{Shape: []int{10, 3}}, encoder(t, c), layer.Dense{Units: 1, Name: "last"})
}

// graphs are models of every kind of connection.
var graphs = map[string]func(testing.TB, model.Config) *model.Model{
	"chain": chain, "residual": residual, "branches": branches, "shared": shared, "nested": nested, "sequence_of_models": stack,
	"frozen": func(t testing.TB, c model.Config) *model.Model {
		return frozen(t, branches(t, c), "embedding", "dense")
	},
	"frozen_inside": func(t testing.TB, c model.Config) *model.Model { return frozen(t, nested(t, c), "encoder") },
}

func frozen(t testing.TB, m *model.Model, names ...string) *model.Model {
	t.Helper()
	if err := m.SetTrainable(false, names...); err != nil {
		t.Fatal(err)
	}
	return m
}

// costOf builds a plan of a weighted sum of squares of all outputs.
func costOf(t testing.TB, m *model.Model, training bool, rows int) (plan *engine.Plan, cost *engine.Tensor, outs []*engine.Tensor) {
	t.Helper()
	plan, err := engine.Build(m.DType(), training, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
		var in []*engine.Tensor
		for i, sample := range m.InputShapes() {
			x, err := g.Input(fmt.Sprint("in", i), append(tensor.Shape{rows}, sample...))
			if err != nil {
				return nil, nil, err
			}
			fill(x.Node.Value().(*tensor.Dense), i)
			in = append(in, x)
		}
		var err error
		if outs, err = m.Apply(layer.Call{Graph: g, Inputs: in}); err != nil {
			return nil, nil, err
		}
		var terms []*engine.Tensor
		for i, y := range outs {
			call := []*engine.Tensor{y}
			for j, shape := range []tensor.Shape{y.Shape, {y.Shape.TotalSize() / y.Shape[len(y.Shape)-1]}} {
				v, err := g.Input(fmt.Sprint("target", i, j), shape)
				if err != nil {
					return nil, nil, err
				}
				fill(v.Node.Value().(*tensor.Dense), 3+i+j)
				call = append(call, v)
			}
			n := y.Shape[len(y.Shape)-1]
			o, _, err := op.Loss(g.DType, op.LossConfig{Pred: y.Shape, Kernel: op.RowLoss{
				Float32: kernel.SquaredError[float32]{N: n}, Float64: kernel.SquaredError[float64]{N: n},
			}})
			if err != nil {
				return nil, nil, err
			}
			term, err := g.Apply(o, call...)
			if err != nil {
				return nil, nil, err
			}
			terms = append(terms, term)
		}
		o, err := op.Add(g.DType, op.AddConfig{Shape: tensor.ScalarShape(), Terms: len(terms)})
		if err != nil {
			return nil, nil, err
		}
		cost, err = g.Apply(o, terms...)
		return cost, outs, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan, cost, outs
}

// fill sets whole numbers, zeros among them, which serve as indices, too.
func fill(d *tensor.Dense, seed int) {
	for i := range d.Shape().TotalSize() {
		v := (i*i + seed) % 7
		if i/6%3 == 2 {
			v = 0 // a masked step
		}
		if d.Dtype() == tensor.Float32 {
			d.Float32s()[i] = float32(v)
		} else {
			d.Float64s()[i] = float64(v)
		}
	}
}

// Gradients are those of finite differences, whatever the connections.
func TestGraphGradients(t *testing.T) {
	for name, make := range graphs {
		t.Run(name, func(t *testing.T) {
			m := make(t, model.Config{DType: tensor.Float64})
			plan, cost, _ := costOf(t, m, true, 3)
			loss := func() float64 { step(t, plan); return float64(*plan.Value(cost).(*G.F64)) }
			for _, p := range m.Params() {
				loss()
				grad := plan.Grad(p)
				if (grad != nil) != p.Trainable {
					t.Errorf("%s: a gradient is %v, trainable is %v", p.Name, grad != nil, p.Trainable)
				}
				if grad == nil {
					continue
				}
				got, w := append([]float64{}, grad.Float64s()...), p.Value.Float64s()
				for i := range w {
					if i%97 > 40 {
						continue // of the large table, some
					}
					v := w[i]
					const h = 1e-6
					w[i] = v + h
					up := loss()
					w[i] = v - h
					want := (up - loss()) / (2 * h)
					w[i] = v
					if d := got[i] - want; math.Abs(d) > 3e-6*max(1, math.Abs(want)) {
						t.Fatalf("%s: element %d is %v, expected %v", p.Name, i, got[i], want)
					}
				}
			}
		})
	}
}

func TestGraphStepAllocatesNothing(t *testing.T) {
	for name, make := range graphs {
		plan, _, _ := costOf(t, make(t, model.Config{}), true, 8)
		if n := testing.AllocsPerRun(5, func() { step(t, plan) }); n != 0 {
			t.Errorf("%s: a step allocates %v times, expected 0", name, n)
		}
	}
}

// A description gives the same model again, whatever the order of its layers.
func TestSpec(t *testing.T) {
	for name, make := range graphs {
		t.Run(name, func(t *testing.T) {
			m := make(t, model.Config{Seed: 3})
			spec := m.Spec()
			again, err := model.Config{Name: m.Name(), Seed: 3}.Build(spec)
			if err != nil {
				t.Fatal(err)
			}
			sameModel := cmp.Comparer(func(a, b *model.Model) bool { return a == b })
			if diff := cmp.Diff(spec, again.Spec(), sameModel); diff != "" {
				t.Error(diff)
			}
			var values []*tensor.Dense
			for _, w := range m.Weights() {
				values = append(values, w.Value)
			}
			if err := again.SetWeights(values); err != nil {
				t.Fatal(err)
			}
			plan, _, outs := costOf(t, m, false, 4)
			planAgain, _, outsAgain := costOf(t, again, false, 4)
			step(t, plan)
			step(t, planAgain)
			for i, y := range outs {
				if diff := cmp.Diff(vectors.Floats(plan.Dense(y)), vectors.Floats(planAgain.Dense(outsAgain[i]))); diff != "" {
					t.Errorf("output %d: %s", i, diff)
				}
			}
			spec.Layers[0].Calls[0] = []model.Ref{{Layer: "x"}}
			spec.Outputs[0] = model.Ref{Layer: "y"}
			if cmp.Equal(spec, m.Spec(), sameModel) {
				t.Error("the description is the model's own memory")
			}
		})
	}
}

func TestGraphNames(t *testing.T) {
	m := nested(t, model.Config{})
	if diff := cmp.Diff([][]string{{"x", "y"}, {"last"}}, [][]string{m.InputNames(), m.OutputNames()}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][][]int{{{10, 3}, {10, 3}}, {{1}}}, [][][]int{m.InputShapes(), m.OutputShapes()}); diff != "" {
		t.Error(diff)
	}
	var names []string
	for _, w := range m.Weights() {
		names = append(names, w.Name)
	}
	want := []string{
		"encoder/lstm/kernel", "encoder/lstm/recurrent_kernel", "encoder/lstm/bias",
		"encoder/batch_normalization/gamma", "encoder/batch_normalization/beta", "encoder/batch_normalization/moving_mean", "encoder/batch_normalization/moving_variance",
		"mixer/dense/kernel", "mixer/dense/bias", "last/kernel", "last/bias",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	g := model.NewGraph()
	x := input(g, "x", 2)
	one := g.Share(layer.Dense{Units: 2, Name: "one"})
	twice := finish(t, g, one.On(x), one.On(one.On(x)))
	if diff := cmp.Diff([]string{"one", "one_1"}, twice.OutputNames()); diff != "" {
		t.Error(diff)
	}
}

func TestSetTrainable(t *testing.T) {
	m := nested(t, model.Config{})
	trainable := func() (names []string) {
		for _, w := range m.Weights() {
			if w.Trainable {
				names = append(names, w.Name)
			}
		}
		return names
	}
	all := trainable()
	frozen(t, m)
	if got := trainable(); got != nil {
		t.Errorf("%v are trained, expected none", got)
	}
	for _, name := range []string{"encoder", "mixer", "last", "encoder/lstm"} {
		if is, known := m.Trainable(name); is || !known {
			t.Errorf("%s: trainable %v, known %v", name, is, known)
		}
	}
	if err := m.SetTrainable(true, "encoder/lstm", "last"); err != nil {
		t.Fatal(err)
	}
	want := []string{"encoder/lstm/kernel", "encoder/lstm/recurrent_kernel", "encoder/lstm/bias", "last/kernel", "last/bias"}
	if diff := cmp.Diff(want, trainable()); diff != "" {
		t.Error(diff)
	}
	if is, known := m.Trainable("encoder"); !is || !known {
		t.Errorf("encoder: trainable %v, known %v", is, known)
	}
	if err := m.SetTrainable(true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, trainable()); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"none", "encoder/none", "last/kernel", ""} {
		want := fmt.Sprintf("model: no layer %q", name)
		if err := m.SetTrainable(false, name); fmt.Sprint(err) != want {
			t.Errorf("got %v, expected %s", err, want)
		}
		if _, known := m.Trainable(name); known {
			t.Errorf("layer %q is known", name)
		}
	}
}

// A layer may be frozen from the start, and a frozen normalisation keeps to its
// statistics.
func TestFrozenFromTheStart(t *testing.T) {
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{3}}, layer.BatchNormalization{Frozen: true}, layer.Dense{Units: 2, Frozen: true}, layer.Dense{Units: 1})
	before := values(m)
	plan, _, _ := costOf(t, m, true, 4)
	step(t, plan)
	if diff := cmp.Diff(before, values(m)); diff != "" {
		t.Errorf("a frozen layer changed: %s", diff)
	}
	var trained []string
	for _, p := range m.Params() {
		if plan.Grad(p) != nil {
			trained = append(trained, p.Name)
		}
	}
	if diff := cmp.Diff([]string{"dense_1/kernel", "dense_1/bias"}, trained); diff != "" {
		t.Error(diff)
	}
}

func TestGraphErrors(t *testing.T) {
	dense := layer.Dense{Units: 3}
	tests := []struct {
		name  string
		build func(g *model.Graph) []model.Node
		want  string
	}{
		{"no outputs", func(g *model.Graph) []model.Node { input(g, "x", 2); return nil }, "model: no outputs"},
		{"unused input", func(g *model.Graph) []model.Node {
			input(g, "x", 2)
			return []model.Node{g.Add(dense, input(g, "y", 2))}
		}, `model: layer "x" (InputLayer) leads to no output of the model`},
		{"unused layer", func(g *model.Graph) []model.Node {
			x := input(g, "x", 2)
			g.Add(dense, x)
			return []model.Node{g.Add(dense, x)}
		}, `model: layer "dense" (Dense) leads to no output of the model`},
		{"unused use", func(g *model.Graph) []model.Node {
			x, d := input(g, "x", 2), g.Share(dense)
			y := d.On(x)
			d.On(x)
			return []model.Node{y}
		}, `model: layer "dense" (Dense) in its use 1 leads to no output of the model`},
		{"layer that is never used", func(g *model.Graph) []model.Node {
			g.Share(dense)
			return []model.Node{g.Add(dense, input(g, "x", 2))}
		}, `model: layer "dense" (Dense) is not used`},
		{"shapes that do not add up", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(layer.Add{}, input(g, "x", 2), input(g, "y", 3))}
		}, `model: layer "add" (Add): on input shapes [[2] [3]]: expected inputs that agree in size, or have size 1, along each axis, got shapes [[2] [3]]`},
		{"one input too many", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(dense, input(g, "x", 2), input(g, "y", 3))}
		}, `model: layer "dense" (Dense): on input shapes [[2] [3]]: expected one input, got 2`},
		{"one input too few", func(g *model.Graph) []model.Node { return []model.Node{g.Add(dense)} },
			`model: layer "dense" (Dense): expected inputs, and none for a layer.Input, which is used once`},
		{"input on a node", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(layer.Input{Shape: []int{2}}, input(g, "x", 2))}
		}, `model: layer "input_layer" (InputLayer): expected inputs, and none for a layer.Input, which is used once`},
		{"doubled name", func(g *model.Graph) []model.Node {
			x := input(g, "x", 2)
			return []model.Node{g.Add(layer.Dense{Units: 1, Name: "x"}, x)}
		}, `model: layer 1 (Dense): name "x" is that of another layer`},
		{"shared layer on another width", func(g *model.Graph) []model.Node {
			d := g.Share(dense)
			return []model.Node{d.On(input(g, "x", 2)), d.On(input(g, "y", 3))}
		}, `model: layer "dense" (Dense): on input shape [3]: expected inputs that want weights as in its first use`},
		{"output that is not there", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(dense, input(g, "x", 2)).Output(1)}
		}, `model: the model's outputs: layer "dense" has 1 outputs, expected output 1 among them`},
		{"input that is not there", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(dense, input(g, "x", 2).Output(-1))}
		}, `model: layer "dense" (Dense): layer "x" has 1 outputs, expected output -1 among them`},
		{"node of nowhere", func(g *model.Graph) []model.Node { return []model.Node{g.Add(dense, model.Node{})} },
			`model: layer "dense" (Dense): input 0 is not a node of the same graph`},
		{"node of another graph", func(g *model.Graph) []model.Node { return []model.Node{input(model.NewGraph(), "x", 2)} },
			`model: output 0 is not a node of the same graph`},
		{"nil", func(g *model.Graph) []model.Node { return []model.Node{g.Add(nil, input(g, "x", 2))} }, "model: layer 1 is nil"},
		{"nil model", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add((*model.Model)(nil), input(g, "x", 2))}
		}, "model: layer 1 is nil"},
		{"first mistake of two", func(g *model.Graph) []model.Node {
			g.Add(nil)
			return []model.Node{g.Add(layer.Dense{Units: 1, Name: "a/b"}, input(g, "x", 2)), {}}
		}, "model: layer 0 is nil"},
		{"model on another shape", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(encoder(t, model.Config{}), input(g, "x", 9, 3))}
		}, `model: layer "encoder" (Sequential): on input shape [9 3]: expected input shape [10 3]`},
		{"model of another type", func(g *model.Graph) []model.Node {
			return []model.Node{g.Add(encoder(t, model.Config{DType: tensor.Float64}), input(g, "x", 10, 3))}
		}, `model: layer "encoder" (Sequential): element type float64, expected that of the model around it, float32`},
		{"a layer that is none", func(g *model.Graph) []model.Node { return []model.Node{g.Add(none{}, input(g, "x", 2))} },
			`model: layer "none" (None): on input shape [2]: model_test.none has no Build and Apply, neither those of a layer.Single nor those of a layer.Multi`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := model.NewGraph()
			m, err := g.Model(test.build(g)...)
			if m != nil || fmt.Sprint(err) != test.want {
				t.Errorf("got %v and a model: %v, expected %s", err, m != nil, test.want)
			}
		})
	}
	if _, err := (*model.Graph)(nil).Model(); err == nil {
		t.Error("no error of a nil graph")
	}
}

type none struct{}

func (none) Class() string     { return "None" }
func (none) GivenName() string { return "" }

func TestSpecErrors(t *testing.T) {
	x := model.Use{Name: "x", Layer: layer.Input{Shape: []int{2}}, Calls: [][]model.Ref{nil}}
	add := func(name string, in ...string) model.Use {
		var refs []model.Ref
		for _, n := range in {
			refs = append(refs, model.Ref{Layer: n})
		}
		return model.Use{Name: name, Layer: layer.Add{}, Calls: [][]model.Ref{refs}}
	}
	out := func(name string) []model.Ref { return []model.Ref{{Layer: name}} }
	tests := []struct {
		name string
		spec model.Spec
		want string
	}{
		{"nothing", model.Spec{}, "model: no outputs"},
		{"cycle", model.Spec{Layers: []model.Use{x, add("a", "x", "c"), add("b", "a", "a"), add("c", "b", "x")}, Outputs: out("c")},
			`model: layer "c" (Add) is part of a cycle`},
		{"layer on itself", model.Spec{Layers: []model.Use{x, add("a", "x", "a")}, Outputs: out("a")}, `model: layer "a" (Add) is part of a cycle`},
		{"doubled name", model.Spec{Layers: []model.Use{x, add("x", "x", "x")}, Outputs: out("x")}, `model: layer 1 (Add): name "x" is that of another layer`},
		{"no name", model.Spec{Layers: []model.Use{add("", "x", "x")}, Outputs: out("x")}, `model: layer 0 (Add): expected a name, got none`},
		{"slash", model.Spec{Layers: []model.Use{add("a/b", "x", "x")}, Outputs: out("x")}, `model: layer 0 (Add): name "a/b": expected no slash and no control characters`},
		{"no layer", model.Spec{Layers: []model.Use{{Name: "x"}}, Outputs: out("x")}, "model: layer 0 is nil"},
		{"unknown input", model.Spec{Layers: []model.Use{x, add("a", "x", "y")}, Outputs: out("a")}, `model: layer "a": no layer "y"`},
		{"unknown output", model.Spec{Layers: []model.Use{x}, Outputs: out("a")}, `model: the model's outputs: no layer "a"`},
		{"unknown use", model.Spec{Layers: []model.Use{x}, Outputs: []model.Ref{{Layer: "x", Call: 1}}}, `model: the model's outputs: layer "x" has 1 uses, expected use 1 among them`},
		{"inputs that are none", model.Spec{Layers: []model.Use{x, add("a", "x", "x")}, Inputs: []string{"a"}, Outputs: out("a")}, `model: the model's inputs: expected each layer.Input once, got layer "a" (Add)`},
		{"an input twice", model.Spec{Layers: []model.Use{x}, Inputs: []string{"x", "x"}, Outputs: out("x")}, `model: the model's inputs: expected each layer.Input once, got layer "x" (InputLayer)`},
		{"an input that is not listed", model.Spec{Layers: []model.Use{x}, Inputs: []string{}, Outputs: out("x")}, `model: the model's inputs: layer "x" (InputLayer) is not among them`},
		{"an unknown input", model.Spec{Layers: []model.Use{x}, Inputs: []string{"y"}, Outputs: out("x")}, `model: the model's inputs: no layer "y"`},
		{"input used twice", model.Spec{Layers: []model.Use{{Name: "x", Layer: layer.Input{Shape: []int{2}}, Calls: [][]model.Ref{nil, nil}}}, Outputs: out("x")},
			`model: layer "x" (InputLayer): expected inputs, and none for a layer.Input, which is used once`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := (model.Config{}).Build(test.spec); fmt.Sprint(err) != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

// A masked step leaves the states as they were, given ones too.
func TestMaskBesideInitialStates(t *testing.T) {
	for name, l := range map[string]layer.Layer{
		"simple rnn": layer.SimpleRNN{Units: 2}, "gru": layer.GRU{Units: 2}, "lstm": layer.LSTM{Units: 2},
	} {
		g := model.NewGraph()
		x := g.Add(layer.Masking{}, g.Add(layer.Input{Shape: []int{3, 2}}))
		in := []model.Node{x, g.Add(layer.Input{Shape: []int{2}})}
		xs := []*tensor.Dense{
			tensor.New(tensor.WithShape(2, 3, 2), tensor.WithBacking([]float32{0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0})),
			tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{.5, -.25, .5, -.25})),
		}
		if name == "lstm" {
			in, xs = append(in, g.Add(layer.Input{Shape: []int{2}})), append(xs, xs[1])
		}
		got := runMasked(t, finish(t, g, g.Add(l, in...)), false, nil, xs...).Float32s()
		if got[0] != .5 || got[1] != -.25 || got[2] == .5 {
			t.Errorf("%s: got %v, want the state [0.5 -0.25] of the row that is masked, another of that which is not", name, got)
		}
	}
}
