package fit_test

import (
	"context"
	"errors"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/vectors"
)

// averager follows the weights of a fit and their moving average by itself.
type averager struct {
	callback.Base
	t            *testing.T
	raw, average []float64
	ended        bool
}

func flat(r callback.Run) (all []float64) {
	for _, w := range r.Weights() {
		all = append(all, vectors.Floats(w)...)
	}
	return all
}

func (a *averager) BatchEnd(r callback.Run, _ int, _ *callback.Logs) error {
	a.raw = flat(r)
	if a.average == nil {
		a.average = append(a.average, a.raw...)
	}
	for i, w := range a.raw {
		a.average[i] = 0.75*a.average[i] + 0.25*w
	}
	return nil
}

func (a *averager) ValidationBegin(r callback.Run) error {
	if err := r.SwapAverages(); err != nil {
		return err
	}
	vectors.Equal(a.t, "swapped weights", flat(r), a.average)
	return nil
}

func (a *averager) ValidationEnd(r callback.Run, _ *callback.Logs) error {
	if err := r.SwapAverages(); err != nil {
		return err
	}
	vectors.Equal(a.t, "weights swapped back", flat(r), a.raw)
	return nil
}

func (a *averager) TrainEnd(r callback.Run, _ *callback.Logs) error {
	a.ended = true
	vectors.Equal(a.t, "weights at the end of the fit", flat(r), a.average)
	return nil
}

func TestAveragesAtTheEndOfAFit(t *testing.T) {
	ema := optimizer.SGD{LearningRate: 5, Common: optimizer.Common{UseEMA: true, EMAMomentum: 0.75}}
	x, y := table(40, 3)
	a := &averager{t: t}
	trainer := compile(t, network(t, 3), fit.Config{Optimizer: ema})
	o := fit.Options{BatchSize: 8, Epochs: 3, Shuffle: data.ShuffleOff, ValidationSplit: 0.2, Callbacks: []fit.Callback{a}, Verbose: fit.Silent}
	_, err := trainer.Fit(ctx, x, y, o)
	mustNot(t, err)
	if !a.ended {
		t.Error("TrainEnd was not called")
	}
	if vectors.Near(a.raw[0], a.average[0]) {
		t.Errorf("weight %v and average %v are too near to tell them apart", a.raw[0], a.average[0])
	}

	// A fit that is stopped, here while the averages are swapped in, leaves the
	// averages too.
	a = &averager{t: t}
	stopped, stop := context.WithCancel(ctx)
	defer stop()
	o.Callbacks = []fit.Callback{a, callback.LambdaCallback{OnValidationBegin: func(callback.Run) error { stop(); return nil }}}
	m := network(t, 3)
	trainer = compile(t, m, fit.Config{Optimizer: ema})
	if _, err := trainer.Fit(stopped, x, y, o); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, expected that of the context", err)
	}
	var got []float64
	for _, w := range m.Weights() {
		got = append(got, vectors.Floats(w.Value)...)
	}
	vectors.Equal(t, "weights of a stopped fit", got, a.average)
}

// A callback cannot set the rate of a schedule, nor swap averages that are not
// there.
func TestOptimizerRefusesCallbacks(t *testing.T) {
	x, y := table(8, 3)
	for name, hook := range map[string]func(callback.Run, int) error{
		"rate":     func(r callback.Run, _ int) error { return r.SetLearningRate(0.1) },
		"averages": func(r callback.Run, _ int) error { return r.SwapAverages() },
	} {
		trainer := compile(t, network(t, 3), fit.Config{Optimizer: optimizer.SGD{Schedule: constant(0.1)}})
		c := callback.LambdaCallback{OnEpochBegin: hook}
		if _, err := trainer.Fit(ctx, x, y, fit.Options{Callbacks: []fit.Callback{c}, Verbose: fit.Silent}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func constant(rate float64) schedule.Func { return func(int) float64 { return rate } }
