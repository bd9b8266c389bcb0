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

// train runs one epoch per value, none where it is nil, and returns how many
// were run. The weight at the end of an epoch is the number of the epoch.
func train(t *testing.T, e *callback.EarlyStopping, r *fakeRun, initial int, values []*float64) int {
	t.Helper()
	check(t, e.TrainBegin(r))
	r.stopped = false
	ran := 0
	for i, value := range values {
		logs := makeLogs(map[string]float64{"loss": 9})
		if value != nil {
			logs.Set("val_loss", *value)
		}
		r.weight = float64(initial + i)
		check(t, e.EpochEnd(r, initial+i, logs))
		ran++
		if r.stopped {
			break
		}
	}
	check(t, e.TrainEnd(r, nil))
	return ran
}

func pointers(values ...float64) []*float64 {
	var all []*float64
	for _, v := range values {
		all = append(all, &v)
	}
	return all
}

// The cases were made by Keras 3.15.1, with values that float32 holds exactly.
func TestEarlyStoppingAsKeras(t *testing.T) {
	var cases []struct {
		Mode      string
		MinDelta  float64 `json:"min_delta"`
		Patience  int
		Baseline  *float64
		Restore   bool
		StartFrom int `json:"start_from"`
		Initial   int
		Values    []*float64

		Ran          int
		StoppedEpoch int `json:"stopped_epoch"`
		Best         *float64
		BestEpoch    int `json:"best_epoch"`
		Weights      float64
	}
	readJSON(t, "testdata/earlystopping.json", &cases)
	var reused callback.EarlyStopping
	for i, c := range cases {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			reused.Mode = map[string]callback.Mode{"min": callback.Min, "max": callback.Max}[c.Mode]
			reused.MinDelta, reused.Patience, reused.Baseline = c.MinDelta, c.Patience, c.Baseline
			reused.RestoreBestWeights, reused.StartFromEpoch = c.Restore, c.StartFrom
			r := &fakeRun{weight: -1}
			if ran := train(t, &reused, r, c.Initial, c.Values); ran != c.Ran {
				t.Errorf("ran %d epochs, want %d", ran, c.Ran)
			}
			if reused.StoppedEpoch != c.StoppedEpoch || reused.BestEpoch != c.BestEpoch {
				t.Errorf("stopped at %d, best at %d, want %d and %d", reused.StoppedEpoch, reused.BestEpoch, c.StoppedEpoch, c.BestEpoch)
			}
			if c.Best == nil && !math.IsNaN(reused.Best) || c.Best != nil && reused.Best != *c.Best {
				t.Errorf("best is %v, want %v", reused.Best, c.Best)
			}
			if r.weight != c.Weights {
				t.Errorf("ends with the weights of epoch %v, want %v", r.weight, c.Weights)
			}
		})
	}
}

func TestEarlyStoppingNaN(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name      string
		patience  int
		values    []float64
		ran       int
		best      float64
		bestEpoch int
	}{
		{"first", 2, []float64{nan, 3, 2}, 3, 2, 2},
		{"later", 2, []float64{3, nan, 2, nan, nan, nan}, 5, 2, 2},
		{"always", 2, []float64{nan, nan, nan}, 2, nan, 0},
		{"epoch 0 never stops", 0, []float64{nan, nan, nan}, 2, nan, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &callback.EarlyStopping{Mode: callback.Min, Patience: c.patience, RestoreBestWeights: true}
			r := new(fakeRun)
			ran := train(t, e, r, 0, pointers(c.values...))
			if ran != c.ran || e.BestEpoch != c.bestEpoch || r.weight != float64(c.bestEpoch) {
				t.Errorf("ran %d, best epoch %d, weights of %v, want %d, %d, %[5]d", ran, e.BestEpoch, r.weight, c.ran, c.bestEpoch)
			}
			if e.Best != c.best && !(math.IsNaN(e.Best) && math.IsNaN(c.best)) {
				t.Errorf("best is %v, want %v", e.Best, c.best)
			}
		})
	}
}

func TestEarlyStoppingAsksForTheDirection(t *testing.T) {
	r := &fakeRun{directions: map[string]metric.Direction{"loss": metric.Down, "recall": metric.Up}}
	for _, c := range []struct {
		monitor string
		best    float64
	}{
		{"", 1}, {"val_loss", 1}, {"loss", 1}, {"val_recall", 2}, {"recall", 2},
	} {
		t.Run(c.monitor, func(t *testing.T) {
			e := &callback.EarlyStopping{Monitor: c.monitor, Patience: 5}
			check(t, e.TrainBegin(r))
			for epoch, value := range []float64{2, 1, 1.5} {
				check(t, e.EpochEnd(r, epoch, makeLogs(map[string]float64{"loss": value, "val_loss": value, "recall": value, "val_recall": value})))
			}
			if e.Best != c.best {
				t.Errorf("best is %v, want %v", e.Best, c.best)
			}
		})
	}
	checkError(t, (&callback.EarlyStopping{Monitor: "val_positives"}).TrainBegin(r),
		`callback: early stopping: cannot tell whether "val_positives" gets better upwards or downwards: set Mode`)
	check(t, (&callback.EarlyStopping{Monitor: "val_positives", Mode: callback.Max}).TrainBegin(r))
}

func TestEarlyStoppingWarnsOnce(t *testing.T) {
	r := new(fakeRun)
	e := &callback.EarlyStopping{Mode: callback.Min}
	if ran := train(t, e, r, 0, []*float64{nil, nil, nil}); ran != 3 {
		t.Errorf("ran %d epochs, want 3", ran)
	}
	text := r.log.String()
	if strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") ||
		!strings.Contains(text, "monitor=val_loss epoch=0 available=[loss]") {
		t.Errorf("logged %q", text)
	}
	train(t, e, r, 0, []*float64{nil})
	if strings.Count(r.log.String(), "\n") != 2 {
		t.Errorf("the second fit logged %q", r.log.String()[len(text):])
	}
}

func TestEarlyStoppingErrors(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		e    callback.EarlyStopping
		want string
	}{
		{"patience", callback.EarlyStopping{Mode: callback.Min, Patience: -1}, "patience is -1, want 0 or more"},
		{"min delta", callback.EarlyStopping{Mode: callback.Min, MinDelta: nan}, "min delta is NaN"},
		{"baseline", callback.EarlyStopping{Mode: callback.Min, Baseline: &nan}, "baseline is NaN"},
		{"mode", callback.EarlyStopping{Mode: 3}, "mode is 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkError(t, c.e.TrainBegin(new(fakeRun)), "callback: early stopping: "+c.want)
		})
	}

	e := callback.EarlyStopping{Mode: callback.Min, RestoreBestWeights: true}
	r := &fakeRun{broken: true}
	check(t, e.TrainBegin(r))
	check(t, e.EpochEnd(r, 0, makeLogs(map[string]float64{"val_loss": 1})))
	if err := e.TrainEnd(r, nil); !errors.Is(err, errBroken) {
		t.Errorf("error is %v, want the one of SetWeights", err)
	}
}
