package fit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// Deferred weights are a fit without weights that is followed by one with
// them, bit for bit, over arrays and over a stream, wherever the fit begins.
func TestDeferredWeights(t *testing.T) {
	x, y := table(40, 3)
	later := balance.Map{0: 1, 1: 6}
	two := func(initial int) []float64 {
		m := network(t, 3)
		trainer := compile(t, m, fit.Config{})
		for _, o := range []fit.Options{{InitialEpoch: initial, Epochs: 2}, {InitialEpoch: max(initial, 2), Epochs: 5, ClassWeight: later}} {
			if o.InitialEpoch == o.Epochs {
				continue
			}
			o.BatchSize, o.Verbose = 7, fit.Silent
			_, err := trainer.Fit(ctx, x, y, o)
			mustNot(t, err)
		}
		return weights(m)
	}
	for _, initial := range []int{0, 1, 2} {
		want := two(initial)
		o := fit.Options{InitialEpoch: initial, Epochs: 5, BatchSize: 7, Verbose: fit.Silent, ClassWeight: balance.Deferred{Epochs: 2, Then: later}}
		m := network(t, 3)
		_, err := compile(t, m, fit.Config{WeightedMetrics: []metric.Metric{metric.Accuracy{}}}).Fit(ctx, x, y, o)
		mustNot(t, err)
		if !slices.Equal(weights(m), want) {
			t.Errorf("from epoch %d: other weights than those of two fits", initial)
		}
		m = network(t, 3)
		_, err = compile(t, m, fit.Config{}).FitDataset(ctx, streamed{Dataset: tensors(t, x, y, nil), length: 40}, o)
		mustNot(t, err)
		if !slices.Equal(weights(m), want) {
			t.Errorf("from epoch %d: a stream gives other weights", initial)
		}
	}
	if slices.Equal(two(0), fitted(t, x, y, nil, fit.Options{BatchSize: 7, Epochs: 5})) {
		t.Error("the weights made no difference")
	}
}

func TestDeferredErrors(t *testing.T) {
	x, y := table(8, 3)
	for want, o := range map[string]fit.Options{
		"deferred by -1 epochs": {ClassWeight: balance.Deferred{Epochs: -1}},
		"deferred twice":        {ClassWeight: balance.Deferred{Then: balance.Deferred{}}},
		"no steps per epoch":    {ClassWeight: balance.Deferred{Epochs: 1}, StepsPerEpoch: 2},
		"unknown class 7":       {ClassWeight: balance.Deferred{Epochs: 1, Then: balance.Map{7: 1}}},
	} {
		o.Verbose = fit.Silent
		if _, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, x, y, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected one with %q", err, want)
		}
	}
}

// Each output defers its weights by epochs of its own.
func TestDeferredWeightsOfOutputs(t *testing.T) {
	build := func() (*model.Model, *fit.Trainer) {
		g := model.Config{DType: tensor.Float64, Seed: 2}.Graph()
		h := g.Add(layer.Dense{Units: 4, Activation: layer.Tanh}, g.Add(layer.Input{Shape: []int{3}}))
		m, err := g.Model(g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "a"}, h), g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "b"}, h))
		mustNot(t, err)
		return m, compile(t, m, fit.Config{})
	}
	x, y := table(40, 3)
	many := fit.Many{X: fit.List{x}, Y: fit.Named{"a": y, "b": y}}
	first, second := balance.Map{0: 1, 1: 6}, balance.Map{0: 2, 1: 3}
	m, trainer := build()
	for _, o := range []fit.Options{
		{Epochs: 1}, {InitialEpoch: 1, Epochs: 3, ClassWeights: map[string]balance.ClassWeight{"a": first}},
		{InitialEpoch: 3, Epochs: 4, ClassWeights: map[string]balance.ClassWeight{"a": first, "b": second}},
	} {
		o.Verbose, o.BatchSize = fit.Silent, 7
		_, err := trainer.FitMany(ctx, many, o)
		mustNot(t, err)
	}
	want := weights(m)
	m, trainer = build()
	_, err := trainer.FitMany(ctx, many, fit.Options{Epochs: 4, BatchSize: 7, Verbose: fit.Silent, ClassWeights: map[string]balance.ClassWeight{
		"a": balance.Deferred{Epochs: 1, Then: first}, "b": balance.Deferred{Epochs: 3, Then: second},
	}})
	mustNot(t, err)
	if !slices.Equal(weights(m), want) {
		t.Error("other weights than those of three fits")
	}
}
