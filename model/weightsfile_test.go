package model_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/data/safetensors"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

func normalised(t *testing.T, seed uint64, units int) *model.Model {
	t.Helper()
	m, err := model.Config{Seed: seed}.Sequential(layer.Input{Shape: []int{3}}, layer.Dense{Units: units}, layer.BatchNormalization{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWeightsFile(t *testing.T) {
	for _, name := range []string{"best.npz", "best.safetensors"} {
		path := filepath.Join(t.TempDir(), name)
		from, to := normalised(t, 1, 2), normalised(t, 2, 2)
		if err := from.SaveWeights(path); err != nil {
			t.Fatal(err)
		}
		if err := to.LoadWeights(path); err != nil {
			t.Fatal(err)
		}
		var names []string
		for i, w := range from.Weights() {
			names = append(names, w.Name)
			if got := to.Weights()[i]; !slices.Equal(got.Value.Float32s(), w.Value.Float32s()) {
				t.Errorf("%s, %s: %v, expected %v", name, w.Name, got.Value, w.Value)
			}
		}
		var held []string
		if filepath.Ext(name) == ".npz" {
			arrays, err := npy.ReadZipFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range arrays {
				held = append(held, a.Name)
			}
		} else {
			f, err := safetensors.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range f.Arrays {
				held = append(held, a.Name)
			}
			slices.Sort(names) // as that format has it
		}
		if !slices.Equal(held, names) {
			t.Errorf("%s holds %v, expected %v", name, held, names)
		}
	}
}

func TestWeightsFileErrors(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "weights.npz")
	m := normalised(t, 1, 2)
	before := m.Weights()
	write := func(arrays []npy.Array) {
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := npy.WriteZip(file, arrays); err != nil {
			t.Fatal(err)
		}
	}
	var arrays []npy.Array
	for _, w := range normalised(t, 2, 2).Weights() {
		arrays = append(arrays, npy.Array{Name: w.Name, Value: w.Value})
	}
	write(arrays[1:])
	wantError(t, m.LoadWeights(path), "lacks")
	write(append(arrays, npy.Array{Name: "more", Value: arrays[0].Value}))
	wantError(t, m.LoadWeights(path), `holds "more"`)
	if err := normalised(t, 2, 4).SaveWeights(path); err != nil {
		t.Fatal(err)
	}
	wantError(t, m.LoadWeights(path), "shape")
	arrays[0].Value = tensor.New(tensor.WithShape(3, 2), tensor.WithBacking(make([]float64, 6)))
	write(arrays)
	wantError(t, m.LoadWeights(path), "float64")
	wantError(t, m.LoadWeights("weights.h5"), ".npz")
	wantError(t, m.SaveWeights("weights.h5"), ".npz")
	wantError(t, m.LoadWeights(filepath.Join(folder, "missing.npz")), "missing.npz")
	wantError(t, m.SaveWeights(filepath.Join(folder, "missing", "weights.npz")), "missing")
	for i, w := range m.Weights() {
		if !slices.Equal(w.Value.Float32s(), before[i].Value.Float32s()) {
			t.Errorf("%s has changed", w.Name)
		}
	}
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "model: ") || !strings.Contains(err.Error(), text) {
		t.Errorf("error is %v, expected one of this package with %q", err, text)
	}
}
