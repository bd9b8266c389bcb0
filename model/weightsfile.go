package model

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/data/safetensors"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"gorgonia.org/tensor"
)

// SaveWeights writes all weights, under the names of [Model.Weights], to a file
// whose name ends in .npz (numpy's archive of arrays, which numpy.load reads) or
// in .safetensors. The file is replaced as a whole or not at all, even when the
// machine stops.
func (m *Model) SaveWeights(path string) error {
	var arrays []npy.Array
	for _, p := range m.Params() {
		arrays = append(arrays, npy.Array{Name: p.Name, Value: p.Value})
	}
	var fill func(w io.Writer) error
	switch filepath.Ext(path) {
	case ".npz":
		fill = func(w io.Writer) error { return npy.WriteZip(w, arrays) }
	case ".safetensors":
		var f safetensors.File
		for _, a := range arrays {
			f.Arrays = append(f.Arrays, safetensors.Array(a))
		}
		fill = func(w io.Writer) error { return safetensors.Write(w, f) }
	default:
		return errWeightsFile(path)
	}
	if err := atomicfile.Write(path, fill); err != nil {
		return fmt.Errorf("model: saving weights: %w", err)
	}
	return nil
}

// LoadWeights reads what SaveWeights wrote for a model of the same layers. The
// file must hold each weight under its name, with its shape and element type,
// and nothing else. On an error nothing has changed.
func (m *Model) LoadWeights(path string) error {
	var arrays []npy.Array
	var err error
	switch filepath.Ext(path) {
	case ".npz":
		arrays, err = npy.ReadZipFile(path)
	case ".safetensors":
		var f safetensors.File
		f, err = safetensors.ReadFile(path)
		for _, a := range f.Arrays {
			arrays = append(arrays, npy.Array(a))
		}
	default:
		return errWeightsFile(path)
	}
	if err != nil {
		return fmt.Errorf("model: loading weights: %w", err)
	}
	var values []*tensor.Dense
	for _, p := range m.Params() {
		at := slices.IndexFunc(arrays, func(a npy.Array) bool { return a.Name == p.Name })
		if at < 0 {
			return fmt.Errorf("model: loading weights: %s lacks %q", path, p.Name)
		}
		values = append(values, arrays[at].Value)
		arrays = slices.Delete(arrays, at, at+1)
	}
	if len(arrays) > 0 {
		return fmt.Errorf("model: loading weights: %s holds %q, which the model lacks", path, arrays[0].Name)
	}
	return m.SetWeights(values)
}

func errWeightsFile(path string) error {
	return fmt.Errorf("model: %q is no name for a file of weights, expected one that ends in .npz or .safetensors", path)
}
