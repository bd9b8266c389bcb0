package archive

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/model"
)

// Save writes the model of a trainer, how it is trained, and the state of its
// optimizer, to a file whose name ends in .keras. Keras loads it with any back
// end and trains on. The same trainer gives the same bytes. The file is replaced
// as a whole or not at all, even when the machine stops.
//
// Of what Keras lacks it is told nothing: it loads the model without the metrics
// that are only here, and not compiled where the loss or the optimizer has
// settings that it does not know; [Load] gets all of it. Seeds, loggers and
// sample-weight modes are not saved. It is an error for a loss, a metric, an
// optimizer or a layer that is a user's own, and for Lambda layers.
func Save(path string, t *fit.Trainer) error {
	if t == nil || t.Model() == nil {
		return fmt.Errorf("archive: the trainer is not compiled: make it with fit.Compile")
	}
	return save(path, t.Model(), t)
}

// SaveModel is [Save] for a model that is not compiled.
func SaveModel(path string, m *model.Model) error {
	if m == nil {
		return fmt.Errorf("archive: the model is nil")
	}
	return save(path, m, nil)
}

func save(path string, m *model.Model, t *fit.Trainer) error {
	if !strings.HasSuffix(path, ".keras") {
		return fmt.Errorf("archive: %q is no name for an archive, expected one that ends in .keras", path)
	}
	config, root, err := encode(m, t)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	err = atomicfile.Write(path, func(w io.Writer) error { return writeZip(w, config, root) })
	if err != nil {
		return fmt.Errorf("archive: saving %s: %w", path, err)
	}
	return nil
}

// encode returns what config.json and the file of weights hold.
func encode(m *model.Model, t *fit.Trainer) ([]byte, *hdf5.Group, error) {
	tree, err := treeOf(m, map[*model.Model]string{m: "model"})
	if err != nil {
		return nil, nil, err
	}
	config, err := encodeModel(m, m.Name())
	if err != nil {
		return nil, nil, err
	}
	typed(config, m.DType())
	root, err := writeWeights(tree)
	if err != nil {
		return nil, nil, err
	}
	if t != nil {
		if err := encodeCompiled(config, t); err != nil {
			return nil, nil, err
		}
		if err := writeState(root, tree, t); err != nil {
			return nil, nil, err
		}
	}
	text, err := json.Marshal(config)
	return text, root, err
}

// kerasVersion is the release whose format this is.
const kerasVersion = "3.15.1"

// writeZip writes a .keras file. Nothing in it depends on the time.
func writeZip(w io.Writer, config []byte, root *hdf5.Group) error {
	metadata, err := json.Marshal(map[string]string{"keras_version": kerasVersion})
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, m := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{metadataName, func(w io.Writer) error { _, err := w.Write(metadata); return err }},
		{configName, func(w io.Writer) error { _, err := w.Write(config); return err }},
		{weightsName, func(w io.Writer) error { return hdf5.Write(w, root) }},
	} {
		entry, err := z.CreateHeader(&zip.FileHeader{
			Name: m.name, Method: zip.Store, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			return err
		}
		if err := m.write(entry); err != nil {
			return err
		}
	}
	return z.Close()
}
