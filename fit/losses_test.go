package fit_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// outputs is a float64 model of d columns with the given last layer.
func outputs(t testing.TB, d int, last layer.Dense) *model.Model {
	t.Helper()
	m, err := model.Config{Seed: 3, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{d}}, last)
	mustNot(t, err)
	return m
}

// evaluated is the loss that Evaluate reports.
func evaluated(t testing.TB, m *model.Model, l loss.Loss, x, y *tensor.Dense, o fit.EvaluateOptions) float64 {
	t.Helper()
	logs, err := compile(t, m, fit.Config{Loss: l}).Evaluate(ctx, x, y, o)
	mustNot(t, err)
	v, ok := logs.Get("loss")
	if !ok {
		t.Fatal("no loss was reported")
	}
	return v
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }

// A loss written with Gorgonia trains as the one that it copies, weights
// included.
func TestCustomLossTrains(t *testing.T) {
	x, y := table(40, 3)
	w := array([]int{40}, slices.Repeat([]float64{1, .5, 3, 0}, 10)...)
	own := loss.Custom{Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
		e, err := gorgonia.Sub(pred, target)
		if err != nil {
			return nil, err
		}
		if e, err = gorgonia.Square(e); err != nil {
			return nil, err
		}
		return gorgonia.Mean(e, 1)
	}}
	want := fitted(t, x, y, loss.MeanSquaredError{}, fit.Options{SampleWeight: w, BatchSize: 16})
	for i, v := range fitted(t, x, y, own, fit.Options{SampleWeight: w, BatchSize: 16}) {
		if !near(v, want[i]) {
			t.Fatalf("weight %d is %v, expected %v", i, v, want[i])
		}
	}
}

// Rows of an ignored class count neither above nor below the line: a fit with
// them is a fit without them.
func TestIgnoredRows(t *testing.T) {
	x, _ := table(12, 3)
	labels := []float64{0, 2, 255, 1, 255, 2, 0, 0, 1, 2, 255, 1}
	var kx, ky []float64
	for i, v := range labels {
		if v != 255 {
			kx, ky = append(kx, x.Float64s()[3*i:][:3]...), append(ky, v)
		}
	}
	l := loss.SparseCategoricalCrossentropy{IgnoreClass: []int{255}}
	with, without := outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax}), outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax})
	_, err := compile(t, with, fit.Config{Loss: l}).Fit(ctx, x, array([]int{12}, labels...), fit.Options{BatchSize: 12, Epochs: 3, Verbose: fit.Silent})
	mustNot(t, err)
	_, err = compile(t, without, fit.Config{Loss: loss.SparseCategoricalCrossentropy{}}).Fit(ctx, array([]int{9, 3}, kx...), array([]int{9}, ky...), fit.Options{BatchSize: 9, Epochs: 3, Verbose: fit.Silent})
	mustNot(t, err)
	for i, want := range weights(without) {
		if got := weights(with)[i]; !near(got, want) {
			t.Fatalf("weight %d is %v, expected %v", i, got, want)
		}
	}
	a := evaluated(t, with, l, x, array([]int{12}, labels...), fit.EvaluateOptions{BatchSize: 12})
	b := evaluated(t, without, l, array([]int{9, 3}, kx...), array([]int{9}, ky...), fit.EvaluateOptions{BatchSize: 9})
	if !near(a, b) {
		t.Errorf("loss %v with ignored rows, %v without them", a, b)
	}
	all := evaluated(t, with, l, x, array([]int{12}, slices.Repeat([]float64{255}, 12)...), fit.EvaluateOptions{})
	if all != 0 {
		t.Errorf("the loss of nothing but ignored rows is %v, expected 0", all)
	}
}

// Class weights and metrics, of labels and of timesteps, leave ignored rows
// out: all numbers are those of a fit without them.
func TestIgnoredRowsBesides(t *testing.T) {
	x, _ := table(12, 3)
	labels := []float64{0, 2, 255, 1, 255, 2, 0, 0, 1, 2, 255, 1}
	var kept []int
	for i, v := range labels {
		if v != 255 {
			kept = append(kept, i)
		}
	}
	metrics := func() []metric.Metric {
		return []metric.Metric{
			metric.Accuracy{}, metric.SparseCategoricalAccuracy{}, metric.SparseTopKCategoricalAccuracy{K: 2},
			metric.SparseCategoricalCrossentropy{}, metric.MeanIoU{NumClasses: 3, DensePred: true},
		}
	}
	run := func(l loss.Loss, shape, in []int, rows []int, withWeights bool) map[string]float64 {
		t.Helper()
		m := outputs(t, 3, layer.Dense{Units: 3, Activation: layer.Softmax})
		if len(in) > 1 {
			var err error
			m, err = model.Config{Seed: 3, DType: tensor.Float64}.Sequential(layer.Input{Shape: in}, layer.Dense{Units: 3, Activation: layer.Softmax})
			mustNot(t, err)
		}
		var xs, ys, ws []float64
		for _, i := range rows {
			xs, ys, ws = append(xs, x.Float64s()[3*i:][:3]...), append(ys, labels[i]), append(ws, float64(1+i%3))
		}
		o := fit.Options{BatchSize: 100, Epochs: 3, Verbose: fit.Silent, ClassWeight: balance.Auto{}}
		if withWeights {
			o.ClassWeight, o.SampleWeight = nil, array(shape, ws...)
		}
		h, err := compile(t, m, fit.Config{Loss: l, Metrics: metrics(), WeightedMetrics: metrics()}).Fit(ctx, array(append(shape[:1:1], in...), xs...), array(shape, ys...), o)
		mustNot(t, err)
		got := map[string]float64{}
		for _, key := range h.Keys() {
			got[key] = last(t, h, key)
		}
		return got
	}
	all := make([]int, len(labels))
	for i := range all {
		all[i] = i
	}
	ignoring := loss.SparseCategoricalCrossentropy{IgnoreClass: []int{255}}
	for _, withWeights := range []bool{false, true} {
		want := run(loss.SparseCategoricalCrossentropy{}, []int{9}, []int{3}, kept, withWeights)
		if len(want) < 11 {
			t.Fatalf("keys %v", want)
		}
		for name, got := range map[string]map[string]float64{
			"rows":      run(ignoring, []int{12}, []int{3}, all, withWeights),
			"timesteps": run(ignoring, []int{3, 4}, []int{4, 3}, all, withWeights),
		} {
			for key, v := range want {
				if !near(got[key], v) {
					t.Errorf("%s, weights %v: %s is %v, without ignored rows %v", name, withWeights, key, got[key], v)
				}
			}
		}
	}
}

// A batch whose loss needs all of its rows is not cut, in training or in
// evaluation.
func TestLossOfAWholeBatch(t *testing.T) {
	const n = 600
	x, y := table(n, 3)
	for _, c := range []struct {
		name string
		last layer.Dense
		l    loss.Loss
		y    *tensor.Dense
	}{
		{"dice", layer.Dense{Units: 1, Activation: layer.Sigmoid}, loss.Dice{}, view(y, n, 1)},
		{"dice, sum", layer.Dense{Units: 1, Activation: layer.Sigmoid}, loss.Dice{Reduction: loss.Sum}, view(y, n, 1)},
		{"circle", layer.Dense{Units: 2, Activation: layer.Tanh}, loss.Circle{Gamma: 2}, y},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := outputs(t, 3, c.last)
			trainer := compile(t, m, fit.Config{Loss: c.l})
			p, err := trainer.Predict(ctx, x, fit.PredictOptions{})
			mustNot(t, err)
			want, err := loss.Compute(c.l, c.y, p, nil)
			mustNot(t, err)
			if got := evaluated(t, m, c.l, x, y, fit.EvaluateOptions{BatchSize: n}); !near(got, want) {
				t.Errorf("evaluated to %v, expected %v", got, want)
			}
			logs, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{})
			mustNot(t, err)
			if got, _ := logs.Get("loss"); !near(got, want) {
				t.Errorf("the loss of a step is %v, expected %v", got, want)
			}
			if after := evaluated(t, m, c.l, x, y, fit.EvaluateOptions{BatchSize: n}); !(after < want) {
				t.Errorf("a step took the loss from %v to %v", want, after)
			}
		})
	}
}

func view(d *tensor.Dense, shape ...int) *tensor.Dense {
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float64s()))
}

// Targets that a loss cannot mean are errors.
func TestTargetsOfLosses(t *testing.T) {
	x, _ := table(4, 3)
	one, three := layer.Dense{Units: 1}, layer.Dense{Units: 3}
	for _, c := range []struct {
		name string
		last layer.Dense
		l    loss.Loss
		y    []float64
		want string // "" for no error
	}{
		{"signs", one, loss.Hinge{}, []float64{-1, 1, 1, -1}, ""},
		{"zeros and ones", one, loss.SquaredHinge{}, []float64{0, 1, 1, 0}, ""},
		{"both", one, loss.Hinge{}, []float64{-1, 1, 0, 1}, "y is 0 in row 2, but -1 and 0 do not mix"},
		{"a half", one, loss.Hinge{}, []float64{0, 1, .5, 1}, "y is 0.5 in row 2, expected -1 or 1, or 0 or 1"},
		{"ignored", three, loss.SparseCategoricalCrossentropy{IgnoreClass: []int{-1}}, []float64{0, -1, 2, 1}, ""},
		{"not ignored", three, loss.SparseCategoricalCrossentropy{IgnoreClass: []int{-1}}, []float64{0, -1, 3, 1}, "y is 3 in row 2, expected a class from 0 to 2, or one to ignore, [-1]"},
		{"any label", three, loss.Circle{}, []float64{-7, 400, 400, 3}, ""},
		{"no label", three, loss.Circle{}, []float64{-7, .5, 400, 3}, "y is 0.5 in row 1, expected a whole number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := compile(t, outputs(t, 3, c.last), fit.Config{Loss: c.l}).TestOnBatch(x, array([]int{4}, c.y...), fit.BatchOptions{})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("error %v, expected %q", err, c.want)
			}
		})
	}
}
