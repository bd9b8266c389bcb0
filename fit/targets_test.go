package fit_test

import (
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// Rows of a multi-label model have a class where they hold a single 1, as in
// Keras; others are an error that names the row, and sample weights serve.
func TestClassWeightsOfMultiLabelTargets(t *testing.T) {
	x, _ := table(4, 3)
	train := func(y *tensor.Dense, o fit.Options) ([]float64, error) {
		m := outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Sigmoid})
		o.Verbose, o.Shuffle = fit.Silent, data.ShuffleOff
		_, err := compile(t, m, fit.Config{}).Fit(ctx, x, y, o)
		return weights(m), err
	}
	single := array([]int{4, 3}, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0)
	got, err := train(single, fit.Options{ClassWeight: balance.List{2, 3, 5}})
	mustNot(t, err)
	want, err := train(single, fit.Options{SampleWeight: array([]int{4}, 2, 5, 3, 2)})
	mustNot(t, err)
	same(t, got, want)
	for name, y := range map[string]*tensor.Dense{
		"row 1": array([]int{4, 3}, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0), // two labels
		"row 2": array([]int{4, 3}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0), // none
	} {
		if _, err := train(y, fit.Options{ClassWeight: balance.Auto{}}); err == nil || !strings.Contains(err.Error(), name+" is not one-hot") || !strings.Contains(err.Error(), "sample weights") {
			t.Errorf("error %v, expected one that names %s and sample weights", err, name)
		}
		if _, err := train(y, fit.Options{SampleWeight: array([]int{4}, 1, 2, 3, 4)}); err != nil {
			t.Error(err)
		}
	}
}

// Targets -1 and 1 are classes 0 and 1, as 0 and 1 are.
func TestClassWeightsOfSigns(t *testing.T) {
	x, _ := table(4, 3)
	train := func(o fit.Options, y ...float64) []float64 {
		m := outputs(t, 3, layer.Dense{Units: 1})
		o.Verbose, o.Shuffle = fit.Silent, data.ShuffleOff
		_, err := compile(t, m, fit.Config{Loss: loss.Hinge{}}).Fit(ctx, x, array([]int{4}, y...), o)
		mustNot(t, err)
		return weights(m)
	}
	want := train(fit.Options{SampleWeight: array([]int{4}, 2, 2, 7, 2)}, -1, -1, 1, -1)
	same(t, train(fit.Options{ClassWeight: balance.List{2, 7}}, -1, -1, 1, -1), want)
	same(t, train(fit.Options{ClassWeight: balance.List{2, 7}}, 0, 0, 1, 0), want)
}

// Rows that a loss ignores have no class: they are not counted.
func TestClassWeightsOfIgnoredRows(t *testing.T) {
	l := loss.SparseCategoricalCrossentropy{IgnoreClass: []int{-1}}
	y := array([]int{8}, 0, -1, 0, 1, 2, -1, 0, 0)
	got := stepped(t, l, false, y, fit.Options{ClassWeight: balance.Auto{}})
	same(t, got, stepped(t, l, false, y, fit.Options{SampleWeight: array([]int{8}, .5, 9, .5, 2, 2, 9, .5, .5)}))
	same(t, got, stepped(t, l, false, y, fit.Options{ClassWeight: balance.Map{0: .5, 1: 2, 2: 2}, Strict: true}))
}

// So it is where batches are streamed, and where one comes alone.
func TestClassWeightsOfIgnoredRowsStreamed(t *testing.T) {
	x, _ := table(12, 3)
	y := array([]int{12}, 0, 2, 255, 1, 255, 2, 0, 0, 1, 2, 255, 1)
	c := fit.Config{Loss: loss.SparseCategoricalCrossentropy{IgnoreClass: []int{255}}, Metrics: []metric.Metric{metric.Accuracy{}}}
	for _, policy := range []balance.ClassWeight{balance.Auto{}, balance.Map{0: 1, 1: 5, 2: 2}} {
		o := fit.Options{BatchSize: 4, Epochs: 2, Verbose: fit.Silent, ClassWeight: policy, Shuffle: data.ShuffleOff}
		whole, streamed := outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax}), outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax})
		_, err := compile(t, whole, c).Fit(ctx, x, y, o)
		mustNot(t, err)
		ds, err := data.NewTensors(x, y, nil)
		mustNot(t, err)
		_, err = compile(t, streamed, c).FitDataset(ctx, struct{ data.Dataset }{ds}, o)
		mustNot(t, err)
		same(t, weights(streamed), weights(whole))
	}
	alone, all := outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax}), outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax})
	_, err := compile(t, alone, c).TrainOnBatch(x, y, fit.BatchOptions{ClassWeight: balance.Auto{}})
	mustNot(t, err)
	_, err = compile(t, all, c).Fit(ctx, x, y, fit.Options{BatchSize: 12, ClassWeight: balance.Auto{}, Verbose: fit.Silent, Shuffle: data.ShuffleOff})
	mustNot(t, err)
	same(t, weights(alone), weights(all))
}
