package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/model"
)

// SaveWeights writes the weights of a model to a file whose name ends in
// .weights.h5, as Keras 3 does: its load_weights reads it into a model of the
// same layers. Layers are told apart by their class and their order, not by their
// names. The file is replaced as a whole or not at all. For .npz and .safetensors
// see [model.Model.SaveWeights].
func SaveWeights(path string, m *model.Model) error {
	t, err := weightsOf(path, m)
	if err != nil {
		return err
	}
	root, err := writeWeights(t)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return hdf5.Write(w, root) }); err != nil {
		return fmt.Errorf("archive: saving %s: %w", path, err)
	}
	return nil
}

// LoadWeights reads a file that Keras 3 or [SaveWeights] has written of a model
// of the same layers. The file must hold the weights of every layer, with their
// shapes, and of no others; numbers of another width are converted. On an error
// nothing has changed.
func LoadWeights(path string, m *model.Model) error {
	t, err := weightsOf(path, m)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil {
		var root *hdf5.Group
		if root, err = hdf5.Read(file, info.Size()); err == nil {
			err = readWeights(root, t)
		}
	}
	if err != nil {
		return fmt.Errorf("archive: %w (file %s)", err, path)
	}
	return nil
}

func weightsOf(path string, m *model.Model) (*tree, error) {
	if m == nil {
		return nil, errors.New("archive: the model is nil")
	}
	if !strings.HasSuffix(path, ".weights.h5") {
		return nil, fmt.Errorf("archive: %q is no name for a file of weights, expected one that ends in .weights.h5", path)
	}
	t, err := treeOf(m, map[*model.Model]string{m: "model"})
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return t, nil
}
