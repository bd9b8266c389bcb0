package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/hdf5"
)

// The members of a .keras file.
const (
	metadataName = "metadata.json"
	configName   = "config.json"
	weightsName  = "model.weights.h5"
)

const (
	maxConfig    = 32 << 20 // bytes of config.json; that of a model of 1000 layers has 1 MB
	maxMember    = 4 << 30  // bytes of a compressed member, Keras's limit
	maxExpansion = 100      // a compressed member's size in its compressed bytes, Keras's limit
	maxMembers   = 10_000
)

// zip reads a .keras file.
func (d *decoder) zip(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := checkMembers(z.File); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	config := member(z, configName)
	if config == nil {
		return nil, fmt.Errorf("archive: the zip archive has no %s: expected a .keras file", configName)
	}
	text, err := readMember(config, maxConfig)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	raw, err := objectIn(text)
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", configName, err)
	}
	weights := member(z, weightsName)
	if weights == nil {
		return nil, fmt.Errorf("archive: %w", noWeights(z.File))
	}
	lying, n, err := openMember(r, weights)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	root, err := hdf5.Read(lying, n)
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", weightsName, err)
	}
	d.assets = assets(z)
	return d.archive(raw, root)
}

// checkMembers refuses what no archive of Keras's has.
func checkMembers(all []*zip.File) error {
	if len(all) > maxMembers {
		return fmt.Errorf("the zip archive has %d members, expected at most %d", len(all), maxMembers)
	}
	seen := map[string]bool{}
	for _, f := range all {
		name := strings.ReplaceAll(f.Name, `\`, "/")
		if path.IsAbs(name) || slices.Contains(strings.Split(name, "/"), "..") || strings.Contains(name, ":") {
			return fmt.Errorf("member %.80q lies outside of the archive", f.Name)
		}
		if seen[name] {
			return fmt.Errorf("member %.80q is there twice", f.Name)
		}
		seen[name] = true
	}
	return nil
}

func member(z *zip.Reader, name string) *zip.File {
	if i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name }); i >= 0 {
		return z.File[i]
	}
	return nil
}

// noWeights says why an archive without a file of weights is not read.
func noWeights(all []*zip.File) error {
	for _, f := range all {
		switch {
		case strings.HasSuffix(f.Name, ".weights.json"):
			return fmt.Errorf("the weights are in several files (%s), which is not read: save them with Keras as one", f.Name)
		case strings.HasSuffix(f.Name, ".weights.npz"):
			return fmt.Errorf("the weights are pickled (%s), which is not read: save them with Keras as %s", f.Name, weightsName)
		}
	}
	return fmt.Errorf("the zip archive has no %s", weightsName)
}

// readMember returns the content of a member of at most so many bytes.
func readMember(f *zip.File, most int64) ([]byte, error) {
	if err := checkExpansion(f, most); err != nil {
		return nil, err
	}
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	defer in.Close()
	var out bytes.Buffer
	// A member's own word for its size counts no further than this.
	if _, err := io.Copy(&out, io.LimitReader(in, most+1)); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	if int64(out.Len()) > most {
		return nil, fmt.Errorf("%s: expected at most %d bytes", f.Name, most)
	}
	return out.Bytes(), nil
}

// checkExpansion refuses a member that is too large for what it takes up.
func checkExpansion(f *zip.File, most int64) error {
	size, packed := f.UncompressedSize64, f.CompressedSize64
	switch {
	case size > uint64(most):
		return fmt.Errorf("%s: %d bytes, expected at most %d", f.Name, size, most)
	case size > 1<<20 && size/maxExpansion > packed:
		return fmt.Errorf("%s: %d bytes stand for %d, more than %d times as many", f.Name, packed, size, maxExpansion)
	}
	return nil
}

// openMember gives access to a member: where it lies if it is stored as it is,
// or in memory.
func openMember(r io.ReaderAt, f *zip.File) (io.ReaderAt, int64, error) {
	if f.Method == zip.Store && f.CompressedSize64 == f.UncompressedSize64 {
		at, err := f.DataOffset()
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", f.Name, err)
		}
		n := int64(f.UncompressedSize64)
		return io.NewSectionReader(r, at, n), n, nil
	}
	most := min(int64(maxMember), maxExpansion*int64(min(f.CompressedSize64, maxMember))+1<<20)
	content, err := readMember(f, most)
	if err != nil {
		return nil, 0, err
	}
	return bytes.NewReader(content), int64(len(content)), nil
}

// assets returns a function that reads a member below assets/, nil where there
// is none.
func assets(z *zip.Reader) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		f := member(z, "assets/"+name)
		if f == nil {
			return nil, nil
		}
		return readMember(f, maxConfig)
	}
}
