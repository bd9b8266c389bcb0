package fit_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"runtime"
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
	"gorgonia.org/tensor"
)

// One seed gives the same bits on any number of cores.
func TestBitsDoNotDependOnCores(t *testing.T) {
	x, y := table(700, 40)
	run := func(cores int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		m, err := model.NewFromSeed(9, layer.Input{Shape: []int{40}},
			layer.Dense{Units: 150, Activation: layer.ReLU}, layer.BatchNormalization{}, layer.Dropout{Rate: 0.3},
			layer.Dense{Units: 130, Activation: layer.GELU}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
		mustNot(t, err)
		trainer := compile(t, m, fit.Config{Optimizer: optimizer.Adam{}})
		_, err = trainer.Fit(ctx, x, y, fit.Options{BatchSize: 300, Epochs: 3, ClassWeight: balance.Auto{}, Verbose: fit.Silent})
		mustNot(t, err)
		return weights(m)
	}
	one, four := run(1), run(4)
	if !slices.Equal(one, four) {
		t.Error("one core and four cores give different weights")
	}
}

func TestSeeds(t *testing.T) {
	x, y := table(64, 3)
	run := func(seed uint64, shuffle data.Shuffle) []float64 {
		m := network(t, 3, layer.Dropout{Rate: 0.5})
		trainer := compile(t, m, fit.Config{Seed: seed})
		_, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 8, Epochs: 2, Shuffle: shuffle, Verbose: fit.Silent})
		mustNot(t, err)
		return weights(m)
	}
	if !slices.Equal(run(1, data.ShuffleRows), run(1, data.ShuffleRows)) {
		t.Error("one seed gave two results")
	}
	if slices.Equal(run(1, data.ShuffleRows), run(2, data.ShuffleRows)) {
		t.Error("two seeds gave one order of rows")
	}
	if slices.Equal(run(1, data.ShuffleOff), run(2, data.ShuffleOff)) {
		t.Error("two seeds dropped the same elements")
	}
}

func TestHistoryAndEpochs(t *testing.T) {
	x, y := table(30, 3)
	trainer := compile(t, network(t, 3), fit.Config{Metrics: []metric.Metric{metric.Accuracy{}, metric.Recall{}, metric.Recall{Threshold: 0.3}},
		WeightedMetrics: []metric.Metric{metric.Accuracy{}, metric.Precision{}}})
	h, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 6, InitialEpoch: 2, ValidationSplit: 0.2, ValidationFreq: 2, Verbose: fit.Silent})
	mustNot(t, err)
	want := []string{"accuracy", "loss", "precision", "recall", "recall_1", "val_accuracy", "val_loss", "val_precision",
		"val_recall", "val_recall_1", "val_weighted_accuracy", "weighted_accuracy"}
	if !slices.Equal(h.Keys(), want) {
		t.Errorf("keys %v, expected %v", h.Keys(), want)
	}
	if !slices.Equal(h.Epoch, []int{2, 3, 4, 5}) || len(h.Values["loss"]) != 4 || len(h.Values["val_loss"]) != 2 || len(h.Seconds) != 4 {
		t.Errorf("history %+v", h)
	}
	if h.Params != (fit.Params{Epochs: 6, Steps: 1, BatchSize: 32}) {
		t.Errorf("params %+v", h.Params)
	}
	if _, ok := h.Last("nothing"); ok {
		t.Error("an unknown key has a last value")
	}
	if v, ok := h.Last("loss"); !ok || v != h.Values["loss"][3] {
		t.Errorf("last loss %v, %v", v, ok)
	}

	h, err = trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, InitialEpoch: 2, Verbose: fit.Silent})
	if err != nil || len(h.Epoch) != 0 || len(h.Values) != 0 {
		t.Errorf("a fit without epochs: %+v, %v", h, err)
	}
	h, err = trainer.Fit(ctx, x, y, fit.Options{Epochs: 4, ValidationSplit: 0.5, ValidationEpochs: []int{1, 3}, Verbose: fit.Silent})
	if err != nil || len(h.Values["val_loss"]) != 2 {
		t.Errorf("validation after epochs 1 and 3: %+v, %v", h, err)
	}
}

// A fit of three steps on four batches: the epoch that meets the end of the
// data is short, and says so.
func TestStepsPerEpoch(t *testing.T) {
	x, y := table(16, 3)
	log, notices := recorder()
	trainer := compile(t, network(t, 3), fit.Config{Logger: log})
	var perEpoch []int
	_, err := trainer.Fit(ctx, x, y, fit.Options{
		BatchSize: 4, Epochs: 3, StepsPerEpoch: 3, Verbose: fit.Silent,
		Callbacks: []fit.Callback{callback.LambdaCallback{
			OnEpochBegin: func(callback.Run, int) error { perEpoch = append(perEpoch, 0); return nil },
			OnBatchEnd:   func(_ callback.Run, i int, _ *callback.Logs) error { perEpoch[len(perEpoch)-1] = i + 1; return nil },
		}},
	})
	mustNot(t, err)
	if !slices.Equal(perEpoch, []int{3, 1, 3}) || !strings.Contains(notices.String(), "ran out") {
		t.Errorf("batches of the epochs %v, expected 3 1 3; notices %q", perEpoch, notices)
	}
	// Without a batch size, the steps make it.
	perEpoch = nil
	h, err := trainer.Fit(ctx, x, y, fit.Options{StepsPerEpoch: 5, Verbose: fit.Silent})
	if err != nil || h.Params.BatchSize != 4 {
		t.Errorf("5 steps of 16 rows: batch size %d, %v", h.Params.BatchSize, err)
	}
}

func TestCallbacksInOrder(t *testing.T) {
	x, y := table(8, 3)
	var calls []string
	note := func(s string) { calls = append(calls, s) }
	c := callback.LambdaCallback{
		OnTrainBegin:      func(callback.Run) error { note("train"); return nil },
		OnEpochBegin:      func(callback.Run, int) error { note("epoch"); return nil },
		OnBatchBegin:      func(callback.Run, int) error { note("batch"); return nil },
		OnBatchEnd:        func(r callback.Run, i int, l *callback.Logs) error { note("/batch"); return nil },
		OnValidationBegin: func(callback.Run) error { note("validation"); return nil },
		OnValidationEnd:   func(callback.Run, *callback.Logs) error { note("/validation"); return nil },
		OnEpochEnd: func(r callback.Run, e int, l *callback.Logs) error {
			note("/epoch")
			l.Set("extra", 1)
			r.Stop()
			return r.SetLearningRate(0.25)
		},
		OnTrainEnd: func(callback.Run, *callback.Logs) error { note("/train"); return nil },
	}
	trainer := compile(t, network(t, 3), fit.Config{})
	h, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 4, Epochs: 5, ValidationSplit: 0.25, Callbacks: []fit.Callback{c}, Verbose: fit.Silent})
	mustNot(t, err)
	if got, want := strings.Join(calls, " "), "train epoch batch /batch batch /batch validation /validation /epoch /train"; got != want {
		t.Errorf("calls %q, expected %q", got, want)
	}
	if len(h.Values["extra"]) != 1 || trainer.Optimizer().LearningRate() != 0.25 {
		t.Errorf("what a callback set is lost: %v, learning rate %v", h.Values, trainer.Optimizer().LearningRate())
	}
	// Stopped in the midst of an epoch, validation still runs.
	calls = nil
	c.OnBatchEnd = func(r callback.Run, i int, _ *callback.Logs) error { note("/batch"); r.Stop(); return nil }
	_, err = trainer.Fit(ctx, x, y, fit.Options{BatchSize: 4, Epochs: 5, ValidationSplit: 0.25, Callbacks: []fit.Callback{c}, Verbose: fit.Silent})
	mustNot(t, err)
	if got, want := strings.Join(calls, " "), "train epoch batch /batch validation /validation /epoch /train"; got != want {
		t.Errorf("calls %q, expected %q", got, want)
	}
	// An error ends the fit and names the callback's error.
	boom := errors.New("boom")
	c.OnBatchEnd = nil
	c.OnEpochEnd = func(callback.Run, int, *callback.Logs) error { return boom }
	if h, err = trainer.Fit(ctx, x, y, fit.Options{Callbacks: []fit.Callback{c}, Verbose: fit.Silent}); !errors.Is(err, boom) || h == nil {
		t.Errorf("history %v, error %v", h, err)
	}
}

func TestEarlyStoppingRestores(t *testing.T) {
	x, y := table(60, 3)
	m := network(t, 3)
	trainer := compile(t, m, fit.Config{Optimizer: optimizer.SGD{LearningRate: 30}, Metrics: []metric.Metric{metric.AveragePrecision{}}})
	var best []float64
	top := math.Inf(-1)
	_, err := trainer.Fit(ctx, x, y, fit.Options{
		Epochs: 40, ValidationSplit: 0.5, Verbose: fit.Silent,
		Callbacks: []fit.Callback{
			callback.LambdaCallback{OnEpochEnd: func(_ callback.Run, _ int, l *callback.Logs) error {
				if v, _ := l.Get("val_average_precision"); v > top {
					top, best = v, weights(m)
				}
				return nil
			}},
			&callback.EarlyStopping{Monitor: "val_average_precision", Patience: 3, RestoreBestWeights: true},
		},
	})
	mustNot(t, err)
	if !slices.Equal(weights(m), best) {
		t.Error("the weights are not those of the best epoch")
	}
}

func TestCSVLogger(t *testing.T) {
	x, y := table(10, 3)
	path := filepath.Join(t.TempDir(), "log.csv")
	trainer := compile(t, network(t, 3), fit.Config{})
	_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, Verbose: fit.Silent, Callbacks: []fit.Callback{&callback.CSVLogger{Path: path}}})
	mustNot(t, err)
	if lines := readLines(t, path); len(lines) != 3 || lines[0] != "epoch,loss" || !strings.HasPrefix(lines[2], "1,0.") {
		t.Errorf("log %q", lines)
	}
}

func TestOutput(t *testing.T) {
	x, y := table(10, 3)
	trainer := compile(t, network(t, 3), fit.Config{})
	for verbose, want := range map[fit.Verbosity]string{fit.Silent: "", fit.Auto: "Epoch 1/2", fit.Lines: "Epoch 1/2", fit.Bar: "━"} {
		var b strings.Builder
		_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, Verbose: verbose, Output: &b})
		mustNot(t, err)
		if !strings.Contains(b.String(), want) || want == "" && b.Len() > 0 {
			t.Errorf("verbosity %d prints %q, expected %q in it", verbose, b.String(), want)
		}
	}
}

// A fit that fails leaves the cursor of a terminal on a line of its own.
func TestInterruptedBar(t *testing.T) {
	x, y := table(10, 3)
	trainer := compile(t, network(t, 3), fit.Config{})
	var b strings.Builder
	_, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 2, Verbose: fit.Bar, Output: &b, Callbacks: []fit.Callback{
		callback.LambdaCallback{OnBatchEnd: func(_ callback.Run, i int, _ *callback.Logs) error {
			if i == 3 {
				return errors.New("enough")
			}
			return nil
		}}}})
	if err == nil || !strings.HasSuffix(b.String(), "\n") || strings.HasSuffix(b.String(), "\n\n") {
		t.Errorf("error %v, printed %q", err, b.String())
	}
}

func TestCancel(t *testing.T) {
	x, y := table(32, 3)
	cancelled, cancel := context.WithCancel(ctx)
	trainer := compile(t, network(t, 3), fit.Config{})
	h, err := trainer.Fit(cancelled, x, y, fit.Options{
		BatchSize: 8, Epochs: 5, Verbose: fit.Silent,
		Callbacks: []fit.Callback{callback.LambdaCallback{OnBatchEnd: func(_ callback.Run, i int, l *callback.Logs) error {
			if trainer.Optimizer().Iterations() == 6 {
				cancel()
			}
			return nil
		}}},
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "epoch 1") {
		t.Errorf("error %v", err)
	}
	if len(h.Epoch) != 1 || trainer.Optimizer().Iterations() != 6 {
		t.Errorf("history %+v after %d steps", h, trainer.Optimizer().Iterations())
	}
	if _, err := trainer.Predict(cancelled, x, fit.PredictOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Predict: %v", err)
	}
	if _, err := trainer.Evaluate(cancelled, x, y, fit.EvaluateOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Evaluate: %v", err)
	}
}

func TestDiverging(t *testing.T) {
	x, y := table(32, 3)
	m, err := model.Config{DType: tensor.Float32}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 1})
	mustNot(t, err)
	trainer := compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Optimizer: optimizer.SGD{LearningRate: 1e12}})
	h, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 16, Epochs: 50, Verbose: fit.Silent})
	var diverged *fit.DivergedError
	if !errors.As(err, &diverged) {
		t.Fatalf("error %v, expected a DivergedError", err)
	}
	if len(h.Values["loss"]) != diverged.Epoch || !strings.Contains(err.Error(), "epoch") {
		t.Errorf("%d epochs in the history of a fit that ended with %v", len(h.Values["loss"]), err)
	}
	for _, w := range weights(m) {
		if math.IsNaN(w) {
			t.Error("the weights are NaN: the last step should not have been taken")
		}
	}
}

// A loss is computed on the logits where the model ends in a sigmoid or a
// softmax, so a prediction that is surely wrong still has a gradient.
func TestSaturated(t *testing.T) {
	x, y := array([]int{1, 1}, 1), array([]int{1}, 0)
	for _, last := range []layer.Layer{
		layer.Dense{Units: 1, Activation: layer.Sigmoid}, layer.Activation{Func: layer.Sigmoid},
	} {
		m, err := model.Config{DType: tensor.Float64}.Sequential(layer.Input{Shape: []int{1}}, layer.Dense{Units: 1}, last)
		mustNot(t, err)
		var set []*tensor.Dense
		for _, w := range m.Weights() {
			v := array(w.Value.Shape(), make([]float64, w.Value.Size())...)
			if strings.HasSuffix(w.Name, "bias") {
				v.Float64s()[0] = 90
			}
			set = append(set, v)
		}
		if len(set) == 4 {
			set[2].Float64s()[0] = 1 // pass the logit on
			set[3].Float64s()[0] = 0
		}
		mustNot(t, m.SetWeights(set))
		trainer := compile(t, m, fit.Config{})
		logs, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{})
		mustNot(t, err)
		if got, _ := logs.Get("loss"); math.Abs(got-90) > 1e-9 {
			t.Errorf("%s: loss %v, expected 90", last.Class(), got)
		}
		if got := weights(m)[1]; math.Abs(got-89.9) > 1e-9 {
			t.Errorf("%s: bias %v after a step of 0.1, expected 89.9", last.Class(), got)
		}
	}
}

// Evaluate, Predict and the batch functions agree with each other, in batches
// of any size.
func TestEvaluateAndPredict(t *testing.T) {
	x, y := table(50, 3)
	trainer := compile(t, network(t, 3, layer.Dropout{Rate: 0.5}, layer.BatchNormalization{}), fit.Config{
		Metrics: []metric.Metric{metric.ROCAUC{}, metric.Brier{}}})
	_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 3, Verbose: fit.Silent})
	mustNot(t, err)
	whole, err := trainer.TestOnBatch(x, y, fit.BatchOptions{})
	mustNot(t, err)
	for _, size := range []int{0, 1, 7, 50, 1000} {
		logs, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{BatchSize: size})
		mustNot(t, err)
		for key, want := range whole.All() {
			if got, _ := logs.Get(key); math.Abs(got-want) > 1e-12 {
				t.Errorf("batch size %d: %s is %v, on one batch %v", size, key, got, want)
			}
		}
		p, err := trainer.Predict(ctx, x, fit.PredictOptions{BatchSize: size})
		mustNot(t, err)
		got, err := metric.Compute(metric.Brier{}, y, p, nil)
		mustNot(t, err)
		if want, _ := whole.Get("brier_score"); math.Abs(got-want) > 1e-12 {
			t.Errorf("batch size %d: Brier score of the predictions %v, evaluated %v", size, got, want)
		}
	}
	some, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{BatchSize: 10, Steps: 2})
	mustNot(t, err)
	head, _ := data.Rows(x, 0, 20)
	headY, _ := data.Rows(y, 0, 20)
	want, err := trainer.TestOnBatch(head, headY, fit.BatchOptions{})
	mustNot(t, err)
	if a, _ := some.Get("loss"); !vectors.Near(a, first(want.Get("loss"))) {
		t.Errorf("two steps of ten: loss %v, of those rows %v", a, first(want.Get("loss")))
	}
}

func first(v float64, _ bool) float64 { return v }
