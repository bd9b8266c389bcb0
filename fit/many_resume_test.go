package fit_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/callback"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// A fit of several outputs, with a mask, that stops within an epoch and goes on
// with everything new but the file, gives the bits of one that ran through.
func TestResumeSeveralOutputs(t *testing.T) {
	const n = 30
	dt := tensor.Float32
	words := tensor.New(tensor.Of(dt), tensor.WithShape(n, 4))
	tags := tensor.New(tensor.Of(dt), tensor.WithShape(n, 4))
	for i := range words.Float32s() {
		words.Float32s()[i], tags.Float32s()[i] = float32(i*i%5), float32(i%3)
	}
	d := fit.Many{X: fit.List{words}, Y: fit.Named{"tags": tags, "yes": classes(dt, n)}, SampleWeight: fit.Named{"yes": classes(dt, n)}}
	boom := errors.New("boom")
	fitted := func(dir string, stopAt int) (*fit.History, []*tensor.Dense, error) {
		g := model.Config{Seed: 4}.Graph()
		x := g.Add(layer.Embedding{InputDim: 5, OutputDim: 3, MaskZero: true}, g.Add(layer.Input{Shape: []int{4}}))
		sequence := g.Add(layer.LSTM{Units: 4, ReturnSequences: true}, x)
		m, err := g.Model(
			g.Add(layer.Dense{Units: 3, Activation: layer.Softmax, Name: "tags"}, sequence),
			g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid, Name: "yes"}, g.Add(layer.GRU{Units: 3}, sequence)))
		mustNot(t, err)
		trainer, err := fit.Compile(m, fit.Config{
			Losses:                map[string]loss.Loss{"tags": loss.SparseCategoricalCrossentropy{}, "yes": loss.BinaryCrossentropy{}},
			OutputMetrics:         map[string][]metric.Metric{"tags": {metric.Accuracy{}}},
			WeightedOutputMetrics: map[string][]metric.Metric{"yes": {metric.Accuracy{}}},
			Logger:                quiet,
		})
		mustNot(t, err)
		batch := 0
		h, err := trainer.FitMany(context.Background(), d, fit.Options{
			BatchSize: 7, Epochs: 3, Verbose: fit.Silent,
			Callbacks: []fit.Callback{
				&callback.BackupAndRestore{Dir: filepath.Join(dir, "backup"), SaveFreq: 1},
				&callback.LambdaCallback{OnBatchEnd: func(callback.Run, int, *callback.Logs) error {
					if batch++; batch == stopAt {
						return boom
					}
					return nil
				}},
			},
		})
		var weights []*tensor.Dense
		for _, w := range m.Weights() {
			weights = append(weights, w.Value)
		}
		return h, weights, err
	}
	want, wantWeights, err := fitted(t.TempDir(), 0)
	mustNot(t, err)
	for _, stopAt := range []int{2, 8} { // within an epoch
		dir := t.TempDir()
		if _, _, err := fitted(dir, stopAt); !errors.Is(err, boom) {
			t.Fatalf("got %v, expected boom", err)
		}
		got, weights, err := fitted(dir, 0)
		mustNot(t, err)
		if diff := cmp.Diff(want.Values, got.Values); diff != "" {
			t.Errorf("stopped at batch %d: %s", stopAt, diff)
		}
		for i, w := range weights {
			if !cmp.Equal(w.Data(), wantWeights[i].Data()) {
				t.Errorf("stopped at batch %d: weight %d differs", stopAt, i)
			}
		}
	}
}
