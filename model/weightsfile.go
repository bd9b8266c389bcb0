package model

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"gorgonia.org/tensor"
)

// SaveWeights writes all weights to a file whose name ends in .npz: numpy's
// archive of arrays, under the names of [Model.Weights]. numpy.load reads it.
// The file is replaced as a whole or not at all, even when the machine stops.
func (m *Model) SaveWeights(path string) error {
	if err := weightsFile(path); err != nil {
		return err
	}
	var arrays []npy.Array
	for _, p := range m.Params() {
		arrays = append(arrays, npy.Array{Name: p.Name, Value: p.Value})
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return npy.WriteZip(w, arrays) }); err != nil {
		return fmt.Errorf("model: saving weights: %w", err)
	}
	return nil
}

// LoadWeights reads what SaveWeights wrote for a model of the same layers. The
// file must hold each weight under its name, with its shape and element type,
// and nothing else. On an error nothing has changed.
func (m *Model) LoadWeights(path string) error {
	if err := weightsFile(path); err != nil {
		return err
	}
	arrays, err := npy.ReadZipFile(path)
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

func weightsFile(path string) error {
	if filepath.Ext(path) != ".npz" {
		return fmt.Errorf("model: %q is no name for a file of weights, expected one that ends in .npz", path)
	}
	return nil
}
