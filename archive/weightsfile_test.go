package archive_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/archive"
	"gorgonia.org/tensor"
)

// The weights that Keras keeps beside its archives are those in them, and what
// is written here is read again.
func TestWeightsFiles(t *testing.T) {
	for _, f := range fixtures(t) {
		t.Run(f.WeightsFile, func(t *testing.T) {
			if f.WeightsFile == "" {
				t.Skip("there is none")
			}
			a, err := archive.Load(filepath.Join("testdata", f.File))
			if err != nil {
				t.Fatal(err)
			}
			x := arraysOf(t, a.Model.InputNames(), f.Inputs)
			want := arraysOf(t, a.Model.OutputNames(), f.Predict)
			clear := func() {
				var zeros []*tensor.Dense
				for _, w := range a.Model.Weights() {
					zeros = append(zeros, tensor.New(tensor.Of(w.Value.Dtype()), tensor.WithShape(w.Value.Shape()...)))
				}
				if err := a.Model.SetWeights(zeros); err != nil {
					t.Fatal(err)
				}
			}
			clear()
			if err := archive.LoadWeights(filepath.Join("testdata", f.WeightsFile), a.Model); err != nil {
				t.Fatal(err)
			}
			same(t, predictions(t, a.Model, x), want, 1e-5)
			path := filepath.Join(t.TempDir(), "own.weights.h5")
			if err := archive.SaveWeights(path, a.Model); err != nil {
				t.Fatal(err)
			}
			clear()
			if err := archive.LoadWeights(path, a.Model); err != nil {
				t.Fatal(err)
			}
			same(t, predictions(t, a.Model, x), want, 1e-5)
		})
	}
}

// Weights that do not fit leave the model as it was.
func TestWeightsErrors(t *testing.T) {
	load := func(name string) *archive.Archive {
		a, err := archive.Load(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := load("seq_dense_adam.keras")
	before := a.Model.Weights()
	file := func(name string) string { return filepath.Join("testdata", name) }
	wantError(t, archive.LoadWeights(file("seq_bn_norm.weights.h5"), a.Model), `the file has weights at "layers/batch_normalization", where the model has no layer`)
	wantError(t, archive.LoadWeights(file("seq_conv2d.weights.h5"), a.Model), `weights of layer "dense" (Dense)`)
	wantError(t, archive.LoadWeights(file("seq_dense_adam.weights.h5"), load("seq_bn_norm.keras").Model), `weights of layer "batch_normalization" (BatchNormalization): expected 4 arrays at "layers/batch_normalization", got 0`)
	wantError(t, archive.LoadWeights(file("seq_dense_adam.keras"), a.Model), "expected one that ends in .weights.h5")
	wantError(t, archive.LoadWeights(file("none.weights.h5"), a.Model), "none.weights.h5")
	wantError(t, archive.LoadWeights(file("seq_dense_adam.weights.h5"), nil), "the model is nil")
	wantError(t, archive.SaveWeights(filepath.Join(t.TempDir(), "m.h5"), a.Model), "expected one that ends in .weights.h5")
	for i, w := range a.Model.Weights() {
		if !slices.Equal(w.Value.Float32s(), before[i].Value.Float32s()) {
			t.Errorf("%s has changed", w.Name)
		}
	}
}
