package fit_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
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

// The tests of this file are what a fit must do to be Keras's, point by point.
// Each replays the recorded fits of its point and computes the numbers by hand.

// recorded replays fits of Keras by name, in both types.
func recorded(t *testing.T, names ...string) {
	t.Helper()
	var traces []trace
	vectors.Read(t, "testdata/fit_traces.json", &traces)
	for _, name := range names {
		i := slices.IndexFunc(traces, func(tr trace) bool { return tr.Name == name })
		if i < 0 {
			t.Fatalf("there is no recorded fit %q", name)
		}
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(name, "/", dt), func(t *testing.T) { traces[i].replay(t, dt) })
		}
	}
}

// still trains for an epoch with steps too small to move a weight, so that the
// values of the epoch are those of the model as it was.
func still(t testing.TB, m *model.Model, c fit.Config, x, y tensor.Tensor, o fit.Options) *fit.History {
	t.Helper()
	c.Optimizer = optimizer.SGD{LearningRate: 1e-300}
	o.Verbose, o.BatchSize = fit.Silent, 4
	h, err := compile(t, m, c).Fit(ctx, x, y, o)
	mustNot(t, err)
	return h
}

// rowLosses are the losses of the rows of a float64 model, unweighted.
func rowLosses(t testing.TB, m *model.Model, l loss.Loss, x, y *tensor.Dense) []float64 {
	t.Helper()
	p, err := compile(t, m, fit.Config{Loss: l}).Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	rows, err := loss.PerRow(l, y, p)
	mustNot(t, err)
	return rows
}

func last(t testing.TB, h *fit.History, key string) float64 {
	t.Helper()
	v, ok := h.Last(key)
	if !ok {
		t.Fatalf("no %s in %v", key, h.Keys())
	}
	return v
}

// weighted is Σ w·ℓ; nil weights are ones.
func weighted(rows, w []float64) (sum float64) {
	for i, v := range rows {
		if w != nil {
			v *= w[i]
		}
		sum += v
	}
	return sum
}

// classify is a float64 model with a softmax over three classes, of rows or of
// timesteps, and data for it: n samples, of 4 timesteps each if steps is set.
func classify(t testing.TB, n int, steps bool) (m *model.Model, x, labels, oneHot *tensor.Dense) {
	t.Helper()
	in, entries := []int{2}, n
	shape := []int{n}
	if steps {
		in, entries, shape = []int{4, 2}, 4*n, []int{n, 4}
	}
	m, err := model.Config{Seed: 5, DType: tensor.Float64}.Sequential(layer.Input{Shape: in}, layer.Dense{Units: 3, Activation: layer.Softmax})
	mustNot(t, err)
	flat, _ := table(entries, 2)
	l, hot := make([]float64, entries), make([]float64, 3*entries)
	for i := range l {
		l[i] = float64(i * i % 7 % 3) // unevenly
		hot[3*i+int(l[i])] = 1
	}
	return m, array(append([]int{n}, in...), flat.Float64s()...), array(shape, l...), array(append(slices.Clone(shape), 3), hot...)
}

func TestChecklist01NoWeights(t *testing.T) {
	recorded(t, "plain sparse bs4 (last batch 2)")
	x, y := table(10, 3)
	m := network(t, 3)
	rows := rowLosses(t, m, loss.BinaryCrossentropy{}, x, array([]int{10, 1}, y.Float64s()...))
	// Batches of 4, 4 and 2 rows: Σ n·L / Σ n is the mean over all rows.
	if got, want := last(t, still(t, m, fit.Config{}, x, y, fit.Options{}), "loss"), weighted(rows, nil)/10; !near(got, want) {
		t.Errorf("loss %v, by hand %v", got, want)
	}
}

func TestChecklist02ClassWeight(t *testing.T) {
	recorded(t, "class_weight dict", "class_weight missing class 2", "class_weight one-hot", "binary bce class_weight y (n,1)")
	m, x, labels, oneHot := classify(t, 10, false)
	sparse, dense := loss.SparseCategoricalCrossentropy{}, loss.CategoricalCrossentropy{}
	policy := balance.Map{0: 1, 1: 4} // class 2 weighs 1
	w := make([]float64, 10)
	for i, c := range labels.Float64s() {
		w[i] = []float64{1, 4, 1}[int(c)]
	}
	want := weighted(rowLosses(t, m, sparse, x, labels), w) / 10
	for name, c := range map[string]struct {
		l loss.Loss
		y *tensor.Dense
	}{"labels": {sparse, labels}, "column": {sparse, array([]int{10, 1}, labels.Float64s()...)}, "one-hot": {dense, oneHot}} {
		if got := last(t, still(t, m, fit.Config{Loss: c.l}, x, c.y, fit.Options{ClassWeight: policy}), "loss"); !near(got, want) {
			t.Errorf("%s: loss %v, by hand %v", name, got, want)
		}
		// The gradient too: a fit goes the way of one with the weights by sample.
		same(t, stepped(t, c.l, false, c.y, fit.Options{ClassWeight: policy}), stepped(t, sparse, false, labels, fit.Options{SampleWeight: array([]int{10}, w...)}))
	}
}

// stepped are the weights of classify's model after a few steps.
func stepped(t testing.TB, l loss.Loss, steps bool, y *tensor.Dense, o fit.Options) []float64 {
	t.Helper()
	m, x, _, _ := classify(t, y.Shape()[0], steps)
	o.Verbose, o.BatchSize, o.Epochs, o.Shuffle = fit.Silent, 4, 2, data.ShuffleOff
	_, err := compile(t, m, fit.Config{Loss: l}).Fit(ctx, x, y, o)
	mustNot(t, err)
	return weights(m)
}

func TestChecklist03SampleWeight(t *testing.T) {
	recorded(t, "sample_weight", "mean_with_sample_weight", "validation_data weighted")
	x, y := table(8, 3)
	w := []float64{0, 2, 0, 1, 3, 0, 0.5, 1}
	m := network(t, 3)
	rows := rowLosses(t, m, loss.BinaryCrossentropy{}, x, array([]int{8, 1}, y.Float64s()...))
	first, second := weighted(rows[:4], w[:4]), weighted(rows[4:], w[4:])
	for reduction, want := range map[loss.Reduction]float64{
		loss.SumOverBatchSize:     (first + second) / 8, // rows of weight 0 count
		loss.Sum:                  (first + second) / 2, // the mean over two batches
		loss.MeanWithSampleWeight: (first/3 + second/4.5) / 2,
		loss.CountNonzero:         (first/2 + second/3) / 2,
	} {
		c := fit.Config{Loss: loss.BinaryCrossentropy{Reduction: reduction}}
		if got := last(t, still(t, m, c, x, y, fit.Options{SampleWeight: array([]int{8}, w...), Shuffle: data.ShuffleOff}), "loss"); !near(got, want) {
			t.Errorf("%v: loss %v, by hand %v", reduction, got, want)
		}
	}
}

func TestChecklist04ValidationSplit(t *testing.T) {
	recorded(t, "sample_weight + validation_split .3", "class_weight + validation_split .3")
	x, y := table(10, 3)
	w := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	m := network(t, 3)
	rows := rowLosses(t, m, loss.BinaryCrossentropy{}, x, array([]int{10, 1}, y.Float64s()...))
	for name, c := range map[string]struct {
		o    fit.Options
		want float64 // of val_loss: the last three rows
	}{
		"unweighted":     {fit.Options{}, weighted(rows[7:], nil) / 3},
		"class weights":  {fit.Options{ClassWeight: balance.Map{0: 5, 1: 70}}, weighted(rows[7:], nil) / 3},
		"sample weights": {fit.Options{SampleWeight: array([]int{10}, w...)}, weighted(rows[7:], w[7:]) / 3},
		"product":        {fit.Options{SampleWeight: array([]int{10}, w...), ClassWeight: balance.Map{0: 5, 1: 70}, Conflict: balance.Multiply}, weighted(rows[7:], w[7:]) / 3},
	} {
		c.o.ValidationSplit = 0.3
		if got := last(t, still(t, m, fit.Config{}, x, y, c.o), "val_loss"); !near(got, c.want) {
			t.Errorf("%s: val_loss %v, by hand %v", name, got, c.want)
		}
	}
}

func TestChecklist05WeightedMetrics(t *testing.T) {
	x, y := table(10, 3)
	m := network(t, 3)
	p, err := compile(t, m, fit.Config{}).Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	right, rightW, sumW := 0., 0., 0.
	w := []float64{1, 0, 3, 0.5, 5, 6, 0, 8, 9, 10}
	for i, v := range y.Float64s() {
		if (p.Float64s()[i] > .5) == (v == 1) {
			right++
			rightW += w[i]
		}
		sumW += w[i]
	}
	h := still(t, m, fit.Config{Metrics: []metric.Metric{metric.Accuracy{}}, WeightedMetrics: []metric.Metric{metric.Accuracy{}}}, x, y, fit.Options{SampleWeight: array([]int{10}, w...)})
	if got := last(t, h, "accuracy"); !near(got, right/10) {
		t.Errorf("accuracy %v, by hand %v", got, right/10)
	}
	if got := last(t, h, "weighted_accuracy"); !near(got, rightW/sumW) {
		t.Errorf("weighted accuracy %v, by hand %v", got, rightW/sumW)
	}
}

func TestChecklist06Temporal(t *testing.T) {
	recorded(t, "LSTM seq plain", "LSTM seq temporal sample weights (n,T)", "LSTM seq per-sample weights (n,1)")
	const n = 4 // as many samples as timesteps, which Keras 3 confuses
	m, x, labels, oneHot := classify(t, n, true)
	sparse, dense := loss.SparseCategoricalCrossentropy{}, loss.CategoricalCrossentropy{}
	rows := rowLosses(t, m, sparse, x, labels)
	temporal, perSample := make([]float64, 4*n), []float64{1, 0, 3, 2}
	spread := make([]float64, 4*n)
	for i := range temporal {
		temporal[i], spread[i] = float64(i%5), perSample[i/4]
	}
	for _, c := range []struct {
		name string
		w    *tensor.Dense
		want []float64
	}{
		{"(n,T)", array([]int{n, 4}, temporal...), temporal}, {"(n,T,1)", array([]int{n, 4, 1}, temporal...), temporal},
		{"(n,1)", array([]int{n, 1}, perSample...), spread}, {"(n)", array([]int{n}, perSample...), spread},
	} {
		want := weighted(rows, c.want) / (4 * n)
		for form, l := range map[string]struct {
			l loss.Loss
			y *tensor.Dense
		}{"labels": {sparse, labels}, "one-hot": {dense, oneHot}} {
			o := fit.Options{SampleWeight: c.w}
			if got := last(t, still(t, m, fit.Config{Loss: l.l}, x, l.y, o), "loss"); !near(got, want) {
				t.Errorf("%s, %s: loss %v, by hand %v", c.name, form, got, want)
			}
			same(t, stepped(t, l.l, true, l.y, o), stepped(t, sparse, true, labels, fit.Options{SampleWeight: array([]int{n, 4}, c.want...)}))
		}
	}
	// The mode: inferred from the shape, or temporal and checked.
	for _, c := range []struct {
		mode balance.Mode
		w    *tensor.Dense
		want string
	}{
		{balance.Temporal, array([]int{n, 4}, temporal...), ""},
		{balance.Temporal, array([]int{n}, perSample...), "temporal sample weights have shape (4), want (4, 4)"},
		{balance.Temporal, array([]int{n, 1}, perSample...), "temporal sample weights have shape (4, 1)"},
		{balance.Inferred, array([]int{n, 3}, make([]float64, 3*n)...), "sample weights have shape (4, 3)"},
	} {
		_, err := compile(t, m, fit.Config{Loss: sparse, SampleWeightMode: c.mode}).Fit(ctx, x, labels, fit.Options{SampleWeight: c.w, Verbose: fit.Silent})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("mode %d, weights %v: error %v, expected %q", c.mode, c.w.Shape(), err, c.want)
		}
	}
	for mode, want := range map[balance.Mode]string{balance.Temporal: "need a loss of shape (n,T)", 5: "unknown sample weight mode 5"} {
		if _, err := fit.Compile(network(t, 3), fit.Config{Loss: loss.BinaryCrossentropy{}, SampleWeightMode: mode}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, expected %q", err, want)
		}
	}
}

// masked is a float64 model of sequences of 4 timesteps, some of which are
// missing, the data of [classify] for it, and the mask.
func masked(t testing.TB, n int) (m *model.Model, x, labels *tensor.Dense, mask []float64) {
	t.Helper()
	m, err := model.Config{Seed: 5, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{4, 2}}, layer.Masking{}, layer.Dense{Units: 3, Activation: layer.Softmax})
	mustNot(t, err)
	_, x, labels, _ = classify(t, n, true)
	mask = make([]float64, 4*n)
	for i := range mask {
		if mask[i] = min(float64(i%3), 1); mask[i] == 0 {
			clear(x.Float64s()[2*i:][:2])
		}
	}
	return m, x, labels, mask
}

func TestChecklist07Masks(t *testing.T) {
	recorded(t, "Masked LSTM seq", "Embedding mask_zero GRU")
	const n = 10
	m, x, labels, mask := masked(t, n)
	l := loss.SparseCategoricalCrossentropy{}
	rows := rowLosses(t, m, l, x, labels)
	p, err := compile(t, m, fit.Config{}).Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	w, wm := make([]float64, 4*n), make([]float64, 4*n)
	var right, rightW, sumM, sumW float64
	for i := range w {
		w[i] = float64(i%5) / 2
		wm[i] = w[i] * mask[i]
		sumM, sumW = sumM+mask[i], sumW+wm[i]
		if q := p.Float64s()[3*i:][:3]; slices.Index(q, slices.Max(q)) == int(labels.Float64s()[i]) {
			right, rightW = right+mask[i], rightW+wm[i]
		}
	}
	want := 0.
	for _, b := range [][2]int{{0, 4}, {4, 8}, {8, 10}} { // the rows of the batches
		lo, hi := 4*b[0], 4*b[1]
		want += float64(b[1]-b[0]) / n * weighted(rows[lo:hi], wm[lo:hi]) / weighted(mask[lo:hi], nil)
	}
	accuracy := []metric.Metric{metric.Accuracy{}}
	h := still(t, m, fit.Config{Loss: l, Metrics: accuracy, WeightedMetrics: accuracy}, x, labels, fit.Options{SampleWeight: array([]int{n, 4}, w...), Shuffle: data.ShuffleOff})
	for key, want := range map[string]float64{"loss": want, "accuracy": right / sumM, "weighted_accuracy": rightW / sumW} {
		if got := last(t, h, key); !near(got, want) {
			t.Errorf("%s %v, by hand %v", key, got, want)
		}
	}
}

// Every loss of timesteps divides by those that a mask leaves, and its gradient
// is that of them alone.
func TestChecklist07EveryLoss(t *testing.T) {
	const n = 6
	settings := map[string]loss.Loss{
		"ldam":             loss.LDAM{Counts: []float64{10, 5, 2}},
		"logit_adjusted":   loss.LogitAdjusted{Counts: []float64{10, 5, 2}},
		"vector_scaling":   loss.VectorScaling{Counts: []float64{10, 5, 2}},
		"balanced_softmax": loss.BalancedSoftmax{Counts: []float64{10, 5, 2}},
		"expected_cost":    loss.ExpectedCost{Cost: [][]float64{{0, 1, 2}, {3, 0, 1}, {1, 1, 0}}},
		"dice":             loss.Dice{Axis: []int{-1}}, "tversky": loss.Tversky{Axis: []int{-1}},
	}
	refused := map[string]string{
		"circle": "expected embeddings (n, d)", // no timesteps
		"ctc":    "expected a mask of as many numbers as the loss has rows",
	}
	for _, name := range loss.Names() {
		t.Run(name, func(t *testing.T) {
			l, given := settings[name]
			if !given {
				var err error
				l, err = loss.ByName(name)
				mustNot(t, err)
			}
			if name == "ctc" {
				l = loss.CTC{MaxLabels: 2}
			}
			m, x, labels, mask := masked(t, n)
			target, err := l.Targets([]int{4, 3})
			if err == nil {
				y := labels
				switch target.Form {
				case loss.Indices:
				case loss.Labels:
					y = array([]int{n, 2}, slices.Repeat([]float64{1, 2}, n)...)
				default:
					y = array([]int{n, 4, 3}, make([]float64, 12*n)...)
					for i, c := range labels.Float64s() {
						y.Float64s()[3*i+int(c)] = 1
					}
				}
				if _, err = fit.Compile(m, fit.Config{Loss: l, Optimizer: optimizer.SGD{}, Logger: quiet}); err == nil {
					countsUnmasked(t, m, l, x, y, mask)
				}
			}
			if want := refused[name]; (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, expected %q", err, want)
			}
		})
	}
}

// countsUnmasked compares loss and step with those of the model without a mask,
// whose loss divides by all timesteps.
func countsUnmasked(t *testing.T, m *model.Model, l loss.Loss, x, y *tensor.Dense, mask []float64) {
	t.Helper()
	plain, err := model.Config{Seed: 5, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{4, 2}}, layer.Dense{Units: 3, Activation: layer.Softmax})
	mustNot(t, err)
	factor := float64(len(mask)) / weighted(mask, nil)
	before := weights(m)
	step := func(m *model.Model, rate float64, o fit.BatchOptions) float64 {
		logs, err := compile(t, m, fit.Config{Loss: l, Optimizer: optimizer.SGD{LearningRate: rate}}).TrainOnBatch(x, y, o)
		mustNot(t, err)
		v, _ := logs.Get("loss")
		return v
	}
	got := step(m, .1, fit.BatchOptions{})
	want := factor * step(plain, .1*factor, fit.BatchOptions{SampleWeight: array([]int{x.Shape()[0], 4}, mask...)})
	if !near(got, want) {
		t.Errorf("loss %v, expected %v", got, want)
	}
	same(t, weights(m), weights(plain))
	if slices.Equal(before, weights(m)) {
		t.Error("the step moved nothing")
	}
}

func TestChecklist08Regularization(t *testing.T) {
	recorded(t, "l2 reg")
	const n = 14 // 10 to train on, in batches of 4, 4 and 2
	x, y := table(n, 3)
	m, err := model.Config{Seed: 4, DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{
		Units: 1, Activation: layer.Sigmoid, KernelRegularizer: regularizer.L2{L2: .3}, ActivityRegularizer: regularizer.L1{L1: .5},
	})
	mustNot(t, err)
	rows := rowLosses(t, m, loss.BinaryCrossentropy{}, x, array([]int{n, 1}, y.Float64s()...))
	p, err := compile(t, m, fit.Config{}).Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	penalty := 0.
	for _, k := range m.Weights()[0].Value.Float64s() {
		penalty += .3 * k * k
	}
	h := still(t, m, fit.Config{}, x, y, fit.Options{ValidationSplit: 4. / n})
	for key, part := range map[string][2]int{"loss": {0, 10}, "val_loss": {10, n}} {
		// Σ n_b (Σ activities / n_b) / Σ n_b is their mean over all rows.
		lo, hi := part[0], part[1]
		want := penalty + (weighted(rows[lo:hi], nil)+.5*weighted(p.Float64s()[lo:hi], nil))/float64(hi-lo)
		if got := last(t, h, key); !near(got, want) {
			t.Errorf("%s %v, by hand %v", key, got, want)
		}
	}
}

func TestChecklist09SeveralOutputs(t *testing.T) {
	const n = 10
	dt := tensor.Float64
	left, right, yes, side := numbers(dt, n, 2), numbers(dt, n, 3), classes(dt, n), numbers(dt, n, 2)
	w := make([]float64, n)
	for i := range w {
		w[i] = float64(i % 4)
	}
	fitted := func(o fit.Options, sample fit.Arrays) *fit.History {
		trainer, err := fit.Compile(two(t, dt), fit.Config{
			Logger: quiet, Losses: map[string]loss.Loss{"yes": loss.BinaryCrossentropy{}, "side": loss.MeanSquaredError{}},
			LossWeights: map[string]float64{"yes": .25, "side": 3}, Optimizer: optimizer.SGD{LearningRate: 1e-300},
		})
		mustNot(t, err)
		o.BatchSize, o.Verbose = 4, fit.Silent
		h, err := trainer.FitMany(ctx, fit.Many{X: fit.List{left, right}, Y: fit.Named{"yes": yes, "side": side}, SampleWeight: sample}, o)
		mustNot(t, err)
		return h
	}
	trainer, err := fit.Compile(two(t, dt), fit.Config{Logger: quiet, Loss: loss.MeanSquaredError{}})
	mustNot(t, err)
	p, err := trainer.PredictMany(ctx, fit.List{left, right}, fit.PredictOptions{})
	mustNot(t, err)
	rows := map[string][]float64{}
	for name, c := range map[string]struct {
		l    loss.Loss
		y, p *tensor.Dense
	}{"yes": {loss.BinaryCrossentropy{}, view(yes, n, 1), p[0]}, "side": {loss.MeanSquaredError{}, side, p[1]}} {
		rows[name], err = loss.PerRow(c.l, c.y, c.p)
		mustNot(t, err)
	}
	vector := array([]int{n}, w...)
	for name, h := range map[string]*fit.History{
		"one vector": fitted(fit.Options{SampleWeight: vector}, nil), "a vector each": fitted(fit.Options{}, fit.List{vector, vector}),
	} {
		lossYes, lossSide := weighted(rows["yes"], w)/n, weighted(rows["side"], w)/n
		for key, want := range map[string]float64{"yes_loss": lossYes, "side_loss": lossSide, "loss": .25*lossYes + 3*lossSide} {
			if got := last(t, h, key); !near(got, want) {
				t.Errorf("%s: %s %v, by hand %v", name, key, got, want)
			}
		}
	}
}

// With both, class weights have no effect at all, even where they alone would
// be an error.
func TestChecklist10Override(t *testing.T) {
	soft := array([]int{2, 4, 3}, slices.Repeat([]float64{.5, .25, .25}, 8)...)
	m, x, labels, oneHot := classify(t, 2, true)
	w := array([]int{2, 4}, 1, 2, 0, 4, 5, 6, 0, 8)
	dense := loss.CategoricalCrossentropy{}
	for name, y := range map[string]*tensor.Dense{"one-hot": oneHot, "soft": soft} {
		got := stepped(t, dense, true, y, fit.Options{SampleWeight: w, ClassWeight: balance.Auto{}})
		if want := stepped(t, dense, true, y, fit.Options{SampleWeight: w}); !slices.Equal(got, want) {
			t.Errorf("%s: class weights beside sample weights have an effect", name)
		}
	}
	bad := fit.Options{SampleWeight: w, ClassWeight: balance.Map{0: math.NaN(), 77: -1}, Strict: true}
	if got, want := stepped(t, loss.SparseCategoricalCrossentropy{}, true, labels, bad), stepped(t, loss.SparseCategoricalCrossentropy{}, true, labels, fit.Options{SampleWeight: w}); !slices.Equal(got, want) {
		t.Error("class weights that are overridden have an effect")
	}
	_, err := compile(t, m, fit.Config{Loss: dense}).Fit(ctx, x, soft, fit.Options{ClassWeight: balance.Auto{}, Verbose: fit.Silent})
	if err == nil || !strings.Contains(err.Error(), "row 0, timestep 0 is not one-hot") {
		t.Errorf("class weights of soft targets: %v", err)
	}
}

func TestChecklist11Auto(t *testing.T) {
	for _, steps := range []bool{false, true} {
		_, _, labels, oneHot := classify(t, 9, steps)
		count := map[float64]float64{}
		for _, c := range labels.Float64s() {
			count[c]++
		}
		n := float64(labels.Size())
		if len(count) != 3 || count[0] == count[1] {
			t.Fatalf("classes %v, expected three of different sizes", count)
		}
		explicit := fit.Options{ClassWeight: balance.Map{0: n / (3 * count[0]), 1: n / (3 * count[1]), 2: n / (3 * count[2])}}
		auto := fit.Options{ClassWeight: balance.Auto{}}
		sparse := loss.SparseCategoricalCrossentropy{}
		want := stepped(t, sparse, steps, labels, explicit)
		column := array(append(slices.Clone([]int(labels.Shape())), 1), labels.Float64s()...)
		dense, squares := loss.CategoricalCrossentropy{}, loss.MeanSquaredError{}
		for name, got := range map[string][]float64{
			"labels": stepped(t, sparse, steps, labels, auto), "column": stepped(t, sparse, steps, column, auto),
			"one-hot": stepped(t, dense, steps, oneHot, auto), "one-hot, explicit": stepped(t, dense, steps, oneHot, explicit),
		} {
			t.Run(name, func(t *testing.T) { same(t, got, want) })
		}
		// One-hot targets name classes whatever the loss.
		same(t, stepped(t, squares, steps, oneHot, auto), stepped(t, squares, steps, oneHot, explicit))
	}
}

func TestChecklist12Errors(t *testing.T) {
	x, y := table(6, 3)
	ones := func(shape ...int) *tensor.Dense {
		return array(shape, slices.Repeat([]float64{1}, tensor.Shape(shape).TotalSize())...)
	}
	with := func(v float64) *tensor.Dense { return array([]int{6}, 1, 1, 1, v, 1, 1) }
	for name, c := range map[string]struct {
		x, y tensor.Tensor
		o    fit.Options
	}{
		"unequal lengths": {x, ones(5), fit.Options{}}, "weights too long": {x, y, fit.Options{SampleWeight: ones(7)}},
		"weights per nothing": {x, y, fit.Options{SampleWeight: ones(6, 2)}}, "class weights without y": {x, nil, fit.Options{ClassWeight: balance.Auto{}}},
		"split that trains on nothing": {x, y, fit.Options{ValidationSplit: .99}}, "split that validates nothing": {x, y, fit.Options{ValidationSplit: 1e-20}},
		"split 0 or less": {x, y, fit.Options{ValidationSplit: -.1}}, "split 1 or more": {x, y, fit.Options{ValidationSplit: 1.5}},
		"key that is no class": {x, y, fit.Options{ClassWeight: balance.Map{-1: 2}}}, "key beyond the classes": {x, y, fit.Options{ClassWeight: balance.List{1, 2, 3}}},
		"NaN": {x, y, fit.Options{SampleWeight: with(math.NaN())}}, "infinite": {x, y, fit.Options{SampleWeight: with(math.Inf(1))}}, "negative": {x, y, fit.Options{SampleWeight: with(-1)}},
		"validation frequency": {x, y, fit.Options{ValidationFreq: -1}}, "both weights, rejected": {x, y, fit.Options{SampleWeight: ones(6), ClassWeight: balance.Auto{}, Conflict: balance.Reject}},
	} {
		c.o.Verbose = fit.Silent
		if _, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, c.x, c.y, c.o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := new(fit.Trainer).Fit(ctx, x, y, fit.Options{}); err == nil {
		t.Error("not compiled: no error")
	}
	ds := streamed{Dataset: tensors(t, x, y, nil), length: 6}
	for name, o := range map[string]fit.Options{"weights beside a data set": {SampleWeight: ones(6)}, "split of a stream": {ValidationSplit: .5}} {
		if _, err := compile(t, network(t, 3), fit.Config{}).FitDataset(ctx, ds, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	clipped := fit.Config{Loss: loss.BinaryCrossentropy{}, Optimizer: optimizer.SGD{Common: optimizer.Common{ClipNorm: 1, ClipValue: 1}}}
	if _, err := fit.Compile(network(t, 3), clipped); err == nil {
		t.Error("two ways to clip: no error")
	}
	_, err1 := loss.ByName("no such loss")
	_, err2 := metric.ByName("no such metric")
	_, err3 := optimizer.ByName("no such optimizer")
	_, err4 := balance.Parse(`{"one": 2}`)
	for _, err := range []error{err1, err2, err3, err4} {
		if err == nil {
			t.Error("an unknown name has no error")
		}
	}
}

func TestChecklist13StepsAndEpochs(t *testing.T) {
	recorded(t, "steps_per_epoch=2 bs4 epochs=3 (iterator continues)")
	x, y := table(8, 3)
	var epochs []int
	h, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, x, y, fit.Options{
		Epochs: 7, InitialEpoch: 5, Verbose: fit.Silent,
		Callbacks: []fit.Callback{callback.LambdaCallback{OnEpochBegin: func(_ callback.Run, e int) error { epochs = append(epochs, e); return nil }}},
	})
	mustNot(t, err)
	if want := []int{5, 6}; !slices.Equal(epochs, want) || !slices.Equal(h.Epoch, want) {
		t.Errorf("epochs %v, in the history %v, expected %v", epochs, h.Epoch, want)
	}
}
