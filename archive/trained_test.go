package archive_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// What Keras saved in the midst of training, some of what TestKerasAgrees
// compares, trains on here as it did there, and again after it was saved here.
func TestTrainsOn(t *testing.T) {
	files, err := filepath.Glob("testdata/trained/*.keras")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			n := numbersOf(t, strings.TrimSuffix(file, ".keras")+".npz")
			again := filepath.Join(t.TempDir(), "again.keras")
			checkKeras(t, file, n, again)
			checkKeras(t, again, n, filepath.Join(t.TempDir(), "third.keras"))
		})
	}
}

// What Keras lacks is found again here, and so is a rate that has changed.
func TestOnlyHere(t *testing.T) {
	m, err := model.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	if err != nil {
		t.Fatal(err)
	}
	config := fit.Config{
		Optimizer:       optimizer.AdamW{Common: optimizer.Common{ExcludeFromWeightDecay: []string{"bias"}}},
		Loss:            loss.Asymmetric{GammaNeg: 3},
		LossWeights:     map[string]float64{"dense": 2},
		Metrics:         []metric.Metric{metric.AveragePrecision{}, metric.Accuracy{Label: "acc"}},
		WeightedMetrics: []metric.Metric{metric.Recall{Threshold: 0.3}},
	}
	trainer, err := fit.Compile(m, config)
	if err != nil {
		t.Fatal(err)
	}
	if err := trainer.Optimizer().SetLearningRate(0.25); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.keras")
	if err := archive.Save(path, trainer); err != nil {
		t.Fatal(err)
	}
	a, err := archive.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	want := config
	want.Optimizer = optimizer.AdamW{LearningRate: 0.25, Common: optimizer.Common{ExcludeFromWeightDecay: []string{"bias"}}}
	if diff := cmp.Diff(want, a.Compiled.Config); diff != "" {
		t.Error(diff)
	}
	again, err := a.Trainer()
	if err != nil {
		t.Fatal(err)
	}
	if got := again.Optimizer().LearningRate(); got != 0.25 {
		t.Errorf("learning rate %v, expected 0.25", got)
	}
	// Settings may change; another optimizer begins anew.
	other, err := a.Trainer(func(c *fit.Config) { c.Optimizer = optimizer.SGD{LearningRate: 0.5} })
	if err != nil {
		t.Fatal(err)
	}
	if got := other.Optimizer().LearningRate(); got != 0.5 {
		t.Errorf("learning rate %v, expected 0.5", got)
	}
}

// A model that goes on from an archive ends bit for bit where the one that was
// not saved ends, in either element type.
func TestGoesOn(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		x, y := random(1, 8, 3), random(2, 8, 2)
		m, err := model.Config{DType: dt}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: 4, Activation: layer.Tanh}, layer.BatchNormalization{}, layer.Dense{Units: 2})
		if err != nil {
			t.Fatal(err)
		}
		first, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Nadam{}, Loss: loss.MeanSquaredError{}})
		if err != nil {
			t.Fatal(err)
		}
		train := func(trainer *fit.Trainer) []model.Weight {
			for range 5 {
				if _, err := trainer.TrainOnBatch(x, y, fit.BatchOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			return trainer.Model().Weights()
		}
		train(first)
		path := filepath.Join(t.TempDir(), "m.keras")
		if err := archive.Save(path, first); err != nil {
			t.Fatal(err)
		}
		a, err := archive.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		second, err := a.Trainer()
		if err != nil {
			t.Fatal(err)
		}
		want, got := train(first), train(second)
		for i, w := range want {
			if diff := cmp.Diff(w.Value.Data(), got[i].Value.Data()); diff != "" || w.Name != got[i].Name {
				t.Errorf("%v: %s, here %s: %s", dt, w.Name, got[i].Name, diff)
			}
		}
	}
}

// Sequences that Keras takes at any length are read at one.
func TestInputShapes(t *testing.T) {
	all := members(t, "testdata/seq_lstm_masked_sgd.keras")
	all["config.json"] = []byte(strings.ReplaceAll(string(all["config.json"]), "[null, 4, 2]", "[null, null, 2]"))
	in := zipped(t, 0, all)
	_, err := archive.Read(in, in.Size())
	wantError(t, err, "an axis has no size")
	a, err := archive.Options{InputShapes: map[string][]int{"input_layer": {7, 2}}}.Read(in, in.Size())
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Model.OutputShape(); !cmp.Equal(got, []int{7, 3}) {
		t.Errorf("output shape %v, expected [7 3]", got)
	}
	_, err = archive.Options{InputShapes: map[string][]int{"inputs": {7, 2}, "input_layer": {7, 2}}}.Read(in, in.Size())
	wantError(t, err, `InputShapes names "inputs", expected inputs among ["input_layer"]`)
}

// The names that a dict of outputs has in Keras lead to losses, too; slashes in
// names become underscores.
func TestNamesOfOutputs(t *testing.T) {
	all := members(t, "testdata/trained/dict_of_outputs.keras")
	text := strings.NewReplacer(
		`{"p": ["p", 0, 0]`, `{"p": ["deep/p", 0, 0]`, `"name": "p"`, `"name": "deep/p"`,
	).Replace(string(all["config.json"]))
	all["config.json"] = []byte(text)
	in := zipped(t, 0, all)
	a, err := archive.Read(in, in.Size())
	if err != nil {
		t.Fatal(err)
	}
	if got := a.Model.OutputNames(); !cmp.Equal(got, []string{"deep_p", "q"}) {
		t.Errorf("outputs %q", got)
	}
	if a.Compiled == nil || a.Compiled.Config.Losses["deep_p"] != loss.Loss(loss.MeanSquaredError{}) {
		t.Errorf("compiled %+v, %v", a.Compiled, a.Uncompiled)
	}
}
