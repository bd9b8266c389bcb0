package callback_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// events is what a reader finds in a folder: for each tag, steps and numbers.
type events struct {
	Scalars    map[string][][]float64
	Histograms map[string][][]any
}

// fitted runs the callback through epochs of three batches each. The weights
// are 0.
func fitted(t *testing.T, c *callback.TensorBoard, epochs int) {
	t.Helper()
	m := onePerceptron(t)
	zero := m.Weights()
	for _, w := range zero {
		w.Value.Zero()
	}
	r := &fakeRun{model: m, rate: 0.5, iterations: 100}
	check(t, m.SetWeights(tensorsOf(zero)))
	check(t, c.TrainBegin(r))
	for epoch := range epochs {
		check(t, c.EpochBegin(r, epoch))
		for batch := range 3 {
			check(t, c.BatchBegin(r, batch))
			check(t, c.BatchEnd(r, batch, makeLogs(map[string]float64{"loss": float64(10*epoch + batch)})))
			r.iterations++
		}
		check(t, c.ValidationEnd(r, makeLogs(map[string]float64{"loss": 7})))
		check(t, c.EpochEnd(r, epoch, makeLogs(map[string]float64{"loss": 0.25, "auc": 0.75, "val_loss": float64(epoch)})))
	}
	check(t, c.TrainEnd(r, nil))
}

// The real tensorboard package reads what is written. The test needs a Python
// that has it: python3, or the one that COUNTERWEIGHT_PYTHON names.
func TestTensorBoardReadsIt(t *testing.T) {
	python := os.Getenv("COUNTERWEIGHT_PYTHON")
	if python == "" {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import tensorboard").CombinedOutput(); err != nil {
		t.Skipf("NOT PROVEN: %s cannot import tensorboard (%v): %s", python, err, out)
	}
	dir := t.TempDir()
	fitted(t, &callback.TensorBoard{LogDir: dir, HistogramFreq: 2, UpdateFreq: 2}, 3)
	read := func(folder string) (e events) {
		out, err := exec.Command(python, "testdata/read_events.py", filepath.Join(dir, folder)).Output()
		if err != nil {
			t.Fatalf("reading %s: %v", folder, err)
		}
		check(t, json.Unmarshal(out, &e))
		return e
	}
	train := read("train")
	if diff := cmp.Diff(map[string][][]float64{
		"batch_loss":          {{2, 1}, {4, 10}, {6, 12}, {8, 21}},
		"epoch_loss":          {{0, 0.25}, {1, 0.25}, {2, 0.25}},
		"epoch_auc":           {{0, 0.75}, {1, 0.75}, {2, 0.75}},
		"epoch_learning_rate": {{0, 0.5}, {1, 0.5}, {2, 0.5}},
	}, train.Scalars); diff != "" {
		t.Errorf("scalars of training: %s", diff)
	}
	none := []any{1.}
	two := []any{2.}
	if diff := cmp.Diff(map[string][][]any{
		"dense/kernel/histogram": {{0., 2., 0., two}, {2., 2., 0., two}},
		"dense/bias/histogram":   {{0., 1., 0., none}, {2., 1., 0., none}},
	}, train.Histograms); diff != "" {
		t.Errorf("histograms: %s", diff)
	}
	if diff := cmp.Diff(events{Scalars: map[string][][]float64{
		"evaluation_loss_vs_iterations": {{103, 7}, {106, 7}, {109, 7}},
		"epoch_loss":                    {{0, 0}, {1, 1}, {2, 2}},
	}}, read("validation"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("validation: %s", diff)
	}
}

// files returns the event files below a folder and all their bytes.
func files(t *testing.T, dir string) (names []string, content string) {
	t.Helper()
	check(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			text, _ := os.ReadFile(path)
			names, content = append(names, path), content+string(text)
		}
		return err
	}))
	return names, content
}

func TestTensorBoardFiles(t *testing.T) {
	dir := t.TempDir()
	fitted(t, &callback.TensorBoard{LogDir: filepath.Join(dir, "nothing")}, 0)
	if names, _ := files(t, dir); len(names) != 0 {
		t.Errorf("a fit without epochs wrote %v", names)
	}
	c := &callback.TensorBoard{LogDir: filepath.Join(dir, "run"), WriteStepsPerSecond: true, UpdateFreq: 1}
	fitted(t, c, 1)
	fitted(t, c, 1) // files of its own
	names, content := files(t, dir)
	if len(names) != 4 || !strings.Contains(names[0], "tfevents") {
		t.Errorf("two fits wrote %v, want a file for training and for validation each", names)
	}
	for _, tag := range []string{"epoch_steps_per_second", "batch_steps_per_second", "batch_loss", "epoch_loss"} {
		if !strings.Contains(content, tag) {
			t.Errorf("tag %s was not written", tag)
		}
	}
	if strings.Contains(content, "histogram") {
		t.Error("histograms were written unasked")
	}
}

// What was written before a fit fails is kept.
func TestTensorBoardInterrupted(t *testing.T) {
	dir := t.TempDir()
	c := &callback.TensorBoard{LogDir: dir, UpdateFreq: 1}
	r := new(fakeRun)
	check(t, c.TrainBegin(r))
	check(t, c.BatchEnd(r, 0, makeLogs(map[string]float64{"loss": 1})))
	check(t, c.Interrupt())
	if _, content := files(t, dir); !strings.Contains(content, "batch_loss") {
		t.Errorf("the file holds %q", content)
	}
	for batch := range 3000 { // too much to keep back
		check(t, c.BatchEnd(r, batch, makeLogs(map[string]float64{"loss": 1})))
	}
	if _, content := files(t, dir); len(content) < 1<<16 {
		t.Errorf("%d bytes are written, want more", len(content))
	}
	check(t, os.RemoveAll(dir))
	if err := c.TrainEnd(r, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want that of the file", err)
	}
}

func TestTensorBoardNotFinite(t *testing.T) {
	dir := t.TempDir()
	m := onePerceptron(t)
	w := m.Weights()
	w[0].Value.Float32s()[1] = float32(math.NaN())
	w[1].Value.Float32s()[0] = float32(math.Inf(1))
	check(t, m.SetWeights(tensorsOf(w)))
	r := &fakeRun{model: m}
	c := &callback.TensorBoard{LogDir: dir, HistogramFreq: 1}
	check(t, c.TrainBegin(r))
	for epoch := range 2 {
		check(t, c.EpochEnd(r, epoch, makeLogs(map[string]float64{"loss": math.NaN()})))
	}
	_, content := files(t, dir)
	if !strings.Contains(content, "dense/kernel/histogram") || strings.Contains(content, "dense/bias/histogram") {
		t.Error("want a histogram of what is finite, and none of nothing")
	}
	if n := strings.Count(r.log.String(), "WARN"); n != 1 {
		t.Errorf("%d warnings, want 1: %s", n, r.log.String())
	}
}

func TestTensorBoardErrors(t *testing.T) {
	checkError(t, (&callback.TensorBoard{HistogramFreq: -1}).TrainBegin(nil), "callback: tensorboard: histogram frequency -1")
	checkError(t, (&callback.TensorBoard{UpdateFreq: -1}).TrainBegin(nil), "update frequency -1")
	file := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(file, nil, 0o600))
	c := &callback.TensorBoard{LogDir: file}
	check(t, c.TrainBegin(nil))
	checkError(t, c.EpochEnd(new(fakeRun), 0, makeLogs(map[string]float64{"loss": 1})), "callback: tensorboard: ")
}
