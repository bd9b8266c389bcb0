package callback_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"gorgonia.org/tensor"
)

var errBroken = errors.New("broken")

// fakeRun is a fit of a model with one weight.
type fakeRun struct {
	plan       callback.Plan
	directions map[string]metric.Direction
	weight     float64
	broken     bool // SetWeights fails
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

func (r *fakeRun) LearningRate() float64 { return 0.1 }

func (r *fakeRun) SetLearningRate(float64) error { return nil }

func (r *fakeRun) SwapAverages() error { return nil }

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
