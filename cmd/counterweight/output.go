package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"gorgonia.org/tensor"
)

// target is a file to write, the value of a flag. Its name ends in one of some
// ways.
type target struct {
	path     string
	suffixes []string
}

func (t *target) String() string { return t.path }

// Type implements pflag.Value: it stands for the value in the help.
func (t *target) Type() string { return "FILE" + t.suffixes[0] }

// Set implements pflag.Value.
func (t *target) Set(path string) error {
	for _, suffix := range t.suffixes {
		if strings.HasSuffix(path, suffix) && filepath.Base(path) != suffix {
			t.path = path
			return nil
		}
	}
	return fmt.Errorf("%q: expected FILE%s", path, strings.Join(t.suffixes, " or FILE"))
}

// distinct returns an error where two outputs have the same place.
func distinct(paths ...string) error {
	seen := map[string]bool{}
	for _, p := range paths {
		if p == "" {
			continue
		}
		clean := filepath.Clean(p)
		if seen[clean] {
			return usagef("%s is to be written twice", p)
		}
		seen[clean] = true
	}
	return nil
}

// writeLike writes an array in the type of that in a file.
func writeLike(path string, t *tensor.Dense, of source) error {
	half, err := of.half()
	if err != nil {
		return err
	}
	if half {
		return atomicfile.Write(path, func(w io.Writer) error { return npy.WriteHalf(w, t) })
	}
	return writeArray(path, t)
}

// writeArray writes an .npy file, whole or not at all.
func writeArray(path string, t *tensor.Dense) error {
	return atomicfile.Write(path, func(w io.Writer) error { return npy.Write(w, t) })
}
