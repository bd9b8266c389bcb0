package model_test

import (
	"math"
	"runtime"
	"testing"

	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat"
	"gorgonia.org/tensor"
)

// seeded makes a model that uses every kind of random initialiser.
func seeded(t *testing.T, c model.Config, more ...layer.Layer) *model.Model {
	t.Helper()
	return sequential(t, c, append([]layer.Layer{
		layer.Input{Shape: []int{150}},
		layer.Dense{Units: 120},
		layer.BatchNormalization{},
		layer.Dense{Units: 90, KernelInitializer: initializer.Orthogonal{}, BiasInitializer: initializer.RandomNormal{}},
		layer.Dense{Units: 5, KernelInitializer: initializer.HeNormal{}, BiasInitializer: initializer.RandomUniform{}},
	}, more...)...)
}

// values returns the weights as float64: one slice for each.
func values(m *model.Model) (all [][]float64) {
	for _, w := range m.Weights() {
		all = append(all, vectors.Floats(w.Value))
	}
	return all
}

func TestSeed(t *testing.T) {
	first := values(seeded(t, model.Config{Seed: 1}))
	again := values(seeded(t, model.Config{Seed: 1}))
	if !cmp.Equal(first, again) {
		t.Error("one seed gave different weights")
	}
	other := values(seeded(t, model.Config{Seed: 2}))
	for i, w := range seeded(t, model.Config{Seed: 1}).Weights() {
		constant := stat.Variance(first[i], nil) == 0
		if cmp.Equal(first[i], other[i]) != constant {
			t.Errorf("%s: equal under two seeds is %v, expected %v", w.Name, !constant, constant)
		}
	}
}

func TestSeedFunctions(t *testing.T) {
	layers := []layer.Layer{layer.Input{Shape: []int{4}}, layer.Dense{Units: 3}}
	zero, err := model.Sequential(layers...)
	if err != nil {
		t.Fatal(err)
	}
	seven, err := model.NewFromSeed(7, layers...)
	if err != nil {
		t.Fatal(err)
	}
	if seven.Seed() != 7 {
		t.Errorf("seed %d, expected 7", seven.Seed())
	}
	if !cmp.Equal(values(zero), values(sequential(t, model.Config{Seed: 0}, layers...))) {
		t.Error("Sequential is not seed 0")
	}
	if !cmp.Equal(values(seven), values(sequential(t, model.Config{Seed: 7}, layers...))) {
		t.Error("NewFromSeed differs from Config.Seed")
	}
}

func TestSeedWithMoreLayers(t *testing.T) {
	short := values(seeded(t, model.Config{Seed: 1}))
	long := values(seeded(t, model.Config{Seed: 1}, layer.Dense{Units: 4, Activation: layer.ReLU}, layer.Dense{Units: 2}))
	if len(long) != len(short)+4 {
		t.Fatalf("%d weights after %d, expected 4 more", len(long), len(short))
	}
	if !cmp.Equal(short, long[:len(short)]) {
		t.Error("a layer at the end changed earlier weights")
	}
}

func TestSeedAcrossElementTypes(t *testing.T) {
	single := values(seeded(t, model.Config{Seed: 1}))
	double := values(seeded(t, model.Config{Seed: 1, DType: tensor.Float64}))
	finer := false
	for i := range double {
		for j, v := range double[i] {
			finer = finer || v != single[i][j]
			double[i][j] = float64(float32(v))
		}
	}
	if !cmp.Equal(single, double) {
		t.Error("a float64 model does not round to the float32 model of its seed")
	}
	if !finer {
		t.Error("the float64 model holds float32 numbers")
	}
}

func TestSeedAcrossProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := values(seeded(t, model.Config{Seed: 1}))
	runtime.GOMAXPROCS(4)
	if !cmp.Equal(one, values(seeded(t, model.Config{Seed: 1}))) {
		t.Error("weights depend on GOMAXPROCS")
	}
}

// Two weights of one layer have streams of their own.
func TestSeedWithinALayer(t *testing.T) {
	normal := initializer.RandomNormal{}
	m := sequential(t, model.Config{}, layer.Input{Shape: []int{1}}, layer.Dense{Units: 9, KernelInitializer: normal, BiasInitializer: normal})
	if w := values(m); cmp.Equal(w[0], w[1]) {
		t.Error("kernel and bias are the same numbers")
	}
}

// The streams of neighbouring seeds and of the weights of one model are close
// as numbers; what is drawn from them must not be.
func TestSeedsAreIndependent(t *testing.T) {
	var kernels [][]float64
	for seed := range uint64(3) {
		m := sequential(t, model.Config{Seed: seed}, layer.Input{Shape: []int{200}},
			layer.Dense{Units: 200, NoBias: true}, layer.Dense{Units: 200, NoBias: true}, layer.Dense{Units: 200, NoBias: true})
		kernels = append(kernels, values(m)...)
	}
	for i := range kernels {
		for j := range i {
			// 40,000 pairs: one standard deviation is 0.005.
			if r := stat.Correlation(kernels[i], kernels[j], nil); math.Abs(r) > 0.02 {
				t.Errorf("kernels %d and %d have a correlation of %.3f", i, j, r)
			}
		}
	}
}
