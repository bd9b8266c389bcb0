package fit_test

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// hooked is a callback that does something at one hook, the second time that
// it is called, or the first where there is but one.
func hooked(hook string, act func(callback.Run) error) fit.Callback {
	calls := 0
	second := func(r callback.Run) error {
		if calls++; calls == 2 {
			return act(r)
		}
		return nil
	}
	switch hook {
	case "train begin":
		return callback.LambdaCallback{OnTrainBegin: act}
	case "epoch begin":
		return callback.LambdaCallback{OnEpochBegin: func(r callback.Run, _ int) error { return second(r) }}
	case "batch begin":
		return callback.LambdaCallback{OnBatchBegin: func(r callback.Run, _ int) error { return second(r) }}
	case "batch end":
		return callback.LambdaCallback{OnBatchEnd: func(r callback.Run, _ int, _ *callback.Logs) error { return second(r) }}
	case "validation begin":
		return callback.LambdaCallback{OnValidationBegin: second}
	case "validation end":
		return callback.LambdaCallback{OnValidationEnd: func(r callback.Run, _ *callback.Logs) error { return second(r) }}
	case "epoch end":
		return callback.LambdaCallback{OnEpochEnd: func(r callback.Run, _ int, _ *callback.Logs) error { return second(r) }}
	}
	return callback.LambdaCallback{OnTrainEnd: func(r callback.Run, _ *callback.Logs) error { return act(r) }}
}

// Every hook may stop a fit, which then returns its history and no error, or
// fail it, which returns the history of the completed epochs and the error.
func TestStopAndFailFromEveryHook(t *testing.T) {
	x, y := table(30, 3) // 5 batches an epoch
	boom := errors.New("boom")
	for _, c := range []struct {
		hook                          string
		stoppedEpochs, stoppedBatches int
		failedEpochs, failedBatches   int
	}{
		{"train begin", 0, 0, 0, 0},
		{"epoch begin", 2, 6, 1, 5},
		{"batch begin", 1, 2, 0, 1},
		{"batch end", 1, 2, 0, 2},
		{"validation begin", 2, 10, 1, 10},
		{"validation end", 2, 10, 1, 10},
		{"epoch end", 2, 10, 1, 10},
		{"train end", 3, 15, 3, 15},
	} {
		run := func(act func(callback.Run) error) (*fit.History, int, bool, error) {
			trainer := compile(t, network(t, 3), fit.Config{})
			ended := false
			h, err := trainer.Fit(ctx, x, y, fit.Options{
				BatchSize: 3, Epochs: 3, ValidationSplit: 0.5, Verbose: fit.Silent,
				Callbacks: []fit.Callback{hooked(c.hook, act), callback.LambdaCallback{
					OnTrainEnd: func(callback.Run, *callback.Logs) error { ended = true; return nil }}},
			})
			return h, trainer.Optimizer().Iterations(), ended, err
		}
		h, n, ended, err := run(func(r callback.Run) error { r.Stop(); return nil })
		if err != nil || h == nil || len(h.Epoch) != c.stoppedEpochs || len(h.Values["val_loss"]) != c.stoppedEpochs || n != c.stoppedBatches || !ended {
			t.Errorf("stopped at %s: history %+v after %d batches, ended %v, %v; expected %d epochs and %d batches", c.hook, h, n, ended, err, c.stoppedEpochs, c.stoppedBatches)
		}
		h, n, ended, err = run(func(callback.Run) error { return boom })
		if !errors.Is(err, boom) || h == nil || len(h.Epoch) != c.failedEpochs || len(h.Values["loss"]) != c.failedEpochs || n != c.failedBatches || ended {
			t.Errorf("failed at %s: history %+v after %d batches, ended %v, %v; expected %d epochs and %d batches", c.hook, h, n, ended, err, c.failedEpochs, c.failedBatches)
		}
	}
}

// diverging is a trainer whose loss becomes infinite or NaN before long.
func diverging(t *testing.T) *fit.Trainer {
	t.Helper()
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 1})
	mustNot(t, err)
	return compile(t, m, fit.Config{Loss: loss.MeanSquaredError{}, Optimizer: optimizer.SGD{LearningRate: 1e12}})
}

func TestTerminateOnNaN(t *testing.T) {
	x, y := table(32, 3)
	trainer := diverging(t)
	var last float64
	ended := false
	h, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 8, Epochs: 50, Verbose: fit.Silent, Callbacks: []fit.Callback{
		callback.TerminateOnNaN{}, callback.LambdaCallback{
			OnBatchEnd: func(_ callback.Run, _ int, l *callback.Logs) error { last, _ = l.Get("loss"); return nil },
			OnTrainEnd: func(callback.Run, *callback.Logs) error { ended = true; return nil },
		}}})
	mustNot(t, err)
	final, _ := h.Last("loss")
	if !math.IsNaN(final) && !math.IsInf(final, 0) || !math.IsNaN(last) && !math.IsInf(last, 0) || len(h.Epoch) == 50 || !ended {
		t.Errorf("history %+v, last running loss %v, ended %v", h, last, ended)
	}
	for _, v := range h.Values["loss"][:len(h.Epoch)-1] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("the fit went on after a loss of %v", v)
		}
	}
	for _, w := range weights(trainer.Model()) {
		if math.IsNaN(w) {
			t.Error("the weights are NaN")
		}
	}

	// With RaiseError the fit fails, and a backup of the epochs before stays.
	dir := filepath.Join(t.TempDir(), "backup")
	h, err = diverging(t).Fit(ctx, x, y, fit.Options{BatchSize: 16, Epochs: 50, Verbose: fit.Silent, Callbacks: []fit.Callback{
		&callback.BackupAndRestore{Dir: dir}, callback.TerminateOnNaN{RaiseError: true},
	}})
	if err == nil || !strings.Contains(err.Error(), "the loss of batch") || len(h.Epoch) == 0 {
		t.Fatalf("history %+v, error %v", h, err)
	}
	again, err := diverging(t).Fit(ctx, x, y, fit.Options{BatchSize: 16, Epochs: 50, Verbose: fit.Silent, Callbacks: []fit.Callback{
		&callback.BackupAndRestore{Dir: dir}, callback.TerminateOnNaN{},
	}})
	mustNot(t, err)
	if !slices.Equal(again.Values["loss"][:len(h.Epoch)], h.Values["loss"]) || len(again.Epoch) != len(h.Epoch)+1 {
		t.Errorf("resumed: %v after %v", again.Values["loss"], h.Values["loss"])
	}

	// A fit that goes well does not notice.
	for _, raise := range []bool{false, true} {
		h, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, x, y, fit.Options{Epochs: 2, Verbose: fit.Silent,
			Callbacks: []fit.Callback{callback.TerminateOnNaN{RaiseError: raise}}})
		if err != nil || len(h.Epoch) != 2 {
			t.Errorf("raise %v: %+v, %v", raise, h, err)
		}
	}
}

type skipping struct{ callback.Base }

func (skipping) NotFinite(callback.Run, int, float64) error { return nil }

// A rescuer that does not stop the fit lets it go on with the next batch.
func TestRescuerGoesOn(t *testing.T) {
	x, y := table(8, 3)
	x.Float64s()[0] = math.NaN()
	m := network(t, 3)
	trainer := compile(t, m, fit.Config{})
	h, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 1, Verbose: fit.Silent, Callbacks: []fit.Callback{skipping{}}})
	mustNot(t, err)
	if n := trainer.Optimizer().Iterations(); len(h.Epoch) != 1 || !math.IsNaN(h.Values["loss"][0]) || n != 7 {
		t.Errorf("history %+v after %d steps", h, n)
	}
}

type failing struct{ callback.Base }

var errFlush = errors.New("flush")

func (failing) Interrupt() error { return errFlush }

func TestInterrupter(t *testing.T) {
	x, y := table(8, 3)
	boom := errors.New("boom")
	trainer := compile(t, network(t, 3), fit.Config{})
	_, err := trainer.Fit(ctx, x, y, fit.Options{Verbose: fit.Silent, Callbacks: []fit.Callback{failing{}, hooked("train begin", func(callback.Run) error { return boom })}})
	if !errors.Is(err, boom) || !errors.Is(err, errFlush) {
		t.Errorf("error %v, expected both", err)
	}
	if _, err := trainer.Fit(ctx, x, y, fit.Options{Verbose: fit.Silent, Callbacks: []fit.Callback{failing{}}}); err != nil {
		t.Errorf("a fit that ended well was interrupted: %v", err)
	}
}

// A learning rate that follows a schedule cannot be set.
func TestSchedulesWinOverCallbacks(t *testing.T) {
	x, y := table(8, 3)
	for _, c := range []fit.Callback{
		&callback.LearningRateScheduler{Schedule: func(int, float64) float64 { return 0.5 }},
		&callback.ReduceLROnPlateau{Monitor: "loss", Patience: 1, MinDelta: 100},
	} {
		trainer := compile(t, network(t, 3), fit.Config{Optimizer: optimizer.SGD{
			Schedule: schedule.ExponentialDecay{InitialLearningRate: 0.1, DecaySteps: 10, DecayRate: 0.9}}})
		_, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 3, Verbose: fit.Silent, Callbacks: []fit.Callback{c}})
		if err == nil || !strings.Contains(err.Error(), "schedule") {
			t.Errorf("%T: error %v, expected one about the schedule", c, err)
		}
	}
}

func TestLearningRateInHistory(t *testing.T) {
	x, y := table(8, 3)
	h, err := compile(t, network(t, 3), fit.Config{}).Fit(ctx, x, y, fit.Options{Epochs: 3, Verbose: fit.Silent, Callbacks: []fit.Callback{
		&callback.LearningRateScheduler{Schedule: func(_ int, rate float64) float64 { return rate / 2 }}}})
	mustNot(t, err)
	if !slices.Equal(h.Values["learning_rate"], []float64{0.05, 0.025, 0.0125}) {
		t.Errorf("history %v", h.Values)
	}
}

// Validation and the callbacks after SwapEMAWeights see the averages; training
// goes on with the weights.
func TestSwapEMAWeights(t *testing.T) {
	x, y := table(40, 3)
	common := optimizer.Common{UseEMA: true, EMAMomentum: 0.9}
	for _, onEpoch := range []bool{false, true} {
		m := network(t, 3)
		var raw, average, after, next []float64
		trainer := compile(t, m, fit.Config{Optimizer: optimizer.SGD{LearningRate: 0.5, Common: common}})
		_, err := trainer.Fit(ctx, x, y, fit.Options{BatchSize: 8, Epochs: 2, ValidationSplit: 0.5, Verbose: fit.Silent, Callbacks: []fit.Callback{
			&callback.SwapEMAWeights{SwapOnEpoch: onEpoch},
			callback.LambdaCallback{
				OnBatchEnd:        func(_ callback.Run, i int, _ *callback.Logs) error { raw = weights(m); return nil },
				OnValidationBegin: func(callback.Run) error { average = weights(m); return nil },
				OnEpochEnd:        func(_ callback.Run, e int, _ *callback.Logs) error { after = weights(m); return nil },
				OnEpochBegin: func(_ callback.Run, e int) error {
					if next = weights(m); e > 0 && !slices.Equal(next, raw) {
						t.Errorf("on epoch %v: training goes on with other weights than it left", onEpoch)
					}
					return nil
				},
			}}})
		mustNot(t, err)
		if slices.Equal(average, raw) || slices.Equal(after, average) != onEpoch || !onEpoch && !slices.Equal(after, raw) {
			t.Errorf("on epoch %v: weights %v, averages %v, after the epoch %v", onEpoch, raw, average, after)
		}
		if !slices.Equal(weights(m), average) {
			t.Errorf("on epoch %v: the model does not end with the averages", onEpoch)
		}
	}
	trainer := compile(t, network(t, 3), fit.Config{})
	_, err := trainer.Fit(ctx, x, y, fit.Options{ValidationSplit: 0.5, Verbose: fit.Silent, Callbacks: []fit.Callback{&callback.SwapEMAWeights{}}})
	if err == nil || !strings.Contains(err.Error(), "UseEMA") {
		t.Errorf("without averages: %v", err)
	}
}
