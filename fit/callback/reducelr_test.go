package callback_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
)

var modes = map[string]callback.Mode{"min": callback.Min, "max": callback.Max}

// monitored is what an epoch logs, without val_loss where value is nil.
func monitored(value *float64) *callback.Logs {
	logs := makeLogs(map[string]float64{"loss": 9})
	if value != nil {
		logs.Set("val_loss", *value)
	}
	return logs
}

// The cases were made by Keras 3.15.1; one struct serves all of them.
func TestReduceLROnPlateauAsKeras(t *testing.T) {
	var cases []struct {
		Mode               string
		Factor             float64
		Patience, Cooldown int
		MinDelta           float64 `json:"min_delta"`
		MinLR              float64 `json:"min_lr"`
		Values             []*float64
		Logged, Rates      []float64
	}
	readJSON(t, "testdata/reducelr.json", &cases)
	var reused callback.ReduceLROnPlateau
	for i, c := range cases {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			reused.Mode, reused.Factor, reused.Patience, reused.MinDelta = modes[c.Mode], c.Factor, c.Patience, c.MinDelta
			reused.Cooldown, reused.MinLR = c.Cooldown, c.MinLR
			r := &fakeRun{rate: 1}
			check(t, reused.TrainBegin(r))
			for epoch, value := range c.Values {
				logs := monitored(value)
				check(t, reused.EpochEnd(r, epoch, logs))
				if logged, _ := logs.Get("learning_rate"); math.Abs(logged-c.Logged[epoch]) > 1e-12 || math.Abs(r.rate-c.Rates[epoch]) > 1e-12 {
					t.Fatalf("epoch %d logs %v and leaves %v, want %v and %v", epoch, logged, r.rate, c.Logged[epoch], c.Rates[epoch])
				}
			}
		})
	}
}

func TestReduceLROnPlateauDefaults(t *testing.T) {
	r := &fakeRun{rate: 1, directions: map[string]metric.Direction{"loss": metric.Down}}
	c := &callback.ReduceLROnPlateau{}
	check(t, c.TrainBegin(r))
	for epoch := range 11 {
		if r.rate != 1 {
			t.Fatalf("reduced before epoch %d, want patience 10", epoch)
		}
		v := 1 - float64(epoch)*5e-6 // never better than the best by 1e-4
		check(t, c.EpochEnd(r, epoch, monitored(&v)))
	}
	if r.rate != 0.1 {
		t.Errorf("rate is %v, want 0.1", r.rate)
	}
	// An explicit 0 takes the smallest change for one.
	r.rate = 1
	c = &callback.ReduceLROnPlateau{MinDelta: callback.Zero, Patience: 1}
	check(t, c.TrainBegin(r))
	for epoch := range 5 {
		v := 1 - float64(epoch)*1e-9
		check(t, c.EpochEnd(r, epoch, monitored(&v)))
	}
	if r.rate != 1 {
		t.Errorf("rate is %v, want 1", r.rate)
	}
}

func TestReduceLROnPlateauNaN(t *testing.T) {
	r := &fakeRun{rate: 1}
	c := &callback.ReduceLROnPlateau{Mode: callback.Min, Patience: 2}
	check(t, c.TrainBegin(r))
	for epoch, v := range []float64{math.NaN(), 1, math.NaN(), math.NaN()} {
		check(t, c.EpochEnd(r, epoch, monitored(&v)))
	}
	if r.rate != 0.1 {
		t.Errorf("rate is %v, want 0.1: NaN is no improvement, and 1 is", r.rate)
	}
	if c.EpochEnd(r, 4, monitored(nil)) != nil || c.EpochEnd(r, 5, monitored(nil)) != nil || strings.Count(r.log.String(), "WARN") != 1 {
		t.Errorf("logged %q, want one warning", r.log.String())
	}
}

func TestReduceLROnPlateauErrors(t *testing.T) {
	for _, c := range []struct {
		c    callback.ReduceLROnPlateau
		want string
	}{
		{callback.ReduceLROnPlateau{Factor: 1}, "factor is 1"},
		{callback.ReduceLROnPlateau{Factor: -0.5}, "factor is -0.5"},
		{callback.ReduceLROnPlateau{Factor: math.NaN()}, "factor is NaN"},
		{callback.ReduceLROnPlateau{Patience: -1}, "patience is -1"},
		{callback.ReduceLROnPlateau{Cooldown: -1}, "cooldown is -1"},
		{callback.ReduceLROnPlateau{MinLR: -1}, "least learning rate is -1"},
		{callback.ReduceLROnPlateau{MinLR: math.NaN()}, "least learning rate is NaN"},
		{callback.ReduceLROnPlateau{Mode: callback.Min, MinDelta: math.NaN()}, "min delta is NaN"},
		{callback.ReduceLROnPlateau{Mode: 7}, "mode is 7"},
		{callback.ReduceLROnPlateau{Monitor: "val_f"}, `"val_f"`},
	} {
		checkError(t, c.c.TrainBegin(new(fakeRun)), "callback: reduce learning rate: ")
		checkError(t, c.c.TrainBegin(new(fakeRun)), c.want)
	}
	r := &fakeRun{rate: 1, broken: true}
	c := &callback.ReduceLROnPlateau{Mode: callback.Min, Patience: 1}
	check(t, c.TrainBegin(r))
	one := 1.
	check(t, c.EpochEnd(r, 0, monitored(&one)))
	if err := c.EpochEnd(r, 1, monitored(&one)); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want that of SetLearningRate", err)
	}
}

func TestLearningRateScheduler(t *testing.T) {
	r := &fakeRun{rate: 1}
	c := &callback.LearningRateScheduler{Schedule: func(epoch int, rate float64) float64 { return rate / float64(epoch+1) }}
	check(t, c.TrainBegin(r))
	for epoch, want := range []float64{1, 0.5, 0.5 / 3} {
		check(t, c.EpochBegin(r, epoch))
		logs := monitored(nil)
		check(t, c.EpochEnd(r, epoch, logs))
		if v, ok := logs.Get("learning_rate"); !ok || v != want || r.rate != want {
			t.Errorf("epoch %d: logged %v, rate %v, want %v", epoch, v, r.rate, want)
		}
	}
	r.broken = true
	if err := c.EpochBegin(r, 3); !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "epoch 3") {
		t.Errorf("error %v, want that of SetLearningRate and the epoch", err)
	}
	checkError(t, new(callback.LearningRateScheduler).TrainBegin(r), "Schedule is nil")
}
