package registry_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"github.com/google/go-cmp/cmp"
)

// Settings that are not the defaults come back as they were.
func TestRoundTrip(t *testing.T) {
	text, number := "missing", int64(7)
	for room, values := range map[string][]any{
		"layers": {
			layer.Input{Shape: []int{28, 28, 1}, Name: "image"},
			layer.Dense{
				Units: 3, Activation: layer.ReLU, NoBias: true, KernelInitializer: initializer.HeNormal{},
				KernelRegularizer: regularizer.L2{L2: 1e-4}, KernelConstraint: constraint.MaxNorm{MaxValue: 3, Axes: []int{0, 1}},
				ActivityRegularizer: regularizer.L1L2{L1: 0.5}, Frozen: true, Name: "head",
			},
			layer.Dropout{Rate: 0.3},
			layer.BatchNormalization{Momentum: layer.Zero, Epsilon: 1e-5, NoScale: true, GammaInitializer: initializer.Constant{Value: 0.5}},
			layer.LSTM{Units: 2, Activation: layer.Linear, NoUnitForgetBias: true, GoBackwards: true},
			layer.GRU{Units: 2, RecurrentActivation: layer.HardSigmoid, ResetBefore: true},
			layer.Conv1D{Filters: 2, KernelSize: 3, Padding: layer.Causal, DilationRate: 2},
			layer.Conv2D{Filters: 2, KernelSize: [2]int{3, 1}, Strides: [2]int{2, 1}, Padding: layer.Same},
			layer.MaxPooling1D{PoolSize: 3},
			layer.MaxPooling2D{Strides: [2]int{1, 1}},
			layer.GlobalMaxPooling1D{KeepDims: true},
			layer.Conv2DTranspose{Filters: 2, KernelSize: [2]int{3, 3}, OutputPadding: []int{1, 0}},
			layer.Cropping1D{Cropping: [2]int{layer.None, layer.None}},
			layer.ZeroPadding1D{Padding: [2]int{0, 2}},
			layer.ZeroPadding2D{Padding: [2][2]int{{0, 1}, {2, 0}}},
			layer.Dot{Axes: [2]int{2, 1}, Normalize: true},
			layer.UpSampling2D{Interpolation: layer.Bilinear},
			layer.Dropout{Rate: 0.5, NoiseShape: []int{0, 1, 3}},
			layer.ReLULayer{MaxValue: layer.Zero, Threshold: -1},
			layer.ReLULayer{MaxValue: 6},
			layer.Rescaling{Scales: []float64{1, 2}, Offset: 3},
			layer.Hashing{NumBins: 3, MaskValue: &text, Salt: []uint64{1, 2}},
			layer.IntegerLookup{NumOOVIndices: -1, OOVToken: &number, Vocabulary: []int64{3, 5}, OOVHash: true, OutputMode: layer.CountOutput},
			layer.RNN{Cell: layer.StackedRNNCells{Cells: []layer.Cell{layer.LSTMCell{Units: 2}, layer.GRUCell{Units: 3, ResetBefore: true}}}},
			layer.Bidirectional{Layer: layer.GRU{Units: 2}, MergeMode: layer.MergeAve},
			layer.TimeDistributed{Layer: layer.Dense{Units: 2, Frozen: true}},
		},
		"losses": {
			loss.BinaryCrossentropy{FromLogits: true, LabelSmoothing: 0.1, PosWeight: []float64{3}, Reduction: loss.Sum},
			loss.CategoricalFocalCrossentropy{Alpha: []float64{0.1, 0.9}, Gamma: loss.Zero},
			loss.SparseCategoricalCrossentropy{IgnoreClass: []int{-1}, Axis: 1},
			loss.Circle{KeepDiagonal: true},
			loss.LDAM{Counts: []float64{10, 1}, Scale: 30},
			loss.ExpectedCost{Cost: [][]float64{{0, 1}, {5, 0}}},
		},
		"metrics": {
			metric.Accuracy{Label: "accuracy"},
			metric.F1{},
			metric.BinaryAccuracy{Threshold: metric.Zero},
			metric.Accuracy{Label: "acc"},
			metric.KerasAUC{Curve: metric.PR, Label: "pr"},
			metric.Precision{Threshold: metric.Zero, Classes: []int{1}},
			metric.Recall{TopK: 2, FromLogits: true},
			metric.FBetaScore{Beta: 2, Average: metric.Micro},
			metric.MeanIoU{NumClasses: 3, DenseTrue: true, Ignore: []int{255}},
			metric.ROCAUC{Average: metric.Weighted, Label: "auc"},
			metric.Cost{Costs: metric.Costs{FP: 1, FN: 20}},
		},
		"optimizers": {
			optimizer.SGD{LearningRate: optimizer.Zero, Momentum: 0.9, Nesterov: true},
			optimizer.AdamW{Common: optimizer.Common{WeightDecay: optimizer.Zero, ExcludeFromWeightDecay: []string{"bias"}}},
			optimizer.Adam{Schedule: schedule.CosineDecay{InitialLearningRate: 0.1, DecaySteps: 5, WarmupTarget: 0.2, WarmupSteps: 2}},
			optimizer.Muon{Unscaled: true, ExcludeLayers: []string{"dense_1"}, IncludeEmbeddings: true},
			optimizer.Adam{Common: optimizer.Common{GlobalClipNorm: 1, UseEMA: true, EMAMomentum: 0.5, GradientAccumulationSteps: 4}},
		},
		"initializers": {
			initializer.VarianceScaling{Scale: 2, Mode: initializer.FanAvg, Distribution: initializer.UniformDistribution},
			initializer.RandomUniform{Min: -1, Max: 1}, initializer.Constant{}, initializer.Constant{Value: 1},
		},
		"regularizers": {regularizer.L1{L1: regularizer.Zero}, regularizer.Orthogonal{Columns: true}},
		"constraints":  {constraint.UnitNorm{Axes: []int{1}}, constraint.NonNeg{}},
	} {
		for _, v := range values {
			out, err := registry.Encode(v)
			if err != nil {
				t.Errorf("%#v: %v", v, err)
				continue
			}
			again, err := decoders[room](through(t, out))
			if err != nil {
				t.Errorf("%#v: %v", v, err)
			} else if diff := cmp.Diff(v, again); diff != "" {
				t.Errorf("%T: %s", v, diff)
			}
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for config, want := range map[string]string{
		`{"class_name": "Dens", "config": {}}`:                                   `registry: unknown layer "Dens", did you mean Dense or EinsumDense?`,
		`{"class_name": "dense", "config": {}}`:                                  `registry: unknown layer "dense", did you mean Dense or EinsumDense?`,
		`{"config": {}}`:                                                         "registry: expected the class_name of a layer, got null",
		`{"class_name": "Lambda", "config": {"function": {}}}`:                   "registry: Lambda: it holds a program in Python's bytecode",
		`{"class_name": "Dense", "config": {}, "registered_name": "mine>Dense"}`: `registry: layer "Dense" is registered as "mine>Dense" by a user of Keras`,
		`{"class_name": "Dense", "config": 3}`:                                   "registry: Dense: expected its config, got 3",
		`{"class_name": "Dense", "extra": 3}`:                                    `registry: Dense: unknown key "extra" beside its config`,
		`{"class_name": "Dense", "config": {"unit": 3}}`:                         `registry: Dense: unknown key "unit", did you mean units?`,
		`{"class_name": "Dense", "config": {"units": "3"}}`:                      `registry: Dense: units: expected a whole number, got "3"`,
		`{"class_name": "Dense", "config": {"units": 2.5}}`:                      "registry: Dense: units: expected a whole number, got 2.5",
		`{"class_name": "Dense", "config": {"use_bias": 1}}`:                     "registry: Dense: use_bias: expected true or false, got 1",
		`{"class_name": "Dense", "config": {"activation": "rely"}}`:              `registry: Dense: activation: layer: unknown activation "rely"`,
		`{"class_name": "Dense", "config": {"activation": 3}}`:                   "registry: Dense: activation: expected the name of one of Keras's, got 3",
		`{"class_name": "Dense", "config": {"kernel_initializer": null}}`:        "registry: Dense: kernel_initializer: expected a value, got null",
		`{"class_name": "Dense", "config": {"kernel_initializer": "glorot"}}`:    `registry: Dense: kernel_initializer: initializer: unknown name "glorot"`,
		`{"class_name": "Dense", "config": {"quantization_config": {"a": 1}}}`:   `registry: Dense: quantization_config: expected null, got {"a":1}`,
		`{"class_name": "Dense", "config": {"dtype": "float16"}}`:                `registry: Dense: dtype: expected float32, got "float16"`,
		`{"class_name": "Dropout", "config": {"rate": 0.5, "seed": 3}}`:          "registry: Dropout: seed: expected null, got 3",
		`{"class_name": "Conv2D", "config": {"kernel_size": [3, 3, 3]}}`:         "registry: Conv2D: kernel_size: expected 2 values, got [3,3,3]",
		`{"class_name": "Conv2D", "config": {"data_format": "channels_first"}}`:  `registry: Conv2D: data_format: expected "channels_last", got "channels_first"`,
		`{"class_name": "Conv2D", "config": {"padding": "full"}}`:                `registry: Conv2D: padding: unknown padding "full", expected one of valid, same, causal`,
		`{"class_name": "Conv2D", "config": {"groups": 0}}`:                      "registry: Conv2D: groups: expected another value than 0",
		`{"class_name": "InputLayer", "config": {"batch_shape": [1.5, 3]}}`:      "registry: InputLayer: batch_shape: expected a whole number, got 1.5",
		`{"class_name": "InputLayer", "config": {"batch_shape": [null, null]}}`:  "registry: InputLayer: batch_shape: expected a whole number, got null",
		`{"class_name": "BatchNormalization", "config": {"momentum": true}}`:     "registry: BatchNormalization: momentum: expected a number, got true",
		`{"class_name": "BatchNormalization", "config": {"renorm": true}}`:       "registry: BatchNormalization: renorm: expected false, got true",
		`[1]`: "registry: expected the config of a layer, got [1]",
	} {
		var raw any
		if err := json.Unmarshal([]byte(config), &raw); err != nil {
			t.Fatal(config, err)
		}
		l, err := registry.Decode[layer.Layer](raw)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: expected error %q, got %v, %v", config, want, l, err)
		}
	}
	if _, err := registry.Decode[int](3.0); err == nil || err.Error() != "registry: no kind int" {
		t.Error(err)
	}
}

// A value of Keras's that a field writes in another way is understood.
func TestDecodeForms(t *testing.T) {
	for config, want := range map[string]layer.Layer{
		`null`:                    nil,
		`"Dense"`:                 layer.Dense{},
		`{"class_name": "Dense"}`: layer.Dense{},
		`{"class_name": "Dense", "config": {"units": 2, "kernel_initializer": "he_normal", "kernel_regularizer": "l2", "kernel_constraint": "non_neg"}}`:       layer.Dense{Units: 2, KernelInitializer: initializer.HeNormal{}, KernelRegularizer: regularizer.L2{}, KernelConstraint: constraint.NonNeg{}},
		`{"class_name": "Dense", "config": {"activation": {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}}}`: layer.Dense{Activation: layer.ReLU},
		`{"class_name": "Dropout", "config": {"rate": 0, "trainable": false}}`:                                                                                 layer.Dropout{},
		`{"class_name": "Conv2D", "config": {"kernel_size": 3, "strides": [1, 1]}}`:                                                                            layer.Conv2D{KernelSize: [2]int{3, 3}},
		`{"class_name": "BatchNormalization", "config": {"axis": [-1], "momentum": 0.9900000095367432}}`:                                                       layer.BatchNormalization{},
		`{"class_name": "MaxPooling1D", "config": {"pool_size": [2], "strides": null}}`:                                                                        layer.MaxPooling1D{},
	} {
		var raw any
		if err := json.Unmarshal([]byte(config), &raw); err != nil {
			t.Fatal(config, err)
		}
		l, err := registry.Decode[layer.Layer](raw)
		if err != nil || !cmp.Equal(l, want) {
			t.Errorf("%s: expected %#v, got %#v, %v", config, want, l, err)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"function":   {schedule.Func(func(int) float64 { return 1 }), "registry: schedule.Func has no config of Keras's"},
		"custom":     {loss.Custom{}, "registry: loss.Custom has no config of Keras's"},
		"inside":     {optimizer.SGD{Schedule: schedule.Func(func(int) float64 { return 1 })}, "registry: SGD: learning_rate: registry: schedule.Func has no config"},
		"both":       {optimizer.SGD{LearningRate: 1, Schedule: schedule.CosineDecay{}}, "registry: SGD: learning_rate: it is given as one value and as several"},
		"activation": {layer.Dense{Activation: 99}, "registry: Dense: activation: layer: unknown activation"},
		"padding":    {layer.Conv1D{Padding: 9}, "registry: Conv1D: padding: unknown padding 9"},
		"ignored":    {loss.SparseCategoricalCrossentropy{IgnoreClass: []int{1, 2}}, "registry: SparseCategoricalCrossentropy: ignore_class: the config of Keras takes one, got 2"},
		"number":     {3, "registry: int has no config of Keras's"},
	} {
		if out, err := registry.Encode(c.v); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: expected error %q, got %v, %v", name, c.want, out, err)
		}
	}
	if out, err := registry.Encode(metric.Accuracy{}); out != "accuracy" || err != nil {
		t.Error(out, err)
	}
	if out, err := registry.Encode(nil); out != nil || err != nil {
		t.Error(out, err)
	}
}
