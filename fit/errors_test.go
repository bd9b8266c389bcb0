package fit_test

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// Bad input is an error before the first batch that says what was expected and
// what came.
func TestBadInput(t *testing.T) {
	x, y := table(6, 3)
	zeros := func(shape ...int) *tensor.Dense {
		return array(shape, make([]float64, tensor.Shape(shape).TotalSize())...)
	}
	labels := func(v ...float64) *tensor.Dense { return array([]int{6}, v...) }
	w := labels
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		x, y tensor.Tensor
		o    fit.Options
		want string
	}{
		{"x nil", nil, y, fit.Options{}, "x"},
		{"y nil", x, nil, fit.Options{}, "y"},
		{"x of other columns", zeros(6, 4), y, fit.Options{}, "x has shape (6, 4), expected (n, 3)"},
		{"x a vector", zeros(6), y, fit.Options{}, "expected (n, 3)"},
		{"y too short", x, zeros(5), fit.Options{}, "x has 6 rows, y has shape (5)"},
		{"y of other columns", x, zeros(6, 2), fit.Options{}, "y has shape (6, 2), expected (n, 1)"},
		{"label 2", x, labels(0, 1, 0, 2, 0, 1), fit.Options{}, "y is 2 in row 3, expected 0 to 1"},
		{"label -1", x, labels(0, -1, 0, 1, 0, 1), fit.Options{}, "y is -1 in row 1"},
		{"y NaN", x, labels(0, 1, nan, 0, 0, 1), fit.Options{}, "y is NaN in row 2"},
		{"weights too short", x, y, fit.Options{SampleWeight: zeros(5)}, "(5)"},
		{"weights of a wrong rank", x, y, fit.Options{SampleWeight: zeros(6, 3)}, "(6, 3)"},
		{"weights too short, with a split", x, y, fit.Options{SampleWeight: zeros(5), ValidationSplit: 0.5}, "x has 6 rows, the sample weights have shape (5)"},
		{"negative weight", x, y, fit.Options{SampleWeight: w(1, 1, -2, 1, 1, 1)}, "-2"},
		{"NaN weight", x, y, fit.Options{SampleWeight: w(1, 1, 1, nan, 1, 1)}, "NaN"},
		{"infinite weight", x, y, fit.Options{SampleWeight: w(1, inf, 1, 1, 1, 1)}, "+Inf"},
		{"unknown class", x, y, fit.Options{ClassWeight: balance.Map{0: 1, 7: 2}}, "unknown class 7"},
		{"negative class weight", x, y, fit.Options{ClassWeight: balance.Map{0: 1, 1: -2}}, "-2"},
		{"NaN class weight", x, y, fit.Options{ClassWeight: balance.Map{0: 1, 1: nan}}, "NaN"},
		{"strict about a missing class", x, labels(0, 1, 0, 1, 0, 0), fit.Options{ClassWeight: balance.Map{0: 1}, Strict: true}, "lack classes [1]"},
		{"class weights of soft labels", x, labels(0, 1, 0.5, 1, 0, 0), fit.Options{ClassWeight: balance.Auto{}}, "row 2"},
		{"batch size -1", x, y, fit.Options{BatchSize: -1}, "batch size is -1"},
		{"epochs -1", x, y, fit.Options{Epochs: -1}, "number of epochs is -1"},
		{"steps -1", x, y, fit.Options{StepsPerEpoch: -2}, "steps per epoch is -2"},
		{"split 1", x, y, fit.Options{ValidationSplit: 1}, "validation split 1"},
		{"split -0.5", x, y, fit.Options{ValidationSplit: -0.5}, "validation split -0.5"},
		{"split NaN", x, y, fit.Options{ValidationSplit: nan}, "validation split NaN"},
		{"split that leaves nothing", x, y, fit.Options{ValidationSplit: 0.9}, "at least one"},
		{"validation epoch 0", x, y, fit.Options{ValidationEpochs: []int{0}}, "validation epoch 0"},
		{"validation x of other columns", x, y, fit.Options{ValidationData: &fit.Validation{X: zeros(2, 5), Y: zeros(2)}}, "validation data"},
		{"validation without y", x, y, fit.Options{ValidationData: &fit.Validation{X: x}}, "validation data"},
		{"unknown shuffle", x, y, fit.Options{Shuffle: data.Shuffle(9)}, "shuffle 9"},
		{"unknown verbosity", x, y, fit.Options{Verbose: fit.Verbosity(9)}, "verbosity 9"},
		{"nil callback", x, y, fit.Options{Callbacks: []fit.Callback{nil}}, "callback 0 is nil"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := network(t, 3)
			before := weights(m)
			trainer := compile(t, m, fit.Config{})
			c.o.Verbose = max(c.o.Verbose, fit.Silent)
			_, err := trainer.Fit(ctx, c.x, c.y, c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, expected one with %q", err, c.want)
			} else if strings.Count(err.Error(), "fit: ") != 1 || !strings.HasPrefix(err.Error(), "fit: ") {
				t.Errorf("error %q, expected the prefix fit: once", err)
			}
			same(t, weights(m), before)
		})
	}
}

func TestBadClasses(t *testing.T) {
	m, err := model.Sequential(layer.Input{Shape: []int{2}}, layer.Dense{Units: 3, Activation: layer.Softmax})
	mustNot(t, err)
	x := array([]int{2, 2}, 1, 2, 3, 4)
	sparse := compile(t, m, fit.Config{Loss: loss.SparseCategoricalCrossentropy{}})
	oneHot := compile(t, m, fit.Config{Loss: loss.CategoricalCrossentropy{}})
	for _, c := range []struct {
		name    string
		trainer *fit.Trainer
		y       *tensor.Dense
		o       fit.Options
		want    string
	}{
		{"class 3 of 3", sparse, array([]int{2}, 0, 3), fit.Options{}, "y is 3 in row 1, expected a class from 0 to 2"},
		{"class 0.5", sparse, array([]int{2}, 0.5, 1), fit.Options{}, "y is 0.5 in row 0"},
		{"one-hot for sparse", sparse, array([]int{2, 3}, 0, 0, 1, 1, 0, 0), fit.Options{}, "expected (n)"},
		{"sparse for one-hot", oneHot, array([]int{2}, 0, 2), fit.Options{}, "expected (n, 3)"},
		{"two ones in a row", oneHot, array([]int{2, 3}, 0, 1, 1, 1, 0, 0), fit.Options{ClassWeight: balance.Auto{}}, "row 0"},
	} {
		c.o.Verbose = fit.Silent
		if _, err := c.trainer.Fit(ctx, x, c.y, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
}

func TestBadConfig(t *testing.T) {
	m := network(t, 3)
	for name, c := range map[string]fit.Config{
		"Config.Loss is nil":    {},
		"learning rate":         {Loss: loss.BinaryCrossentropy{}, Optimizer: optimizer.SGD{LearningRate: -1}},
		"use BinaryCross":       {Loss: loss.SparseCategoricalCrossentropy{}},
		"label smoothing":       {Loss: loss.BinaryCrossentropy{LabelSmoothing: 2}},
		"metric 0 is nil":       {Loss: loss.BinaryCrossentropy{}, Metrics: []metric.Metric{nil}},
		`"sparse_categorical_a`: {Loss: loss.BinaryCrossentropy{}, Metrics: []metric.Metric{metric.SparseCategoricalAccuracy{}}},
	} {
		if _, err := fit.Compile(m, c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, expected one with %q", err, name)
		}
	}
	if _, err := fit.Compile(nil, fit.Config{Loss: loss.MeanSquaredError{}}); err == nil {
		t.Error("a nil model was compiled")
	}
}

func TestNotCompiled(t *testing.T) {
	x, y := table(4, 3)
	for _, trainer := range []*fit.Trainer{nil, {}} {
		_, err1 := trainer.Fit(ctx, x, y, fit.Options{})
		_, err2 := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{})
		_, err3 := trainer.Predict(ctx, x, fit.PredictOptions{})
		_, err4 := trainer.TrainOnBatch(x, y, fit.BatchOptions{})
		_, err5 := trainer.TestOnBatch(x, y, fit.BatchOptions{})
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if err == nil || !strings.Contains(err.Error(), "fit.Compile") {
				t.Errorf("call %d: error %v, expected one that says how to compile", i, err)
			}
		}
	}
}

// What has no effect is said.
func TestNotices(t *testing.T) {
	x, y := table(6, 3)
	for want, o := range map[string]fit.Options{
		"wins over the validation split": {ValidationSplit: 0.5, ValidationData: &fit.Validation{X: x, Y: y}},
		"there is no validation":         {ValidationSteps: 3},
		"weigh 1":                        {ClassWeight: balance.Map{0: 2}},
		"weights are zero":               {SampleWeight: array([]int{6}, 0, 0, 0, 0, 0, 0)},
	} {
		log, notices := recorder()
		trainer := compile(t, network(t, 3), fit.Config{Logger: log})
		o.Verbose = fit.Silent
		labels := array([]int{6}, 0, 1, 0, 1, 0, 0)
		if _, err := trainer.Fit(ctx, x, labels, o); err != nil || !strings.Contains(notices.String(), want) {
			t.Errorf("notices %q, error %v, expected %q", notices, err, want)
		}
	}
	trainer := compile(t, network(t, 3), fit.Config{})
	if _, err := trainer.TestOnBatch(x, y, fit.BatchOptions{ClassWeight: balance.Auto{}}); err == nil {
		t.Error("TestOnBatch took class weights")
	}
}

func readLines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	mustNot(t, err)
	return strings.Split(strings.TrimRight(string(b), "\n"), "\n")
}
