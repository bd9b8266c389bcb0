package fit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// job is a fit with every kind of state: dropout, statistics of layers, an
// optimizer with slots and averages, metrics with and without weights, and
// callbacks that count.
type job struct {
	trainer *fit.Trainer
	stop    *callback.EarlyStopping
	backup  *callback.BackupAndRestore
	options fit.Options
	csv     string
}

var quietly = slog.New(slog.NewTextHandler(io.Discard, nil))

func newJob(t *testing.T, dir string, saveFreq int, more ...fit.Callback) *job {
	t.Helper()
	m, err := model.Config{Seed: 5}.Sequential(
		layer.Input{Shape: []int{3}}, layer.Dense{Units: 8, Activation: layer.ReLU}, layer.BatchNormalization{},
		layer.Dropout{Rate: 0.4}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	mustNot(t, err)
	j := &job{
		trainer: compile(t, m, fit.Config{
			Optimizer:       optimizer.Adam{LearningRate: 0.05, Common: optimizer.Common{UseEMA: true, EMAMomentum: 0.9}},
			Metrics:         []metric.Metric{metric.Accuracy{}, metric.ROCAUC{}},
			WeightedMetrics: []metric.Metric{metric.Recall{}},
			Logger:          quietly,
		}),
		stop:   &callback.EarlyStopping{Patience: 4, RestoreBestWeights: true},
		backup: &callback.BackupAndRestore{Dir: filepath.Join(dir, "backup"), SaveFreq: saveFreq},
		csv:    filepath.Join(dir, "log.csv"),
	}
	decay := func(epoch int, rate float64) float64 { return rate * 0.97 }
	j.options = fit.Options{
		BatchSize: 16, Epochs: 9, ValidationSplit: 0.3, ClassWeight: balance.Auto{}, Verbose: fit.Silent,
		Callbacks: append([]fit.Callback{
			&callback.LearningRateScheduler{Schedule: decay}, &callback.SwapEMAWeights{SwapOnEpoch: true}, j.backup,
			&callback.ReduceLROnPlateau{Patience: 1, Factor: 0.5}, j.stop, &callback.CSVLogger{Path: j.csv},
		}, more...),
	}
	return j
}

// outcome is all that a fit leaves, as text that tells every bit.
func (j *job) outcome(t *testing.T, h *fit.History) string {
	t.Helper()
	var b strings.Builder
	for _, w := range j.trainer.Model().Weights() {
		fmt.Fprintf(&b, "%s %x\n", w.Name, w.Value.Float32s())
	}
	state, err := j.trainer.Optimizer().State()
	mustNot(t, err)
	for _, v := range state {
		fmt.Fprintf(&b, "%s %v\n", v.Name, v.Value.Data())
	}
	fmt.Fprintln(&b, h.Epoch, h.Params)
	for _, key := range slices.Sorted(maps.Keys(h.Values)) {
		fmt.Fprintf(&b, "%s %x\n", key, h.Values[key])
	}
	fmt.Fprintln(&b, j.stop.Best, j.stop.BestEpoch, j.stop.StoppedEpoch)
	fmt.Fprintln(&b, strings.Join(readLines(t, j.csv), "\n"))
	return b.String()
}

// Interrupted in the way of each case at any batch, and resumed with everything
// new but the file, a fit gives the bits of one that ran through.
func TestResume(t *testing.T) {
	x, y := table(150, 3) // 105 rows to train on: 7 batches, the last one short
	boom := errors.New("boom")
	for _, steps := range []int{0, 3} { // an epoch is a pass, or goes on within one
		whole := newJob(t, t.TempDir(), 0)
		whole.options.StepsPerEpoch = steps
		h, err := whole.trainer.Fit(ctx, x, y, whole.options)
		mustNot(t, err)
		want := whole.outcome(t, h)
		if n := len(h.Epoch); n < 4 {
			t.Fatalf("the fit ran for %d epochs, too few to interrupt it", n)
		}
		for _, freq := range []int{0, 1, 5} {
			for i, at := range []int{1, 7, 8, 10, 13} { // batches until the end
				how := []string{"error", "cancelled", "killed"}[(i+freq)%3]
				t.Run(fmt.Sprintf("steps %d, frequency %d, batch %d, %s", steps, freq, at, how), func(t *testing.T) {
					dir := t.TempDir()
					cancelled, cancel := context.WithCancel(ctx)
					defer cancel()
					done := 0
					end := callback.LambdaCallback{OnBatchEnd: func(callback.Run, int, *callback.Logs) error {
						if done++; done < at {
							return nil
						}
						switch how {
						case "error":
							return boom
						case "killed": // no deferred call of the fit runs after it
							panic(boom)
						}
						cancel()
						return nil
					}}
					j := newJob(t, dir, freq, end)
					j.options.StepsPerEpoch = steps
					func() {
						defer func() { _ = recover() }()
						if _, err := j.trainer.Fit(cancelled, x, y, j.options); err == nil {
							t.Error("the fit was not interrupted")
						}
					}()
					again := newJob(t, dir, freq, callback.LambdaCallback{})
					again.options.StepsPerEpoch = steps
					h, err := again.trainer.Fit(ctx, x, y, again.options)
					mustNot(t, err)
					if got := again.outcome(t, h); got != want {
						t.Errorf("the resumed fit gives\n%s\nexpected\n%s", got, want)
					}
					if _, err := os.Stat(again.backup.Dir); !errors.Is(err, os.ErrNotExist) {
						t.Errorf("the backup is still there: %v", err)
					}
				})
			}
		}
	}
}

// Backups that would come too early are left out, but for the last one of a fit
// that is interrupted.
func TestBackupsTakeTheirShare(t *testing.T) {
	x, y := table(150, 3)
	whole := newJob(t, t.TempDir(), 0, callback.LambdaCallback{})
	h, err := whole.trainer.Fit(ctx, x, y, whole.options)
	mustNot(t, err)
	for _, killed := range []bool{false, true} {
		dir := t.TempDir()
		boom := errors.New("boom")
		j := newJob(t, dir, 0, callback.LambdaCallback{OnEpochBegin: func(_ callback.Run, epoch int) error {
			switch {
			case epoch < 3:
				return nil
			case killed: // no deferred call of the fit runs after it
				panic(boom)
			}
			return boom
		}})
		j.backup.Share = 1e-9
		func() {
			defer func() { _ = recover() }()
			if _, err := j.trainer.Fit(ctx, x, y, j.options); !errors.Is(err, boom) {
				t.Errorf("error %v", err)
			}
		}()
		var epochs []int
		again := newJob(t, dir, 0, callback.LambdaCallback{OnEpochBegin: func(_ callback.Run, epoch int) error {
			epochs = append(epochs, epoch)
			return nil
		}})
		again.backup.Share = 1e-9
		resumed, err := again.trainer.Fit(ctx, x, y, again.options)
		mustNot(t, err)
		first := map[bool]int{false: 3, true: 1}[killed] // the first epoch is always saved
		if len(epochs) == 0 || epochs[0] != first {
			t.Errorf("killed %v: the fit goes on with epochs %v, want from %d on", killed, epochs, first)
		}
		if got, want := again.outcome(t, resumed), whole.outcome(t, h); got != want {
			t.Errorf("killed %v: the resumed fit gives\n%s\nexpected\n%s", killed, got, want)
		}
	}
}

// The state of a fit that was stopped says so, in the middle of an epoch too.
func TestResumeAStoppedFit(t *testing.T) {
	x, y := table(150, 3)
	stopping := func() fit.Callback {
		n := 0
		return &counting{LambdaCallback: callback.LambdaCallback{OnBatchEnd: func(r callback.Run, _ int, _ *callback.Logs) error {
			if n++; n == 10 {
				r.Stop()
			}
			return nil
		}}}
	}
	whole := newJob(t, t.TempDir(), 0, stopping())
	h, err := whole.trainer.Fit(ctx, x, y, whole.options)
	mustNot(t, err)
	if len(h.Epoch) != 2 {
		t.Fatalf("history %+v", h)
	}
	for _, freq := range []int{0, 5} {
		for _, hook := range []string{"validation", "train end"} {
			dir := t.TempDir()
			boom := errors.New("boom")
			epochs := 0
			fail := callback.LambdaCallback{}
			if hook == "validation" {
				fail.OnValidationBegin = func(callback.Run) error {
					if epochs++; epochs == 2 {
						return boom
					}
					return nil
				}
			} else {
				fail.OnTrainEnd = func(callback.Run, *callback.Logs) error { return boom }
			}
			j := newJob(t, dir, freq, stopping(), fail)
			j.backup.KeepBackup = true
			if _, err := j.trainer.Fit(ctx, x, y, j.options); !errors.Is(err, boom) {
				t.Fatalf("error %v", err)
			}
			if freq == 0 && hook == "validation" {
				continue // the backup is from before the stop
			}
			again := newJob(t, dir, freq, &counting{}, callback.LambdaCallback{})
			h, err := again.trainer.Fit(ctx, x, y, again.options)
			mustNot(t, err)
			if len(h.Epoch) != 2 {
				t.Errorf("frequency %d, %s: history %+v, expected 2 epochs", freq, hook, h)
			}
		}
	}
}

// counting is a callback that some jobs have in the place of another.
type counting struct{ callback.LambdaCallback }

// A fit that is done and has kept its backup has nothing to do, until there
// are more epochs.
func TestResumeWithMoreEpochs(t *testing.T) {
	x, y := table(150, 3)
	long := newJob(t, t.TempDir(), 0)
	long.options.Epochs = 5
	h, err := long.trainer.Fit(ctx, x, y, long.options)
	mustNot(t, err)
	want := h.Values

	dir := t.TempDir()
	for _, epochs := range []int{3, 3, 5} {
		j := newJob(t, dir, 0)
		j.backup.KeepBackup = true
		j.options.Epochs = epochs
		h, err := j.trainer.Fit(ctx, x, y, j.options)
		mustNot(t, err)
		if len(h.Epoch) != epochs || len(h.Seconds) != epochs {
			t.Errorf("%d epochs: history %+v", epochs, h)
		}
		for key, v := range want {
			if !slices.Equal(h.Values[key], v[:epochs]) {
				t.Errorf("%d epochs: %s is %v, expected %v", epochs, key, h.Values[key], v[:epochs])
			}
		}
	}
}

// A data set that is read as a stream goes on at its place.
func TestResumeADataset(t *testing.T) {
	x, y := table(40, 3)
	held, err := data.NewTensors(x, y, nil)
	mustNot(t, err)
	run := func(dir string, at int) (*model.Model, error) {
		m := network(t, 3)
		n := 0
		_, err := compile(t, m, fit.Config{}).FitDataset(ctx, passedOn{held}, fit.Options{
			BatchSize: 8, Epochs: 3, Verbose: fit.Silent, Callbacks: []fit.Callback{
				&callback.BackupAndRestore{Dir: dir, SaveFreq: 2},
				callback.LambdaCallback{OnBatchEnd: func(callback.Run, int, *callback.Logs) error {
					if n++; n == at {
						return errors.New("boom")
					}
					return nil
				}},
			}})
		return m, err
	}
	m, err := run(filepath.Join(t.TempDir(), "b"), 0)
	mustNot(t, err)
	dir := filepath.Join(t.TempDir(), "b")
	if _, err := run(dir, 9); err == nil {
		t.Fatal("the fit was not interrupted")
	}
	again, err := run(dir, 0)
	mustNot(t, err)
	if !slices.Equal(weights(again), weights(m)) {
		t.Error("the weights differ")
	}
}

// passedOn hides that a data set lies in memory.
type passedOn struct{ data.Dataset }

func TestResumeErrors(t *testing.T) {
	x, y := table(150, 3)
	dir := t.TempDir()
	j := newJob(t, dir, 0)
	j.backup.KeepBackup = true
	j.options.Epochs = 2
	_, err := j.trainer.Fit(ctx, x, y, j.options)
	mustNot(t, err)
	path := filepath.Join(dir, "backup", "backup.npz")
	state, err := npy.ReadZipFile(path)
	mustNot(t, err)

	try := func(change func(*job)) error {
		j := newJob(t, dir, 0)
		change(j)
		_, err := j.trainer.Fit(ctx, x, y, j.options)
		return err
	}
	for name, c := range map[string]struct {
		change func(*job)
		want   string
	}{
		"batch size":   {func(j *job) { j.options.BatchSize = 8 }, "batch_size was 16, is 8"},
		"rows":         {func(j *job) { j.options.ValidationSplit = 0.5 }, "rows was 105, is 75"},
		"shuffle":      {func(j *job) { j.options.Shuffle = data.ShuffleOff }, "shuffle was 0, is 2"},
		"steps":        {func(j *job) { j.options.StepsPerEpoch = 2 }, "steps_per_epoch was 0, is 2"},
		"fewer epochs": {func(j *job) { j.options.Epochs = 1 }, "at epoch 2, batch 0, beyond the 1 epochs"},
		"fewer calls":  {func(j *job) { j.options.Callbacks = j.options.Callbacks[:3] }, "other callbacks"},
		"other calls": {func(j *job) {
			c := j.options.Callbacks
			c[4], c[5] = c[5], c[4]
		}, "other callbacks"},
		"optimizer": {func(j *job) { j.trainer = compile(t, j.trainer.Model(), fit.Config{Seed: 5, Logger: quietly}) }, "optimizer"},
		"twice":     {func(j *job) { j.options.Callbacks = append(j.options.Callbacks, j.backup) }, "resumed already"},
		"seed":      {func(j *job) { j.trainer = compile(t, j.trainer.Model(), fit.Config{Seed: 6, Logger: quietly}) }, "seed was"},
	} {
		if err := try(c.change); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", name, err, c.want)
		}
	}

	// Each part of the state is needed and must be what it was.
	for i, a := range state {
		if strings.HasPrefix(a.Name, "logs/") || strings.HasPrefix(a.Name, "history/") {
			continue // an epoch need not have logged anything
		}
		file, err := os.Create(path)
		mustNot(t, err)
		mustNot(t, npy.WriteZip(file, append(slices.Clone(state[:i]), state[i+1:]...)))
		mustNot(t, file.Close())
		if err := try(func(*job) {}); err == nil {
			t.Errorf("without %s the fit went on", a.Name)
		}
		other := slices.Clone(state)
		other[i].Value = tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]bool{true, false}))
		file, err = os.Create(path)
		mustNot(t, err)
		mustNot(t, npy.WriteZip(file, other))
		mustNot(t, file.Close())
		if err := try(func(*job) {}); err == nil {
			t.Errorf("with another %s the fit went on", a.Name)
		}
	}
	mustNot(t, os.WriteFile(path, []byte("half a file"), 0o600))
	if err := try(func(*job) {}); err == nil || !strings.Contains(err.Error(), "zip") {
		t.Errorf("a damaged backup: %v", err)
	}
	late := callback.LambdaCallback{OnEpochBegin: func(r callback.Run, _ int) error { return r.Resume(state) }}
	_, err = newJob(t, t.TempDir(), 0).trainer.Fit(ctx, x, y, fit.Options{Callbacks: []fit.Callback{late}, Verbose: fit.Silent})
	if err == nil || !strings.Contains(err.Error(), "TrainBegin only") {
		t.Errorf("resumed in the middle: %v", err)
	}
}
