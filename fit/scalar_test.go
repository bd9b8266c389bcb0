package fit_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// A weight without axes is trained, counted and kept in a file as any other.
func TestScalarWeights(t *testing.T) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		build := func(seed uint64) *model.Model {
			g := model.Config{Seed: seed, DType: dt}.Graph()
			x := g.Add(layer.Input{Shape: []int{4, 3}})
			y := g.Add(layer.Attention{UseScale: true, ScoreMode: layer.ConcatScores}, x, x)
			m, err := g.Model(g.Add(layer.Dense{Units: 1, Activation: layer.Sigmoid}, g.Add(layer.Flatten{}, y)))
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		m := build(1)
		if table := m.Summary(); !strings.Contains(table, "Total params: 15 ") {
			t.Errorf("expected 2 scalars, 12 weights and a bias, got\n%s", table)
		}
		rows, y := table(40, 12)
		x := array([]int{40, 4, 3}, rows.Float64s()...)
		trainer := compile(t, m, fit.Config{Optimizer: optimizer.Adam{LearningRate: 0.1, Common: optimizer.Common{UseEMA: true, EMAMomentum: 0.5}}})
		before, after := m.Weights(), []float64(nil)
		if _, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 2, BatchSize: 16}); err != nil {
			t.Fatal(err)
		}
		for i, w := range m.Weights()[:2] {
			v := vectors.Floats(w.Value)
			if !w.Value.IsScalar() || v[0] == vectors.Floats(before[i].Value)[0] {
				t.Errorf("%s: shape %v, value %v, expected a scalar that moved", w.Name, w.Value.Shape(), v)
			}
			after = append(after, v...)
		}
		path := filepath.Join(t.TempDir(), "weights.npz")
		if err := m.SaveWeights(path); err != nil {
			t.Fatal(err)
		}
		again := build(2)
		if err := again.LoadWeights(path); err != nil {
			t.Fatal(err)
		}
		var loaded []float64
		for _, w := range again.Weights()[:2] {
			loaded = append(loaded, vectors.Floats(w.Value)...)
		}
		if !slices.Equal(loaded, after) {
			t.Errorf("loaded %v, expected %v", loaded, after)
		}
	}
}
