package npy

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"gorgonia.org/tensor"
)

// Array is a named array of an archive.
type Array struct {
	Name  string // without ".npy"; may contain slashes
	Value *tensor.Dense
}

// WriteZip writes an archive that numpy.load reads, as numpy.savez would. The
// same arrays give the same bytes. An empty name and one that stands there
// twice are errors.
func WriteZip(w io.Writer, arrays []Array) error {
	archive := zip.NewWriter(w)
	seen := map[string]bool{}
	for _, a := range arrays {
		if a.Name == "" || seen[a.Name] {
			return fmt.Errorf("npy: array name %q is empty or taken", a.Name)
		}
		seen[a.Name] = true
		// numpy writes this time, too: the archive depends on the arrays alone.
		entry, err := archive.CreateHeader(&zip.FileHeader{
			Name: a.Name + ".npy", Method: zip.Store, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC),
		})
		if err != nil {
			return fmt.Errorf("npy: array %q: %w", a.Name, err)
		}
		if err := Write(entry, a.Value); err != nil {
			return fmt.Errorf("%w (array %q)", err, a.Name)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}

// ReadZip reads all arrays of an archive of size bytes, compressed or not, in
// the order of the archive. Entries that are no .npy files are errors.
func ReadZip(r io.ReaderAt, size int64) ([]Array, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	var arrays []Array
	seen := map[string]bool{}
	for _, entry := range archive.File {
		name, isArray := strings.CutSuffix(entry.Name, ".npy")
		if !isArray || name == "" {
			return nil, fmt.Errorf("npy: the archive holds %q, expected names that end in .npy", entry.Name)
		}
		if seen[name] {
			return nil, fmt.Errorf("npy: the archive holds %q twice", entry.Name)
		}
		seen[name] = true
		value, err := readEntry(entry, size)
		if err != nil {
			return nil, fmt.Errorf("%w (array %q)", err, name)
		}
		arrays = append(arrays, Array{name, value})
	}
	return arrays, nil
}

// ReadZipFile reads all arrays of a .npz file.
func ReadZipFile(path string) ([]Array, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	arrays, err := ReadZip(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w (file %s)", err, path)
	}
	return arrays, nil
}

func readEntry(entry *zip.File, archive int64) (t *tensor.Dense, err error) {
	in, err := entry.Open()
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	defer func() {
		if closing := in.Close(); closing != nil && err == nil {
			err = errors.Join(errors.New("npy: closing an entry"), closing)
		}
	}()
	// An entry's own word for its size counts no further than the archive's.
	return readAll(in, min(int64(entry.UncompressedSize64), archive))
}
