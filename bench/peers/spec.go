package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"gorgonia.org/tensor"
)

// spec is a workload as data.py describes it.
type spec struct {
	Workload    string
	Batch       int
	Epochs      int
	Quick       bool
	Saves       bool
	ClassWeight []float64 `json:"class_weight"`
	X, Y, W     *array
	Initial     []*array // weights in the order of the layers
}

// array is a file of little-endian float32.
type array struct {
	File  string
	Shape []int

	values *tensor.Dense
}

func (a *array) rows() int     { return a.Shape[0] }
func (a *array) sample() []int { return a.Shape[1:] }

func (s *spec) initial() []*tensor.Dense {
	var values []*tensor.Dense
	for _, a := range s.Initial {
		values = append(values, a.values)
	}
	return values
}

// load reads a workload with its arrays, whose paths are relative to its own.
func load(path string) (*spec, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s := new(spec)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, a := range append([]*array{s.X, s.Y, s.W}, s.Initial...) {
		if a == nil {
			continue
		}
		if err := a.read(filepath.Dir(path)); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if s.X == nil || s.Y == nil {
		return nil, fmt.Errorf("%s: no x or no y", path)
	}
	return s, nil
}

func (a *array) read(folder string) error {
	f, err := os.Open(filepath.Join(folder, a.File))
	if err != nil {
		return err
	}
	defer f.Close()
	values := make([]float32, tensor.Shape(a.Shape).TotalSize())
	in := bufio.NewReaderSize(f, 1<<16)
	var four [4]byte
	for i := range values {
		if _, err := io.ReadFull(in, four[:]); err != nil {
			return fmt.Errorf("%s: number %d of shape %v: %w", a.File, i, a.Shape, err)
		}
		values[i] = math.Float32frombits(binary.LittleEndian.Uint32(four[:]))
	}
	a.values = tensor.New(tensor.WithShape(a.Shape...), tensor.WithBacking(values))
	return nil
}
