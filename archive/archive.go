package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/model"
)

// Archive is a model that was read.
type Archive struct {
	Model *model.Model
	// Compiled says how the model was trained; nil if it was not, or in a way
	// that is not known here, which Uncompiled then says.
	Compiled   *Compiled
	Uncompiled error
}

// Load reads a model that Keras or [Save] has written: a .keras file of Keras
// 3 (or of TensorFlow's Keras from 2.12 on), or a whole model in HDF5, .h5, of
// any Keras. The weights are float32, or float64 where the archive says so;
// models of mixed precision, whose weights are float32, compute in float32.
// Seeds of layers and initialisers are left aside. The hard sigmoid of Keras 1 and
// 2 was a steeper one: the weights that lead into it are made larger instead.
//
// It is an error, and nothing is executed, if the archive holds a layer that is
// not here, a Lambda layer, a mask that no Embedding or Masking makes, an input of unknown shape, weights that do not fit
// the layers, or is no such archive.
func Load(path string) (*Archive, error) { return Options{}.Load(path) }

// Options say how an archive is read. The zero value reads it as it is.
type Options struct {
	// InputShapes gives inputs, by name, the shape of a sample in place of their
	// own: of sequences, say, that Keras takes at any length.
	InputShapes map[string][]int
}

// Load is the function of this name.
func (o Options) Load(path string) (*Archive, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("archive: %s is a directory, expected a .keras or .h5 file", path)
	}
	a, err := o.Read(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w (file %s)", err, path)
	}
	return a, nil
}

// Read is [Load] for what lies in a file of size bytes, or in memory.
func Read(r io.ReaderAt, size int64) (*Archive, error) { return Options{}.Read(r, size) }

// Read is the function of this name.
func (o Options) Read(r io.ReaderAt, size int64) (*Archive, error) {
	d := &decoder{shapes: o.InputShapes, asked: map[string]bool{}}
	a, err := d.read(r, size)
	if err != nil {
		return nil, err
	}
	for name := range o.InputShapes {
		if !d.asked[name] {
			return nil, fmt.Errorf("archive: InputShapes names %q, expected inputs among %q", name, a.Model.InputNames())
		}
	}
	return a, nil
}

func (d *decoder) read(r io.ReaderAt, size int64) (*Archive, error) {
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("archive: %w", err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return d.zip(r, size)
	case bytes.HasPrefix(head, []byte("\x89HDF")):
		root, err := hdf5.Read(r, size)
		if err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
		return d.old(root)
	case bytes.HasPrefix(head, []byte{0x80}):
		return nil, errors.New("archive: a pickle, which is a program and is not run: expected a .keras or .h5 file")
	}
	return nil, errors.New("archive: neither a zip archive nor HDF5: expected a .keras or .h5 file")
}

// Trainer compiles the model as it was and gives the optimizer its state, so
// that training goes on where it stopped. Each change may alter the settings
// before that. An optimizer of another kind begins anew; one of the same kind
// must fit the state.
func (a *Archive) Trainer(change ...func(*fit.Config)) (*fit.Trainer, error) {
	var c fit.Config
	switch {
	case a.Compiled != nil:
		c = a.Compiled.Config
	case len(change) == 0 && a.Uncompiled != nil:
		return nil, fmt.Errorf("archive: the model is not compiled: %w", a.Uncompiled)
	case len(change) == 0:
		return nil, errors.New("archive: the model is not compiled: give a fit.Config")
	}
	for _, f := range change {
		f(&c)
	}
	t, err := fit.Compile(a.Model, c)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if a.Compiled != nil {
		if err := a.Compiled.restore(t); err != nil {
			return nil, fmt.Errorf("archive: %w", err)
		}
	}
	return t, nil
}
