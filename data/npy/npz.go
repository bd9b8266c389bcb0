package npy

import (
	"archive/zip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
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
// the order of the archive. Entries that are no .npy files are errors, names that
// leave the archive, and compressed arrays beyond 256 MiB that decompress to more
// than a hundred times their size: numpy.savez writes such without compression.
func ReadZip(r io.ReaderAt, size int64) ([]Array, error) {
	entries, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	if err := judge(entries, size); err != nil {
		return nil, err
	}
	var arrays []Array
	for _, e := range entries {
		value, err := e.read(size)
		if err != nil {
			return nil, err
		}
		arrays = append(arrays, Array{e.name, value})
	}
	return arrays, nil
}

// ReadZipArray reads one array of an archive as [ReadZip] does; the others are
// not looked at. A name that the archive lacks is an error that lists those it
// has.
func ReadZipArray(r io.ReaderAt, size int64, name string) (*tensor.Dense, error) {
	entries, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	e, err := find(entries, name)
	if err != nil {
		return nil, err
	}
	if err := judge([]entry{e}, size); err != nil {
		return nil, err
	}
	return e.read(size)
}

// ReadZipLayout reads what stands before the elements of one array of an
// archive; its offset is that from the start of the array.
func ReadZipLayout(r io.ReaderAt, size int64, name string) (Layout, error) {
	entries, err := readDirectory(r, size)
	if err != nil {
		return Layout{}, err
	}
	e, err := find(entries, name)
	if err != nil {
		return Layout{}, err
	}
	in, err := e.file.Open()
	if err != nil {
		return Layout{}, fmt.Errorf("npy: %w (array %q)", err, clip(name))
	}
	defer in.Close()
	l, err := ReadLayout(in)
	if err != nil {
		return l, fmt.Errorf("%w (array %q)", err, clip(name))
	}
	return l, nil
}

func find(entries []entry, name string) (entry, error) {
	var names []string
	for _, e := range entries {
		if e.name == name {
			return e, nil
		}
		names = append(names, e.name)
	}
	return entry{}, fmt.Errorf("npy: the archive has no array %q, expected one of %s", clip(name), clip(fmt.Sprintf("%q", names)))
}

// ReadZipFile reads all arrays of a .npz file.
func ReadZipFile(path string) (arrays []Array, err error) {
	err = inFile(path, func(r io.ReaderAt, size int64) error {
		arrays, err = ReadZip(r, size)
		return err
	})
	return arrays, err
}

// ReadZipFileArray reads one array of a .npz file.
func ReadZipFileArray(path, name string) (value *tensor.Dense, err error) {
	err = inFile(path, func(r io.ReaderAt, size int64) error {
		value, err = ReadZipArray(r, size, name)
		return err
	})
	return value, err
}

// inFile opens a file and names it in errors.
func inFile(path string, read func(r io.ReaderAt, size int64) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	if err := read(file, info.Size()); err != nil {
		return fmt.Errorf("%w (file %s)", err, path)
	}
	return nil
}

// entry is an array of an archive before it is read.
type entry struct {
	name string
	file *zip.File
}

func readDirectory(r io.ReaderAt, size int64) ([]entry, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	var entries []entry
	seen := map[string]bool{}
	for _, file := range archive.File {
		name, isArray := strings.CutSuffix(file.Name, ".npy")
		if !isArray || name == "" {
			return nil, fmt.Errorf("npy: the archive holds %q, expected names that end in .npy", clip(file.Name))
		}
		// numpy would unpack nothing there either, but whoever made it meant harm.
		if strings.Contains(file.Name, "\\") || !filepath.IsLocal(file.Name) {
			return nil, fmt.Errorf("npy: the archive holds %q, expected names inside it", clip(file.Name))
		}
		if seen[name] {
			return nil, fmt.Errorf("npy: the archive holds %q twice", clip(file.Name))
		}
		seen[name] = true
		entries = append(entries, entry{name, file})
	}
	return entries, nil
}

// judge refuses entries that say next to nothing at great length. Entries may
// share their bytes, so that they are judged together.
func judge(entries []entry, archive int64) error {
	const large, fold = 256 << 20, 100
	var in, out uint64
	for _, e := range entries {
		if math.MaxUint64-out < e.file.UncompressedSize64 {
			return fmt.Errorf("npy: array %q claims %d bytes", clip(e.name), e.file.UncompressedSize64)
		}
		in, out = in+min(e.file.CompressedSize64, uint64(archive)), out+e.file.UncompressedSize64
	}
	if in = min(in, uint64(archive)); out > large && out/fold > in {
		return fmt.Errorf("npy: %d bytes decompress to %d, more than %d times as many: store them without compression if that is meant", in, out, fold)
	}
	return nil
}

func (e *entry) read(archive int64) (t *tensor.Dense, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w (array %q)", err, clip(e.name))
		}
	}()
	in, err := e.file.Open()
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	defer func() {
		if closing := in.Close(); closing != nil && err == nil {
			err = fmt.Errorf("npy: %w", closing)
		}
	}()
	// An entry's own word for its size counts no further than the archive's.
	size := int64(min(e.file.UncompressedSize64, math.MaxInt64))
	return readAll(in, min(size, archive), size)
}
