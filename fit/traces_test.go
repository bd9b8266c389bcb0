package fit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// trace is a fit of Keras, recorded: weights before and after, the running
// values after every batch, and the history.
type trace struct {
	Name   string
	Layers []struct {
		Class      string
		BatchShape []*int `json:"batch_shape"`
		Name       string
		Units      int
		Activation string
		Sequences  bool `json:"return_sequences"`
		Filters    int
		KernelSize []int `json:"kernel_size"`
		PoolSize   []int `json:"pool_size"`
		Padding    string
		MaskValue  float64 `json:"mask_value"`
		InputDim   int     `json:"input_dim"`
		OutputDim  int     `json:"output_dim"`
		MaskZero   bool    `json:"mask_zero"`
		Kernel     *struct {
			Class  string `json:"class_name"`
			Config struct{ L2 float64 }
		} `json:"kernel_regularizer"`
	}
	Optimizer [2]json.RawMessage
	Loss      json.RawMessage
	Compile   struct {
		Metrics         []string
		WeightedMetrics []string `json:"weighted_metrics"`
	}
	Fit struct {
		Epochs          int
		BatchSize       int               `json:"batch_size"`
		ClassWeight     map[int]float64   `json:"class_weight"`
		SampleWeight    *vectors.Array    `json:"sample_weight"`
		ValidationSplit float64           `json:"validation_split"`
		ValidationData  [3]*vectors.Array `json:"validation_data"`
		StepsPerEpoch   int               `json:"steps_per_epoch"`
	}
	X, Y          vectors.Array
	WeightsBefore []struct{ Value vectors.Array } `json:"weights_before"`
	WeightsAfter  []vectors.Array                 `json:"weights_after"`
	History       map[string][]float64
	Batches       [][3]json.RawMessage
}

func TestKerasTraces(t *testing.T) {
	var traces []trace
	vectors.Read(t, "testdata/fit_traces.json", &traces)
	for _, tr := range traces {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(tr.Name, "/", dt), func(t *testing.T) { tr.replay(t, dt) })
		}
	}
	t.Logf("replayed %d fits of Keras", len(traces))
}

func (tr *trace) replay(t *testing.T, dt tensor.Dtype) {
	m := tr.model(t, dt)
	config := fit.Config{Optimizer: tr.optimizer(t), Loss: tr.loss(t), Logger: quiet}
	for range tr.Compile.Metrics {
		config.Metrics = append(config.Metrics, metric.Accuracy{})
	}
	for range tr.Compile.WeightedMetrics {
		config.WeightedMetrics = append(config.WeightedMetrics, metric.Accuracy{})
	}
	trainer, err := fit.Compile(m, config)
	if err != nil {
		t.Fatal(err)
	}
	o := fit.Options{
		Epochs: tr.Fit.Epochs, BatchSize: tr.Fit.BatchSize, Shuffle: data.ShuffleOff, Verbose: fit.Silent,
		ValidationSplit: tr.Fit.ValidationSplit, StepsPerEpoch: tr.Fit.StepsPerEpoch,
	}
	if tr.Fit.ClassWeight != nil {
		o.ClassWeight = balance.Map(tr.Fit.ClassWeight)
	}
	if tr.Fit.SampleWeight != nil {
		o.SampleWeight = tr.Fit.SampleWeight.Tensor(tensor.Float64)
	}
	if v := tr.Fit.ValidationData; v[0] != nil {
		o.ValidationData = &fit.Validation{X: v[0].Tensor(dt), Y: v[1].Tensor(dt), SampleWeight: v[2].Tensor(dt)}
	}
	batch := 0
	epoch := 0
	o.Callbacks = []fit.Callback{&callback.LambdaCallback{
		OnEpochBegin: func(_ callback.Run, e int) error { epoch = e; return nil },
		OnBatchEnd: func(_ callback.Run, i int, logs *callback.Logs) error {
			var want map[string]float64
			if err := json.Unmarshal(tr.Batches[batch][2], &want); err != nil {
				return err
			}
			if place := fmt.Sprintf("%s %s", tr.Batches[batch][0], tr.Batches[batch][1]); place != fmt.Sprint(epoch, " ", i) {
				return fmt.Errorf("batch %d %d, Keras was at %s", epoch, i, place)
			}
			for key, v := range want {
				got, _ := logs.Get(key)
				if !vectors.Near(got, v) {
					t.Errorf("epoch %d batch %d: %s is %v, Keras has %v", epoch, i, key, got, v)
				}
			}
			batch++
			return nil
		},
	}}
	h, err := trainer.Fit(context.Background(), tr.X.Tensor(dt), tr.Y.Tensor(dt), o)
	if err != nil {
		t.Fatal(err)
	}
	if batch != len(tr.Batches) {
		t.Errorf("%d batches, Keras had %d", batch, len(tr.Batches))
	}
	if len(h.Values) != len(tr.History) {
		t.Errorf("history has keys %v, Keras %v", h.Keys(), tr.History)
	}
	for key, want := range tr.History {
		vectors.Equal(t, key, h.Values[key], want)
	}
	for i, w := range m.Weights() {
		vectors.Equal(t, w.Name, vectors.Floats(w.Value), tr.WeightsAfter[i].Data)
	}
}

func (tr *trace) model(t *testing.T, dt tensor.Dtype) *model.Model {
	t.Helper()
	var layers []layer.Layer
	for _, l := range tr.Layers {
		switch l.Class {
		case "InputLayer":
			var shape []int
			for _, s := range l.BatchShape[1:] {
				shape = append(shape, *s)
			}
			layers = append(layers, layer.Input{Shape: shape})
		case "Dense":
			act, err := layer.ParseActivation(l.Activation)
			if err != nil {
				t.Fatal(err)
			}
			dense := layer.Dense{Units: l.Units, Activation: act, Name: l.Name}
			if l.Kernel != nil {
				if l.Kernel.Class != "L2" {
					t.Fatalf("unknown regularizer %q", l.Kernel.Class)
				}
				dense.KernelRegularizer = regularizer.L2{L2: l.Kernel.Config.L2}
			}
			layers = append(layers, dense)
		case "Conv1D":
			act, err := layer.ParseActivation(l.Activation)
			if err != nil || l.Padding != layer.Same.String() {
				t.Fatal(err, l.Padding)
			}
			layers = append(layers, layer.Conv1D{Filters: l.Filters, KernelSize: l.KernelSize[0], Padding: layer.Same, Activation: act, Name: l.Name})
		case "MaxPooling1D":
			layers = append(layers, layer.MaxPooling1D{PoolSize: l.PoolSize[0], Name: l.Name})
		case "Flatten":
			layers = append(layers, layer.Flatten{Name: l.Name})
		case "LSTM":
			act, err := layer.ParseActivation(l.Activation)
			if err != nil {
				t.Fatal(err)
			}
			layers = append(layers, layer.LSTM{Units: l.Units, Activation: act, ReturnSequences: l.Sequences, Name: l.Name})
		case "GRU":
			layers = append(layers, layer.GRU{Units: l.Units, ReturnSequences: l.Sequences, Name: l.Name})
		case "Masking":
			layers = append(layers, layer.Masking{MaskValue: l.MaskValue, Name: l.Name})
		case "Embedding":
			layers = append(layers, layer.Embedding{InputDim: l.InputDim, OutputDim: l.OutputDim, MaskZero: l.MaskZero, Name: l.Name})
		case "LSTMCell", "GRUCell": // a part of the layer before it
		default:
			t.Fatalf("unknown layer %q", l.Class)
		}
	}
	m, err := model.Config{DType: dt}.Sequential(layers...)
	if err != nil {
		t.Fatal(err)
	}
	var values []*tensor.Dense
	for _, w := range tr.WeightsBefore {
		values = append(values, w.Value.Tensor(dt))
	}
	if err := m.SetWeights(values); err != nil {
		t.Fatal(err)
	}
	return m
}

func (tr *trace) optimizer(t *testing.T) optimizer.Optimizer {
	t.Helper()
	var name string
	var args struct {
		LearningRate float64 `json:"learning_rate"`
		Momentum     float64
		Nesterov     bool
	}
	if err := json.Unmarshal(tr.Optimizer[0], &name); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(tr.Optimizer[1], &args); err != nil {
		t.Fatal(err)
	}
	switch name {
	case "SGD":
		return optimizer.SGD{LearningRate: args.LearningRate, Momentum: args.Momentum, Nesterov: args.Nesterov}
	case "Adam":
		return optimizer.Adam{LearningRate: args.LearningRate}
	case "RMSprop":
		return optimizer.RMSprop{LearningRate: args.LearningRate}
	}
	t.Fatalf("unknown optimizer %q", name)
	return nil
}

func (tr *trace) loss(t *testing.T) loss.Loss {
	t.Helper()
	var name string
	reduction := loss.SumOverBatchSize
	if json.Unmarshal(tr.Loss, &name) != nil {
		var pair [2]json.RawMessage
		var config struct{ Name, Reduction string }
		if err := json.Unmarshal(tr.Loss, &pair); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(pair[1], &config); err != nil {
			t.Fatal(err)
		}
		var err error
		if reduction, err = loss.ParseReduction(config.Reduction); err != nil {
			t.Fatal(err)
		}
		name = config.Name
	}
	switch name {
	case "sparse_categorical_crossentropy":
		return loss.SparseCategoricalCrossentropy{Reduction: reduction}
	case "categorical_crossentropy":
		return loss.CategoricalCrossentropy{Reduction: reduction}
	case "binary_crossentropy":
		return loss.BinaryCrossentropy{Reduction: reduction}
	}
	t.Fatalf("unknown loss %q", name)
	return nil
}

// quiet drops notices.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
