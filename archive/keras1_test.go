package archive_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// keras1 is a model as Keras 1 describes it: with its old names, and with a
// kernel, a recurrent kernel and a bias for each gate.
const keras1 = `{"class_name": "Sequential", "config": [
	{"class_name": "Convolution1D", "config": {"name": "conv", "trainable": true, "batch_input_shape": [null, 6, 2], "input_dtype": "float32",
		"nb_filter": 3, "filter_length": 2, "subsample_length": 1, "border_mode": "valid", "init": "glorot_uniform", "activation": "linear", "bias": true,
		"W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01}, "b_regularizer": null, "activity_regularizer": null,
		"W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0}, "b_constraint": null, "input_dim": 2, "input_length": 6}},
	{"class_name": "LSTM", "config": {"name": "lstm", "trainable": true, "output_dim": 2, "return_sequences": true, "go_backwards": false, "stateful": false,
		"unroll": false, "consume_less": "cpu", "init": "glorot_uniform", "inner_init": "orthogonal", "forget_bias_init": "one", "activation": "tanh",
		"inner_activation": "sigmoid", "W_regularizer": null, "U_regularizer": null, "b_regularizer": null, "dropout_W": 0.0, "dropout_U": 0.0,
		"input_dim": 3, "input_length": null}},
	{"class_name": "GRU", "config": {"name": "gru", "output_dim": 2, "inner_activation": "sigmoid", "consume_less": "gpu", "init": "glorot_uniform"}},
	{"class_name": "Dropout", "config": {"name": "dropout", "trainable": true, "p": 0.5}},
	{"class_name": "Dense", "config": {"name": "dense", "output_dim": 2, "init": "he_normal", "activation": "softmax", "input_dim": 2}}
]}`

// Whole models of Keras 1 are read: no release of it runs any more, so that the
// file is made from what such files hold.
func TestKeras1(t *testing.T) {
	m, err := model.NewFromSeed(5,
		layer.Input{Shape: []int{6, 2}}, layer.Conv1D{Filters: 3, KernelSize: 2}, layer.LSTM{Units: 2, ReturnSequences: true},
		layer.GRU{Units: 2, ResetBefore: true}, layer.Dropout{Rate: 0.5}, layer.Dense{Units: 2, Activation: layer.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	arrays := map[string]*tensor.Dense{}
	for _, w := range m.Weights() {
		arrays[w.Name] = w.Value
	}
	kernel := arrays["conv1d/kernel"]
	weights := &hdf5.Group{Name: "model_weights", Attributes: []hdf5.Attribute{{Name: "layer_names", Value: []string{"conv", "lstm", "gru", "dropout", "dense"}}}}
	add := func(layer string, names []string, shapes [][]int, values [][]float32) {
		g := &hdf5.Group{Name: layer, Attributes: []hdf5.Attribute{{Name: "weight_names", Value: names}}}
		for i, name := range names {
			d, err := hdf5.NewDataset(name, shapes[i], values[i])
			if err != nil {
				t.Fatal(err)
			}
			g.Datasets = append(g.Datasets, d)
		}
		weights.Groups = append(weights.Groups, g)
	}
	add("conv", []string{"conv_W", "conv_b"}, [][]int{{2, 1, 2, 3}, {3}}, [][]float32{kernel.Float32s(), arrays["conv1d/bias"].Float32s()})
	gates := func(layer string, inputs int, order []int, count int) {
		var names []string
		var shapes [][]int
		var values [][]float32
		for _, gate := range order {
			for _, kind := range []string{"kernel", "recurrent_kernel", "bias"} {
				w := arrays[layer+"/"+kind]
				rows := w.Shape().TotalSize() / (2 * count)
				var part []float32
				for r := range rows {
					at := r*2*count + 2*gate
					part = append(part, w.Float32s()[at:at+2]...)
				}
				shape := []int{rows, 2}
				if kind == "bias" {
					shape = shape[1:]
				}
				names, shapes, values = append(names, fmt.Sprintf("%s_%s_%d", layer, kind, gate)), append(shapes, shape), append(values, part)
			}
		}
		add(layer, names, shapes, values)
	}
	gates("lstm", 3, []int{0, 2, 1, 3}, 4) // input, candidate, forget, output
	gates("gru", 2, []int{0, 1, 2}, 3)
	add("dropout", []string{}, nil, nil)
	add("dense", []string{"dense_W", "dense_b"}, [][]int{{2, 2}, {2}}, [][]float32{arrays["dense/kernel"].Float32s(), arrays["dense/bias"].Float32s()})
	read := func(config string, more ...hdf5.Attribute) (*archive.Archive, error) {
		root := &hdf5.Group{
			Attributes: append(more, hdf5.Attribute{Name: "model_config", Value: config}, hdf5.Attribute{Name: "keras_version", Value: "1.2.2"}),
			Groups:     []*hdf5.Group{weights},
		}
		var file bytes.Buffer
		if err := hdf5.Write(&file, root); err != nil {
			t.Fatal(err)
		}
		return archive.Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	}
	a, err := read(keras1)
	if err != nil {
		t.Fatal(err)
	}
	x := []*tensor.Dense{random(1, 5, 6, 2)}
	same(t, predictions(t, a.Model, x), predictions(t, m, x), 1e-6)

	training := hdf5.Attribute{Name: "training_config", Value: `{"loss": "mse", "metrics": ["accuracy"], "sample_weight_mode": null,
		"optimizer_config": {"class_name": "RMSprop", "config": {"lr": 0.002, "rho": 0.8, "epsilon": 1e-08, "decay": 0.0}}}`}
	if a, err = read(keras1, training); err != nil || a.Compiled == nil {
		t.Fatalf("compiled %v, %v, %v", a.Compiled, a.Uncompiled, err)
	}
	trainer, err := a.Trainer()
	if err != nil {
		t.Fatal(err)
	}
	if got := trainer.Optimizer().LearningRate(); got != 0.002 {
		t.Errorf("learning rate %v, expected 0.002", got)
	}
	_, err = read(strings.Replace(keras1, `"bias": true`, `"bias": true, "dim_ordering": "th"`, 1))
	wantError(t, err, `layer "conv": Conv1D: data_format: expected "channels_last", got "channels_first"`)
	_, err = read(keras1, hdf5.Attribute{Name: "backend", Value: "theano"})
	wantError(t, err, `weights of layer "conv" (Conv1D): kernels that Theano made are turned round`)
	_, err = read(strings.Replace(keras1, `"nb_filter": 3`, `"nb_filter": 2`, 1))
	wantError(t, err, "expected conv/kernel of shape [2 2 2], got shape [2 2 3]")
}
