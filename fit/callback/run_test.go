package callback_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/model"
	"gorgonia.org/tensor"
)

var errBroken = errors.New("broken")

// fakeRun is a fit of a model with one weight.
type fakeRun struct {
	plan       callback.Plan
	directions map[string]metric.Direction
	model      *model.Model
	weight     float64
	rate       float64
	iterations int
	broken     bool // SetWeights and SetLearningRate fail
	stopped    bool
	log        bytes.Buffer
}

func (r *fakeRun) Plan() callback.Plan { return r.plan }

func (r *fakeRun) Stop() { r.stopped = true }

func (r *fakeRun) Weights() []*tensor.Dense {
	return []*tensor.Dense{tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{r.weight}))}
}

func (r *fakeRun) SetWeights(values []*tensor.Dense) error {
	if r.broken {
		return errBroken
	}
	r.weight = values[0].Data().([]float64)[0]
	return nil
}

func (r *fakeRun) LearningRate() float64 { return r.rate }

func (r *fakeRun) SetLearningRate(rate float64) error {
	if r.broken {
		return errBroken
	}
	r.rate = rate
	return nil
}

func (r *fakeRun) SwapAverages() error { return nil }

func (r *fakeRun) Model() *model.Model { return r.model }

func (r *fakeRun) Optimizer() optimizer.Stepper { return counter{steps: r.iterations} }

// counter is an optimizer that has taken some steps.
type counter struct {
	optimizer.Stepper
	steps int
}

func (c counter) Iterations() int { return c.steps }

func tensorsOf(weights []model.Weight) []*tensor.Dense {
	var values []*tensor.Dense
	for _, w := range weights {
		values = append(values, w.Value)
	}
	return values
}

func (r *fakeRun) AtRest(func([]npy.Array) error) {}

func (r *fakeRun) Record() {}

func (r *fakeRun) Resume([]npy.Array) error { return nil }

func (r *fakeRun) Direction(key string) metric.Direction {
	return r.directions[strings.TrimPrefix(key, "val_")]
}

func (r *fakeRun) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(&r.log, nil)) }

// makeLogs sets the keys in whatever order the map yields them.
func makeLogs(values map[string]float64) *callback.Logs {
	var logs callback.Logs
	for key, value := range values {
		logs.Set(key, value)
	}
	return &logs
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// checkError wants an error that contains text.
func checkError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("error is %v, want one with %q", err, text)
	}
}
