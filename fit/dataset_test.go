package fit_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/goroutines"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// streamed hides that a data set lies in memory, as if it came from elsewhere.
type streamed struct {
	data.Dataset
	length int
	edit   func(i int, b *data.Batch) error // may be nil
	passes *int
}

func (s streamed) Len() int { return s.length }
func (s streamed) Batches(o data.Order) iter.Seq2[data.Batch, error] {
	return func(yield func(data.Batch, error) bool) {
		if s.passes != nil {
			*s.passes++
		}
		i := 0
		for b, err := range s.Dataset.Batches(o) {
			if err == nil && s.edit != nil {
				err = s.edit(i, &b)
			}
			if !yield(b, err) {
				return
			}
			i++
		}
	}
}

func tensors(t testing.TB, x, y, w tensor.Tensor) *data.Tensors {
	t.Helper()
	ds, err := data.NewTensors(x, y, w)
	mustNot(t, err)
	return ds
}

// fittedOn is fitted on a data set, shuffled.
func fittedOn(t testing.TB, ds data.Dataset, o fit.Options) ([]float64, *fit.History) {
	t.Helper()
	m := network(t, 3)
	o.Verbose, o.BatchSize, o.Epochs = fit.Silent, 7, 3
	h, err := compile(t, m, fit.Config{WeightedMetrics: []metric.Metric{metric.Accuracy{}}}).FitDataset(ctx, ds, o)
	mustNot(t, err)
	return weights(m), h
}

// The same rows give the same bits from tensors, from a data set of tensors and
// from a stream, whatever the weights and whether the length is known.
func TestStreamIsTensors(t *testing.T) {
	x, y := table(40, 3)
	w := array([]int{40}, make([]float64, 40)...)
	for i := range w.Float64s() {
		w.Float64s()[i] = float64(i%4) / 2
	}
	vx, vy := table(15, 3)
	vw := array([]int{15}, make([]float64, 15)...)
	for i := range vw.Float64s() {
		vw.Float64s()[i] = float64(i % 3)
	}
	arrays := &fit.Validation{X: vx, Y: vy, SampleWeight: vw}
	for name, c := range map[string]struct {
		w tensor.Tensor
		o fit.Options
	}{
		"unweighted":     {nil, fit.Options{}},
		"map":            {nil, fit.Options{ClassWeight: balance.Map{0: 1, 1: 6}}},
		"auto":           {nil, fit.Options{ClassWeight: balance.Auto{}}},
		"sample weights": {w, fit.Options{}},
		"both":           {w, fit.Options{ClassWeight: balance.Auto{}}},
		"product":        {w, fit.Options{ClassWeight: balance.Auto{}, Conflict: balance.Multiply}},
		"steps":          {nil, fit.Options{ClassWeight: balance.Auto{}, StepsPerEpoch: 4}},
		"in order":       {nil, fit.Options{Shuffle: data.ShuffleOff}},
	} {
		t.Run(name, func(t *testing.T) {
			m := network(t, 3)
			c.o.ValidationData = arrays
			o := c.o
			o.Verbose, o.BatchSize, o.Epochs, o.SampleWeight = fit.Silent, 7, 3, c.w
			h, err := compile(t, m, fit.Config{WeightedMetrics: []metric.Metric{metric.Accuracy{}}}).Fit(ctx, x, y, o)
			mustNot(t, err)
			memory := tensors(t, x, y, c.w)
			for kind, ds := range map[string]data.Dataset{"tensors": memory, "stream": streamed{Dataset: memory, length: 40}, "unknown length": streamed{Dataset: memory, length: -1}} {
				c.o.ValidationData = arrays
				if kind != "tensors" {
					c.o.ValidationData = &fit.Validation{Dataset: streamed{Dataset: tensors(t, vx, vy, vw), length: -1}}
				}
				got, history := fittedOn(t, ds, c.o)
				if !slices.Equal(got, weights(m)) {
					t.Errorf("%s: other weights than from arrays", kind)
				}
				for key, want := range h.Values {
					if !slices.Equal(history.Values[key], want) {
						t.Errorf("%s: %s is %v, from arrays %v", kind, key, history.Values[key], want)
					}
				}
			}
		})
	}
}

// Steps go on where the epoch before stopped, and a pass that ends makes an
// epoch short, as over arrays.
func TestStreamSteps(t *testing.T) {
	x, y := table(16, 3)
	passes := 0
	log, notices := recorder()
	trainer := compile(t, network(t, 3), fit.Config{Logger: log})
	var perEpoch []int
	_, err := trainer.FitDataset(ctx, streamed{Dataset: tensors(t, x, y, nil), length: -1, passes: &passes}, fit.Options{
		BatchSize: 4, Epochs: 4, StepsPerEpoch: 3, Verbose: fit.Silent,
		Callbacks: []fit.Callback{callback.LambdaCallback{
			OnEpochBegin: func(callback.Run, int) error { perEpoch = append(perEpoch, 0); return nil },
			OnBatchEnd:   func(_ callback.Run, i int, _ *callback.Logs) error { perEpoch[len(perEpoch)-1] = i + 1; return nil },
		}},
	})
	mustNot(t, err)
	if !slices.Equal(perEpoch, []int{3, 1, 3, 1}) || passes != 2 || !strings.Contains(notices.String(), "ran out") {
		t.Errorf("batches of the epochs %v in %d passes, expected 3 1 3 1 in 2; notices %q", perEpoch, passes, notices)
	}
}

// A computed policy counts in one pass of its own, or asks, and says which.
func TestStreamCounts(t *testing.T) {
	x, y := table(16, 3)
	ones := 0
	for _, v := range y.Float64s() {
		ones += int(v)
	}
	for want, known := range map[string]bool{"one pass over the data counts": false, "counts that the data set gives": true} {
		passes := 0
		var ds data.Dataset = streamed{Dataset: tensors(t, x, y, nil), length: 16, passes: &passes}
		if known {
			ds = knowing{ds, map[int]int{0: 16 - ones, 1: ones}}
		}
		log, notices := recorder()
		_, err := compile(t, network(t, 3), fit.Config{Logger: log}).FitDataset(ctx, ds, fit.Options{ClassWeight: balance.Auto{}, Epochs: 2, Verbose: fit.Silent})
		mustNot(t, err)
		if !strings.Contains(notices.String(), want) || known != (passes == 2) {
			t.Errorf("%d passes for two epochs, notices %q, expected %q", passes, notices, want)
		}
	}
}

type knowing struct {
	data.Dataset
	counts map[int]int
}

func (k knowing) ClassCounts() (map[int]int, error) { return k.counts, nil }

// However a fit ends, the goroutine that reads ahead has ended too.
func TestStreamLeavesNoGoroutine(t *testing.T) {
	x, y := table(64, 3)
	ds := streamed{Dataset: tensors(t, x, y, nil), length: 64}
	trainer := compile(t, network(t, 3), fit.Config{})
	_, err := trainer.FitDataset(ctx, ds, fit.Options{Verbose: fit.Silent}) // starts what the kernels keep
	mustNot(t, err)
	before := runtime.NumGoroutine()
	stop := func(hook func(r callback.Run) error) []fit.Callback {
		return []fit.Callback{callback.LambdaCallback{OnBatchEnd: func(r callback.Run, i int, _ *callback.Logs) error {
			if i == 2 {
				return hook(r)
			}
			return nil
		}}}
	}
	var cancel context.CancelFunc
	for name, o := range map[string]fit.Options{
		"whole":   {},
		"steps":   {StepsPerEpoch: 3},
		"stopped": {Callbacks: stop(func(r callback.Run) error { r.Stop(); return nil })},
		"failed":  {Callbacks: stop(func(callback.Run) error { return errors.New("enough") })},
		"ended":   {Callbacks: stop(func(callback.Run) error { cancel(); return nil })},
		"held":    {ValidationData: &fit.Validation{Dataset: ds}, ValidationSteps: 1},
	} {
		o.BatchSize, o.Epochs, o.Verbose = 4, 2, fit.Silent
		var cancellable context.Context
		cancellable, cancel = context.WithCancel(ctx)
		_, err := trainer.FitDataset(cancellable, ds, o)
		if fails := name == "failed" || name == "ended"; fails != (err != nil) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
		if after := goroutines.Settled(before); after > before {
			t.Errorf("%s: %d goroutines, %d before", name, after, before)
		}
	}
}

func TestStreamEvaluatesAndPredicts(t *testing.T) {
	x, y := table(30, 3)
	w := array([]int{30}, make([]float64, 30)...)
	for i := range w.Float64s() {
		w.Float64s()[i] = float64(i % 3)
	}
	trainer := compile(t, network(t, 3), fit.Config{WeightedMetrics: []metric.Metric{metric.Accuracy{}}})
	want, err := trainer.Evaluate(ctx, x, y, fit.EvaluateOptions{SampleWeight: w, BatchSize: 8})
	mustNot(t, err)
	memory := tensors(t, x, y, w)
	p, err := trainer.Predict(ctx, x, fit.PredictOptions{})
	mustNot(t, err)
	for name, ds := range map[string]data.Dataset{"tensors": memory, "stream": streamed{Dataset: memory, length: -1}} {
		got, err := trainer.EvaluateDataset(ctx, ds, fit.EvaluateOptions{BatchSize: 8})
		mustNot(t, err)
		for key, v := range want.All() {
			if v2, _ := got.Get(key); v2 != v {
				t.Errorf("%s: %s is %v, from arrays %v", name, key, v2, v)
			}
		}
		q, err := trainer.PredictDataset(ctx, ds, fit.PredictOptions{BatchSize: 8})
		mustNot(t, err)
		if !q.Shape().Eq(p.Shape()) {
			t.Fatalf("%s: predictions of shape %v, expected %v", name, q.Shape(), p.Shape())
		}
		same(t, q.Float64s(), p.Float64s())
	}
	unweighted, err := trainer.EvaluateDataset(ctx, streamed{Dataset: tensors(t, x, y, nil)}, fit.EvaluateOptions{})
	mustNot(t, err)
	if a, b := first(unweighted.Get("loss")), first(want.Get("loss")); math.Abs(a-b) < 1e-6 {
		t.Error("weights of a stream have no effect")
	}
}

func TestStreamErrors(t *testing.T) {
	x, y := table(12, 3)
	whole := tensors(t, x, y, nil)
	boom := errors.New("boom")
	edited := func(edit func(b *data.Batch) error) data.Dataset {
		return streamed{Dataset: whole, length: 12, edit: func(i int, b *data.Batch) error {
			if i == 1 {
				return edit(b)
			}
			return nil
		}}
	}
	good := edited(func(*data.Batch) error { return nil })
	for _, c := range []struct {
		name string
		ds   data.Dataset
		o    fit.Options
		want string
	}{
		{"nil", nil, fit.Options{}, "the data set is nil"},
		{"no batch", streamed{Dataset: empty{}}, fit.Options{}, "gave no batch"},
		{"sample weights beside it", good, fit.Options{SampleWeight: y}, "belong into its batches"},
		{"split", good, fit.Options{ValidationSplit: 0.5}, "only tensors in memory can be split"},
		{"batch size", good, fit.Options{BatchSize: -1}, "batch size is -1"},
		{"x of other columns", edited(func(b *data.Batch) error { b.X = array([]int{2, 2}, 1, 2, 3, 4); return nil }), fit.Options{}, "x has shape (2, 2), expected (n, 3) (reading batch 1)"},
		{"no y", edited(func(b *data.Batch) error { b.Y = nil; return nil }), fit.Options{}, "y: expected targets, as the output has a loss, got none"},
		{"label", edited(func(b *data.Batch) error { b.Y = array([]int{4}, 0, 1, 2, 0); return nil }), fit.Options{}, "y is 2 in row 2, expected 0 to 1 (reading batch 1)"},
		{"weights of one batch", edited(func(b *data.Batch) error { b.W = array([]int{4}, 1, 1, 1, 1); return nil }), fit.Options{}, "reading batch 1: balance: a batch has sample weights"},
		{"reading", edited(func(*data.Batch) error { return boom }), fit.Options{}, "reading batch 1: boom"},
		{"panic", edited(func(*data.Batch) error { panic("ouch") }), fit.Options{}, "data: the data set panicked: ouch"},
		{"counting", streamed{Dataset: whole, edit: func(int, *data.Batch) error { return boom }}, fit.Options{ClassWeight: balance.Auto{}}, "counting classes: boom"},
		{"validation by both", good, fit.Options{ValidationData: &fit.Validation{X: x, Dataset: good}}, "a data set and arrays are given"},
		{"validation fails", good, fit.Options{ValidationData: &fit.Validation{Dataset: edited(func(*data.Batch) error { return boom })}}, "boom"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Verbose = fit.Silent
			c.o.BatchSize = min(c.o.BatchSize, 4)
			if c.o.BatchSize == 0 {
				c.o.BatchSize = 4
			}
			_, err := compile(t, network(t, 3), fit.Config{}).FitDataset(ctx, c.ds, c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, expected one with %q", err, c.want)
			}
			if strings.Count(err.Error(), "fit: ") != 1 || !strings.HasPrefix(err.Error(), "fit: ") {
				t.Errorf("error %q, expected the prefix fit: once", err)
			}
		})
	}
	trainer := compile(t, network(t, 3), fit.Config{Loss: loss.BinaryCrossentropy{Reduction: loss.None}})
	if _, err := trainer.FitDataset(ctx, good, fit.Options{Verbose: fit.Silent}); err == nil || !strings.Contains(err.Error(), "reduction none") {
		t.Errorf("reduction none: %v", err)
	}
	if _, err := trainer.EvaluateDataset(ctx, good, fit.EvaluateOptions{SampleWeight: y}); err == nil {
		t.Error("EvaluateDataset took sample weights beside a data set")
	}
	if _, err := trainer.PredictDataset(ctx, streamed{Dataset: empty{}}, fit.PredictOptions{}); err == nil || !strings.Contains(err.Error(), "no batch") {
		t.Errorf("prediction of nothing: %v", err)
	}
	for _, err := range []error{
		second(trainer.EvaluateDataset(ctx, nil, fit.EvaluateOptions{})), second(trainer.PredictDataset(ctx, nil, fit.PredictOptions{})),
		second((*fit.Trainer)(nil).FitDataset(ctx, good, fit.Options{})),
	} {
		if err == nil {
			t.Error("no error")
		}
	}
}

func second[T any](_ T, err error) error { return err }

// empty is a data set without batches.
type empty struct{}

func (empty) Len() int { return -1 }
func (empty) Batches(data.Order) iter.Seq2[data.Batch, error] {
	return func(func(data.Batch, error) bool) {}
}
