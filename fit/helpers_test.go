package fit_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

var ctx = context.Background()

// table is a two-class problem: n rows of d columns, a few positives.
func table(n, d int) (x, y *tensor.Dense) {
	rng := rand.New(rand.NewPCG(1, uint64(n*d)))
	xs := vectors.Array{Shape: []int{n, d}, Data: make([]float64, n*d)}
	ys := vectors.Array{Shape: []int{n}, Data: make([]float64, n)}
	for i := range n {
		sum := 0.
		for j := range d {
			xs.Data[i*d+j] = rng.NormFloat64()
			sum += xs.Data[i*d+j]
		}
		if sum+rng.NormFloat64() > 1.5 {
			ys.Data[i] = 1
		}
	}
	return xs.Tensor(tensor.Float64), ys.Tensor(tensor.Float64)
}

// array makes a float64 tensor.
func array(shape []int, v ...float64) *tensor.Dense {
	return vectors.Array{Shape: shape, Data: v}.Tensor(tensor.Float64)
}

// network is a small float64 classifier of tables of d columns; extra layers
// stand before the output.
func network(t testing.TB, d int, extra ...layer.Layer) *model.Model {
	t.Helper()
	layers := append([]layer.Layer{layer.Input{Shape: []int{d}}, layer.Dense{Units: 5, Activation: layer.Tanh}}, extra...)
	m, err := model.Config{Seed: 3, DType: tensor.Float64}.Sequential(append(layers, layer.Dense{Units: 1, Activation: layer.Sigmoid})...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func compile(t testing.TB, m *model.Model, c fit.Config) *fit.Trainer {
	t.Helper()
	if c.Loss == nil {
		c.Loss = loss.BinaryCrossentropy{}
	}
	if c.Optimizer == nil {
		c.Optimizer = optimizer.SGD{LearningRate: 0.1}
	}
	if c.Logger == nil {
		c.Logger = quiet
	}
	trainer, err := fit.Compile(m, c)
	if err != nil {
		t.Fatal(err)
	}
	return trainer
}

// fitted trains a fresh network in whole batches, unshuffled, and returns its
// weights after some epochs, end to end.
func fitted(t testing.TB, x, y *tensor.Dense, l loss.Loss, o fit.Options) []float64 {
	t.Helper()
	m := network(t, x.Shape()[1])
	trainer := compile(t, m, fit.Config{Loss: l})
	o.Verbose = fit.Silent
	if o.BatchSize == 0 {
		o.BatchSize = x.Shape()[0]
	}
	if o.Epochs == 0 {
		o.Epochs = 3
	}
	if o.Shuffle == 0 {
		o.Shuffle = data.ShuffleOff
	}
	if _, err := trainer.Fit(ctx, x, y, o); err != nil {
		t.Fatal(err)
	}
	return weights(m)
}

func weights(m *model.Model) []float64 {
	var all []float64
	for _, w := range m.Weights() {
		all = append(all, vectors.Floats(w.Value)...)
	}
	return all
}

func mustNot(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// recorder is a logger whose notices can be read.
func recorder() (*slog.Logger, *bytes.Buffer) {
	b := &bytes.Buffer{}
	return slog.New(slog.NewTextHandler(b, nil)), b
}
