package model_test

import (
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

func TestSequentialErrors(t *testing.T) {
	in := layer.Input{Shape: []int{4}}
	dense := layer.Dense{Units: 3}
	with := func(l layer.Layer) []layer.Layer { return []layer.Layer{in, l} }
	tests := []struct {
		name   string
		config model.Config
		layers []layer.Layer
		want   string
	}{
		{"no layers", model.Config{}, nil, "model: no layers; the first is a layer.Input"},
		{"nil", model.Config{}, with(nil), "model: layer 1 is nil"},
		{"nil pointer", model.Config{}, with((*layer.Dense)(nil)), "model: layer 1 is nil"},
		{"nil pointer first", model.Config{}, []layer.Layer{(*layer.Input)(nil), dense}, "model: layer 0 is nil"},
		{"no input", model.Config{}, []layer.Layer{dense}, "model: layer 0 is of class Dense; a layer.Input comes first and only there"},
		{"two inputs", model.Config{}, with(in), "model: layer 1 is of class InputLayer; a layer.Input comes first and only there"},
		{"two inputs by pointer", model.Config{}, with(&in), "model: layer 1 is of class InputLayer; a layer.Input comes first and only there"},
		{"input without axes", model.Config{}, []layer.Layer{layer.Input{}, dense}, `model: layer "input_layer" (InputLayer): expected a shape with at least one axis, got none`},
		{"input of size 0", model.Config{}, []layer.Layer{layer.Input{Shape: []int{4, 0}}}, `model: layer "input_layer" (InputLayer): expected sizes of at least 1, got shape [4 0]`},
		{"input of negative size", model.Config{}, []layer.Layer{layer.Input{Shape: []int{-1}, Name: "x"}}, `model: layer "x" (InputLayer): expected sizes of at least 1, got shape [-1]`},
		{"input too large", model.Config{}, []layer.Layer{layer.Input{Shape: []int{math.MaxInt, math.MaxInt}}}, `model: layer "input_layer" (InputLayer): output: expected fewer than 2^31 numbers, got shape [9223372036854775807 9223372036854775807]`},
		{"no units", model.Config{}, with(layer.Dense{}), `model: layer "dense" (Dense): on input shape [4]: expected at least 1 unit, got 0`},
		{"negative units", model.Config{}, with(layer.Dense{Units: -2}), `model: layer "dense" (Dense): on input shape [4]: expected at least 1 unit, got -2`},
		{"too many units", model.Config{}, with(layer.Dense{Units: 1 << 30}), `model: layer "dense" (Dense): weight "kernel": expected fewer than 2^31 numbers, got shape [4 1073741824]`},
		{"absurdly many units", model.Config{}, with(layer.Dense{Units: math.MaxInt}), `model: layer "dense" (Dense): output: expected fewer than 2^31 numbers, got shape [9223372036854775807]`},
		{"rate above 1", model.Config{}, with(layer.Dropout{Rate: 1.5}), `model: layer "dropout" (Dropout): on input shape [4]: expected a rate from 0 to 1, got 1.5`},
		{"negative rate", model.Config{}, with(layer.Dropout{Rate: -0.1}), `model: layer "dropout" (Dropout): on input shape [4]: expected a rate from 0 to 1, got -0.1`},
		{"rate NaN", model.Config{}, with(layer.Dropout{Rate: math.NaN()}), `model: layer "dropout" (Dropout): on input shape [4]: expected a rate from 0 to 1, got NaN`},
		{"one name twice", model.Config{}, []layer.Layer{in, layer.Dense{Units: 1, Name: "a"}, layer.Dropout{Name: "a"}}, `model: layer 2 (Dropout): name "a" is that of another layer`},
		{"name of an automatic one", model.Config{}, []layer.Layer{in, dense, layer.Dropout{Name: "dense"}}, `model: layer 2 (Dropout): name "dense" is that of another layer`},
		{"automatic name taken", model.Config{}, []layer.Layer{in, layer.Dense{Units: 1, Name: "dense_1"}, dense, dense}, `model: layer 3 (Dense): name "dense_1" is that of another layer`},
		{"name of the input", model.Config{}, with(layer.Dropout{Name: "input_layer"}), `model: layer 1 (Dropout): name "input_layer" is that of another layer`},
		{"slash in a name", model.Config{}, with(layer.Dropout{Name: "a/b"}), `model: layer 1 (Dropout): name "a/b": expected no slash and no control characters`},
		{"newline in a name", model.Config{}, with(layer.Dropout{Name: "a\nb"}), `model: layer 1 (Dropout): name "a\nb": expected no slash and no control characters`},
		{"newline in the model's name", model.Config{Name: "a\nb"}, with(dense), `model: model name "a\nb": expected no slash and no control characters`},
		{"unknown activation", model.Config{}, with(layer.Activation{Func: 99}), `model: layer "activation" (Activation): on input shape [4]: unknown activation 99`},
		{"unknown activation of a dense layer", model.Config{}, with(layer.Dense{Units: 1, Activation: -1}), `model: layer "dense" (Dense): on input shape [4]: unknown activation -1`},
		{"glu on an odd size", model.Config{}, with(layer.Dense{Units: 3, Activation: layer.GLU}), `model: layer "dense" (Dense): on input shape [4]: glu halves the last axis, got an odd size 3`},
		{"momentum above 1", model.Config{}, with(layer.BatchNormalization{Momentum: 2}), `model: layer "batch_normalization" (BatchNormalization): on input shape [4]: expected a momentum from 0 to 1, got 2`},
		{"element type", model.Config{DType: tensor.Int}, with(dense), "model: element type int, expected float32 or float64"},
		{"initializer for another shape", model.Config{}, with(layer.Dense{Units: 3, BiasInitializer: initializer.Identity{}}), `model: layer "dense" (Dense): weight "bias": initializer: identity: expected a matrix, got shape [3]`},
		{"initializer that gives NaN", model.Config{}, with(layer.Dense{Units: 3, BiasInitializer: initializer.Constant{Value: math.NaN()}}), `model: layer "dense" (Dense): weight "bias": expected finite numbers of the initializer constant, got NaN`},
		{"initializer beyond float32", model.Config{}, with(layer.Dense{Units: 3, BiasInitializer: initializer.Constant{Value: 1e300}}), `model: layer "dense" (Dense): weight "bias": expected finite numbers of the initializer constant, got +Inf`},
		{"custom output without axes", model.Config{}, with(custom{class: "Sum", build: func([]int) (layer.Built, error) { return layer.Built{}, nil }}), `model: layer "sum" (Sum): output: expected a shape with at least one axis, got none`},
		{"custom output of size 0", model.Config{}, with(custom{class: "Cut", build: func([]int) (layer.Built, error) { return layer.Built{Out: []int{0}}, nil }}), `model: layer "cut" (Cut): output: expected sizes of at least 1, got shape [0]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, err := test.config.Sequential(test.layers...)
			if err == nil {
				t.Fatal("no error")
			}
			if m != nil {
				t.Error("a model beside the error")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestZeroConfig(t *testing.T) {
	m, err := model.Sequential(layer.Input{Shape: []int{2, 3}}, layer.Flatten{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Name() != "sequential" || m.Seed() != 0 || m.DType() != tensor.Float32 {
		t.Errorf("name %q, seed %d, element type %v", m.Name(), m.Seed(), m.DType())
	}
	if diff := cmp.Diff([][]int{{2, 3}, {6}}, [][]int{m.InputShape(), m.OutputShape()}); diff != "" {
		t.Error(diff)
	}
}

// What a caller does to slices and layers afterwards does not reach the model.
func TestSequentialOwnsItsLayers(t *testing.T) {
	shape := []int{2, 3}
	drop := &layer.Dropout{Rate: 0}
	dense := &layer.Dense{Units: 2}
	kept := []int{2, 2}
	last := custom{class: "Last", build: func(in []int) (layer.Built, error) {
		in[0] = 99 // what a layer is told is its own
		return layer.Built{Out: kept}, nil
	}}
	m := sequential(t, model.Config{}, &layer.Input{Shape: shape}, drop, dense, last)
	if strings.Contains(m.Summary(), "99") {
		t.Errorf("a layer changed the shape of the one before it:\n%s", m.Summary())
	}
	shape[1], kept[1] = 99, 99
	drop.Rate = 1
	dense.Units = 7
	m.InputShape()[0], m.OutputShape()[0] = 99, 99
	if diff := cmp.Diff([][]int{{2, 3}, {2, 2}}, [][]int{m.InputShape(), m.OutputShape()}); diff != "" {
		t.Error(diff)
	}
	x := tensor.New(tensor.WithShape(1, 2, 3), tensor.WithBacking([]float32{1, 1, 1, 1, 1, 1}))
	if y := run(t, m, true, x); y.Data().([]float32)[0] == 0 {
		t.Error("the dropout layer changed after the model was made")
	}
}

func TestApplyChecksShapes(t *testing.T) {
	liar := custom{class: "Liar", build: func([]int) (layer.Built, error) { return layer.Built{Out: []int{5}}, nil }}
	apply := func(m *model.Model, shape tensor.Shape) error {
		_, err := engine.Build(tensor.Float32, false, &op.State{}, func(g *engine.Graph) (*engine.Tensor, []*engine.Tensor, error) {
			x, err := g.Input("inputs", shape)
			if err != nil {
				return nil, nil, err
			}
			y, err := apply(m, g, x)
			return nil, []*engine.Tensor{y}, err
		})
		return err
	}
	tests := []struct {
		name  string
		last  layer.Layer
		batch tensor.Shape
		want  string
	}{
		{"layer that gives another shape than it said", liar, tensor.Shape{2, 3}, `model: layer "liar" (Liar): expected output shape [5] for one sample, got [3]`},
		{"input of another shape", layer.Dense{Units: 1}, tensor.Shape{2, 4}, `model: layer "input_layer" (InputLayer): expected output shape [3] for one sample, got [4]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := apply(sequential(t, model.Config{}, layer.Input{Shape: []int{3}}, test.last), test.batch)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, expected %s", err, test.want)
			}
		})
	}
}

// The expected names are those of Keras for classes of these names.
func TestAutomaticNames(t *testing.T) {
	classes := "Dense Dense BatchNormalization Dense Conv2DTranspose PReLU ReLU LeakyReLU ELU LSTM GRUCell MaxPooling2D " +
		"GlobalAveragePooling2D ConvLSTM1D SpatialDropout1D STFTSpectrogram StackedRNNCells MyABCLayer A aB My_Layer X2Y BatchNormalization"
	want := "input_layer dense dense_1 batch_normalization dense_2 conv2d_transpose p_re_lu re_lu leaky_re_lu elu lstm gru_cell max_pooling2d " +
		"global_average_pooling2d conv_lstm1d spatial_dropout1d stft_spectrogram stacked_rnn_cells my_abc_layer a a_b my__layer x2y batch_normalization_1"
	layers := []layer.Layer{layer.Input{Shape: []int{1}}}
	for class := range strings.FieldsSeq(classes) {
		layers = append(layers, custom{class: class, build: func(in []int) (layer.Built, error) {
			return layer.Built{Out: in, Weights: []layer.Weight{{Name: "w", Shape: []int{1}, Initializer: initializer.Constant{}}}}, nil
		}})
	}
	got := "input_layer"
	for _, w := range sequential(t, model.Config{}, layers...).Weights() {
		got += " " + strings.TrimSuffix(w.Name, "/w")
	}
	if diff := cmp.Diff(strings.Fields(want), strings.Fields(got)); diff != "" {
		t.Error(diff)
	}
}

// As in Keras, a name that the user gave does not count.
func TestAutomaticNamesBesideGivenOnes(t *testing.T) {
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{1}},
		layer.Dense{Units: 1, NoBias: true}, layer.Dense{Units: 1, NoBias: true, Name: "head"}, layer.Dense{Units: 1, NoBias: true})
	var got []string
	for _, w := range m.Weights() {
		got = append(got, w.Name)
	}
	if diff := cmp.Diff([]string{"dense/kernel", "head/kernel", "dense_1/kernel"}, got); diff != "" {
		t.Error(diff)
	}
}
