package fit_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// twoOutputs has the outputs "fraud" of one column and "kind" of three.
func twoOutputs(t *testing.T) *model.Model {
	t.Helper()
	g := model.NewGraph()
	x := g.Add(layer.Input{Shape: []int{2}})
	m, err := g.Model(
		g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "fraud"}, x),
		g.Add(layer.Dense{Units: 3, Activation: layer.Softmax, Name: "kind"}, x),
	)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func oneOutput(t *testing.T, units int) *model.Model {
	t.Helper()
	m, err := model.Sequential(layer.Input{Shape: []int{2}}, layer.Dense{Units: units, Activation: layer.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func ofShape(shape ...int) tensor.Tensor {
	return tensor.New(tensor.WithShape(shape...), tensor.Of(tensor.Float32))
}

func TestNames(t *testing.T) {
	two := twoOutputs(t)
	for name, c := range map[string]struct {
		names fit.Names
		model *model.Model
		y     fit.Arrays
		want  fit.Config
	}{
		"short": {
			fit.Names{Optimizer: "Adam", Loss: "bce", Metrics: []string{"accuracy"}, WeightedMetrics: []string{"auc"}},
			oneOutput(t, 1), nil,
			fit.Config{
				Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{}, Metrics: []metric.Metric{metric.Accuracy{Label: "accuracy"}},
				WeightedMetrics: []metric.Metric{metric.KerasAUC{Label: "auc"}},
			},
		},
		"default optimizer": {fit.Names{Loss: "mse"}, two, nil, fit.Config{Optimizer: optimizer.RMSprop{}, Loss: loss.MeanSquaredError{}}},
		"crossentropy of class numbers": {
			fit.Names{Loss: "CE"}, oneOutput(t, 3), fit.List{ofShape(5)},
			fit.Config{Optimizer: optimizer.RMSprop{}, Loss: loss.SparseCategoricalCrossentropy{}},
		},
		"crossentropy of one-hot rows": {
			fit.Names{Loss: "crossentropy"}, oneOutput(t, 3), fit.List{ofShape(5, 3)},
			fit.Config{Optimizer: optimizer.RMSprop{}, Loss: loss.CategoricalCrossentropy{}},
		},
		"crossentropy of each output": {
			fit.Names{Loss: "crossentropy"}, two, fit.Named{"kind": ofShape(5), "fraud": ofShape(5)},
			fit.Config{Optimizer: optimizer.RMSprop{}, Losses: map[string]loss.Loss{
				"fraud": loss.BinaryCrossentropy{}, "kind": loss.SparseCategoricalCrossentropy{},
			}},
		},
		"outputs": {
			fit.Names{
				Losses: map[string]string{"fraud": "bce", "kind": "ce"}, OutputMetrics: map[string][]string{"fraud": {"recall"}},
				WeightedOutputMetrics: map[string][]string{"kind": {"acc"}},
			}, two, fit.Named{"kind": ofShape(5, 3)},
			fit.Config{
				Optimizer:             optimizer.RMSprop{},
				Losses:                map[string]loss.Loss{"fraud": loss.BinaryCrossentropy{}, "kind": loss.CategoricalCrossentropy{}},
				OutputMetrics:         map[string][]metric.Metric{"fraud": {metric.Recall{Label: "recall"}}},
				WeightedOutputMetrics: map[string][]metric.Metric{"kind": {metric.Accuracy{Label: "acc"}}},
			},
		},
	} {
		got, err := c.names.Config(c.model, c.y)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if _, err := fit.Compile(c.model, got); err != nil && name != "default optimizer" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNamesErrors(t *testing.T) {
	two := twoOutputs(t)
	for want, c := range map[string]struct {
		names fit.Names
		model *model.Model
		y     fit.Arrays
	}{
		`fit: optimizer: unknown name "adamm", did you mean adam or adamw?`:         {fit.Names{Optimizer: "adamm", Loss: "mse"}, two, nil},
		`fit: loss: unknown loss "mze", expected one of`:                            {fit.Names{Loss: "mze"}, two, nil},
		`fit: metric: unknown name "acuracy", did you mean accuracy`:                {fit.Names{Loss: "mse", Metrics: []string{"acuracy"}}, two, nil},
		`fit: metric: unknown name "xyzzy"`:                                         {fit.Names{Loss: "mse", WeightedMetrics: []string{"xyzzy"}}, two, nil},
		`fit: metric: unknown name "recal", did you mean recall`:                    {fit.Names{Loss: "mse", OutputMetrics: map[string][]string{"fraud": {"recal"}}}, two, nil},
		`fit: metric: unknown name "precison", did you mean precision`:              {fit.Names{Loss: "mse", WeightedOutputMetrics: map[string][]string{"kind": {"precison"}}}, two, nil},
		`fit: metric: unknown name "ce"`:                                            {fit.Names{Loss: "mse", Metrics: []string{"ce"}}, two, nil},
		`fit: Names.Loss is empty, expected the name of a loss`:                     {fit.Names{}, two, nil},
		`fit: Names.Loss and Names.Losses are given, expected one of them`:          {fit.Names{Loss: "mse", Losses: map[string]string{"kind": "ce"}}, two, nil},
		`fit: the loss "ce" depends on the shape of the targets: expected y`:        {fit.Names{Loss: "ce"}, oneOutput(t, 3), nil},
		`fit: the loss "ce" depends on the shape of the targets, and y has none of`: {fit.Names{Losses: map[string]string{"kind": "ce"}}, two, fit.Named{}},
		`fit: Names.Losses names output "kin", expected one of ["fraud" "kind"]`:    {fit.Names{Losses: map[string]string{"kin": "ce"}}, two, fit.Named{}},
		`fit: y: 1 arrays, expected one for each of ["fraud" "kind"]`:               {fit.Names{Loss: "ce"}, two, fit.List{ofShape(3)}},
		`fit: loss: unknown loss "xyzzy", expected one of`:                          {fit.Names{Losses: map[string]string{"kind": "xyzzy"}}, two, nil},
		`fit: the model is nil`:                                                     {fit.Names{Loss: "mse"}, nil, nil},
	} {
		if c, err := c.names.Config(c.model, c.y); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("expected error %q, got %v, %v", want, c, err)
		}
	}
}
