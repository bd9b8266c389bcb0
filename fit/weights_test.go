package fit_test

import (
	"math"
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
	"pgregory.net/rapid"
)

// In a fit that sums, the weight k is the same as repeating a row k times, and
// the weight 0 the same as removing it.
func TestWeightRepeatsRow(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, y := table(8, 3)
		times := rapid.SliceOfN(rapid.IntRange(0, 3), 8, 8).Draw(rt, "times")
		var rows []int
		w := make([]float64, 8)
		for i, k := range times {
			w[i] = float64(k)
			for range k {
				rows = append(rows, i)
			}
		}
		if len(rows) == 0 {
			return
		}
		rx, err := data.Take(x, rows)
		mustNot(t, err)
		ry, err := data.Take(y, rows)
		mustNot(t, err)
		for _, r := range []loss.Reduction{loss.Sum, loss.MeanWithSampleWeight} {
			l := loss.BinaryCrossentropy{Reduction: r}
			same(rt, fitted(t, x, y, l, fit.Options{SampleWeight: array([]int{8}, w...)}), fitted(t, rx, ry, l, fit.Options{}))
		}
	})
}

// The order of the rows of a batch does not matter.
func TestPermutedRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, y := table(8, 3)
		w := array([]int{8}, 1, 2, 0, 3, 1, 1, 0.5, 4)
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(rt, "order")
		px, err := data.Take(x, order)
		mustNot(t, err)
		py, err := data.Take(y, order)
		mustNot(t, err)
		pw, err := data.Take(w, order)
		mustNot(t, err)
		same(rt, fitted(t, px, py, nil, fit.Options{SampleWeight: pw}), fitted(t, x, y, nil, fit.Options{SampleWeight: w}))
	})
}

// A class map is the same as the vector of its weights, bit for bit, and Auto
// the same as the map that its formula gives.
func TestClassWeightIsSampleWeight(t *testing.T) {
	x, y := table(40, 3)
	n1 := 0.
	for _, v := range y.Float64s() {
		n1 += v
	}
	auto := balance.Map{0: 40 / (2 * (40 - n1)), 1: 40 / (2 * n1)}
	for name, policy := range map[string]balance.ClassWeight{"map": auto, "auto": balance.Auto{}} {
		w := make([]float64, 40)
		for i, v := range y.Float64s() {
			w[i] = auto[int(v)]
		}
		options := fit.Options{BatchSize: 16, ClassWeight: policy}
		got := fitted(t, x, y, nil, options)
		want := fitted(t, x, y, nil, fit.Options{BatchSize: 16, SampleWeight: array([]int{40}, w...)})
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%s: weight %d is %v, with the vector %v", name, i, got[i], want[i])
			}
		}
	}
}

func TestConflicts(t *testing.T) {
	x, y := table(12, 3)
	w := array([]int{12}, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3)
	class := balance.Map{0: 1, 1: 7}
	product := make([]float64, 12)
	for i, v := range y.Float64s() {
		product[i] = w.Float64s()[i] * class[int(v)]
	}
	alone := fitted(t, x, y, nil, fit.Options{SampleWeight: w})
	same(t, fitted(t, x, y, nil, fit.Options{SampleWeight: w, ClassWeight: class}), alone)
	same(t, fitted(t, x, y, nil, fit.Options{SampleWeight: w, ClassWeight: class, Conflict: balance.Multiply}),
		fitted(t, x, y, nil, fit.Options{SampleWeight: array([]int{12}, product...)}))

	log, notices := recorder()
	trainer := compile(t, network(t, 3), fit.Config{Logger: log})
	_, err := trainer.Fit(ctx, x, y, fit.Options{SampleWeight: w, ClassWeight: class, Verbose: fit.Silent})
	mustNot(t, err)
	if strings.Count(notices.String(), "level=WARN") != 1 || !strings.Contains(notices.String(), "override") {
		t.Errorf("overridden class weights are reported as %q", notices)
	}
	if _, err := trainer.Fit(ctx, x, y, fit.Options{SampleWeight: w, ClassWeight: class, Conflict: balance.Reject}); err == nil {
		t.Error("Reject took both weights")
	}
}

// sequences is a model that classifies every timestep, and data for it with as
// many samples as timesteps, the case that Keras 3 gets wrong for (n) weights.
func sequences(t *testing.T, l loss.Loss) (trainer *fit.Trainer, m *model.Model, x, y *tensor.Dense) {
	t.Helper()
	var err error
	m, err = model.Config{Seed: 5, DType: tensor.Float64}.Sequential(
		layer.Input{Shape: []int{4, 2}}, layer.Dense{Units: 3, Activation: layer.Tanh}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	mustNot(t, err)
	flat, _ := table(16, 2)
	x = array([]int{4, 4, 2}, flat.Float64s()...)
	y = array([]int{4, 4}, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0)
	return compile(t, m, fit.Config{Loss: l, WeightedMetrics: []metric.Metric{metric.Accuracy{}}}), m, x, y
}

func TestTemporalWeights(t *testing.T) {
	train := func(o fit.Options) []float64 {
		trainer, m, x, y := sequences(t, loss.BinaryCrossentropy{})
		o.Verbose, o.Shuffle, o.Epochs, o.BatchSize = fit.Silent, data.ShuffleOff, 2, 3
		_, err := trainer.Fit(ctx, x, y, o)
		mustNot(t, err)
		return weights(m)
	}
	perSample := []float64{1, 2, 0, 5}
	var spread, class []float64
	_, _, _, y := sequences(t, nil)
	for i, v := range y.Float64s() {
		spread = append(spread, perSample[i/4])
		class = append(class, 1+v*4)
	}
	want := train(fit.Options{SampleWeight: array([]int{4, 4}, spread...)})
	same(t, train(fit.Options{SampleWeight: array([]int{4}, perSample...)}), want)
	same(t, train(fit.Options{SampleWeight: array([]int{4, 1}, perSample...)}), want)
	same(t, train(fit.Options{SampleWeight: array([]int{4, 4, 1}, spread...)}), want)

	// A class weight acts on every timestep of its class.
	same(t, train(fit.Options{ClassWeight: balance.Map{0: 1, 1: 5}}), train(fit.Options{SampleWeight: array([]int{4, 4}, class...)}))
	// Both, multiplied: samples by timesteps.
	both := make([]float64, 16)
	for i := range both {
		both[i] = spread[i] * class[i]
	}
	same(t, train(fit.Options{ClassWeight: balance.Map{1: 5}, SampleWeight: array([]int{4}, perSample...), Conflict: balance.Multiply}),
		train(fit.Options{SampleWeight: array([]int{4, 4}, both...)}))
	if unweighted := train(fit.Options{}); math.Abs(unweighted[0]-want[0]) < 1e-9 {
		t.Error("temporal weights changed nothing")
	}
}

// The divisors of the reductions, by hand.
func TestReductions(t *testing.T) {
	w := array([]int{4}, 2, 0, 1, 3)
	for _, c := range []struct {
		reduction loss.Reduction
		divisor   float64 // of the sum over 16 timesteps
	}{
		{loss.Sum, 1}, {loss.SumOverBatchSize, 16}, {loss.CountNonzero, 12}, {loss.MeanWithSampleWeight, 6}, {loss.None, 16},
	} {
		trainer, _, x, y := sequences(t, loss.BinaryCrossentropy{Reduction: c.reduction})
		p, err := trainer.Predict(ctx, x, fit.PredictOptions{})
		mustNot(t, err)
		sum := 0.
		for i, v := range y.Float64s() {
			q := p.Float64s()[i]
			sum -= w.Float64s()[i/4] * (v*math.Log(q) + (1-v)*math.Log(1-q))
		}
		logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{SampleWeight: w})
		mustNot(t, err)
		if got, _ := logs.Get("loss"); math.Abs(got-sum/c.divisor) > 1e-12 {
			t.Errorf("%v: loss %v, by hand %v", c.reduction, got, sum/c.divisor)
		}
		_, err = trainer.Fit(ctx, x, y, fit.Options{SampleWeight: w, Verbose: fit.Silent})
		if none := c.reduction == loss.None; (err != nil) != none {
			t.Errorf("%v: Fit gives %v", c.reduction, err)
		}
	}
}

// A batch that weighs nothing moves nothing, whatever its reduction.
func TestWeightlessBatch(t *testing.T) {
	x, y := table(6, 3)
	for _, r := range []loss.Reduction{loss.SumOverBatchSize, loss.Sum, loss.MeanWithSampleWeight, loss.CountNonzero} {
		m := network(t, 3)
		before := weights(m)
		trainer := compile(t, m, fit.Config{Loss: loss.BinaryCrossentropy{Reduction: r}, Optimizer: optimizer.Adam{}})
		logs, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{SampleWeight: array([]int{6}, 0, 0, 0, 0, 0, 0)})
		mustNot(t, err)
		if got, _ := logs.Get("loss"); got != 0 {
			t.Errorf("%v: loss %v", r, got)
		}
		same(t, weights(m), before)
	}
}

// A batch of which a mask leaves nothing has the loss 0 and moves nothing, as
// Keras's loss_test.py has it; its rows count in the loss of the epoch.
func TestMaskedBatch(t *testing.T) {
	for _, r := range []loss.Reduction{loss.SumOverBatchSize, loss.Sum, loss.MeanWithSampleWeight, loss.CountNonzero} {
		m, x, y, _ := masked(t, 4)
		l := loss.SparseCategoricalCrossentropy{Reduction: r}
		accuracy := []metric.Metric{metric.Accuracy{}}
		trainer := compile(t, m, fit.Config{Loss: l, Metrics: accuracy, WeightedMetrics: accuracy})
		before := weights(m)
		whole, err := trainer.TestOnBatch(x, y, fit.BatchOptions{})
		mustNot(t, err)
		nothing := array(x.Shape(), make([]float64, x.Shape().TotalSize())...)
		logs, err := trainer.TrainOnBatch(nothing, y, fit.BatchOptions{})
		mustNot(t, err)
		for key, v := range logs.All() {
			if v != 0 {
				t.Errorf("%v: %s is %v", r, key, v)
			}
		}
		same(t, weights(m), before)
		both := array(append([]int{8}, x.Shape()[1:]...), append(nothing.Float64s(), x.Float64s()...)...)
		labels := array(append([]int{8}, y.Shape()[1:]...), append(y.Float64s(), y.Float64s()...)...)
		logs, err = trainer.Evaluate(ctx, both, labels, fit.EvaluateOptions{BatchSize: 4})
		mustNot(t, err)
		if got, want := first(logs.Get("loss")), first(whole.Get("loss"))/2; !near(got, want) || want == 0 {
			t.Errorf("%v: loss of a masked batch and another one %v, expected %v", r, got, want)
		}
	}
}

// same compares weights but for rounding.
func same(t interface{ Fatalf(string, ...any) }, got, want []float64) {
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-9*(1+math.Abs(want[i])) {
			t.Fatalf("weight %d is %v, expected %v", i, got[i], want[i])
		}
	}
}
