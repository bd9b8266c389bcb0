package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Interpolation says what [UpSampling2D] puts between the places of an image.
type Interpolation int

// Two of Keras's interpolations.
const (
	Nearest  Interpolation = iota // repeats rows and columns
	Bilinear                      // straight lines between the middles of rows and of columns
)

// String returns Keras's name of the interpolation.
func (i Interpolation) String() string {
	switch i {
	case Nearest:
		return "nearest"
	case Bilinear:
		return "bilinear"
	}
	return fmt.Sprintf("Interpolation(%d)", int(i))
}

// UpSampling1D repeats each timestep Size times: (n, T, d) to (n, T·Size, d).
// It drops masks.
type UpSampling1D struct {
	Size int // 2 if 0
	Name string
}

// UpSampling2D makes images larger: (n, rows, columns, channels), rows and
// columns times Size.
type UpSampling2D struct {
	Size          [2]int // each 2 if 0
	Interpolation Interpolation
	Name          string
}

// Class implements [Layer].
func (UpSampling1D) Class() string { return "UpSampling1D" }

// Class implements [Layer].
func (UpSampling2D) Class() string { return "UpSampling2D" }

// GivenName implements [Layer].
func (l UpSampling1D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l UpSampling2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l UpSampling1D) Build(in []int) (Built, error) { return larger(in, l.size()) }

// Build implements [Single].
func (l UpSampling2D) Build(in []int) (Built, error) {
	if l.Interpolation < Nearest || l.Interpolation > Bilinear {
		return Built{}, fmt.Errorf("unknown interpolation %d", int(l.Interpolation))
	}
	return larger(in, l.size())
}

func (l UpSampling1D) size() []int { return orEach([]int{l.Size}, 2) }

func (l UpSampling2D) size() []int { return orEach(l.Size[:], 2) }

func larger(in, size []int) (Built, error) {
	if err := checkAxes(in, len(size)); err != nil {
		return Built{}, err
	}
	if anyBelow1(size) {
		return Built{}, fmt.Errorf("expected a size of at least 1, got %v", plain(size))
	}
	out := slices.Clone(in)
	for i, s := range size {
		out[i] *= s
	}
	return Built{Out: out}, nil
}

// Apply implements [Single].
func (l UpSampling1D) Apply(c Call) (*engine.Tensor, error) { return c.enlarge(l.size()) }

// Apply implements [Single].
func (l UpSampling2D) Apply(c Call) (*engine.Tensor, error) {
	if l.Interpolation == Nearest {
		return c.enlarge(l.size())
	}
	o, err := op.Bilinear(c.Graph.DType, op.BilinearConfig{Layer: c.Name, X: c.Input.Shape, Factor: [2]int(l.size())})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, c.Input)
}

// enlarge repeats what lies along the first axes of a sample.
func (c Call) enlarge(size []int) (*engine.Tensor, error) {
	var axes [][]int
	for i, n := range c.Input.Shape[1:] {
		axis := indices(0, n)
		if i < len(size) {
			axis = nil
			for j := range n {
				axis = append(axis, slices.Repeat([]int{j}, size[i])...)
			}
		}
		axes = append(axes, axis)
	}
	return c.rearranged(c.Input, axes, inOrder(c.Input))
}
