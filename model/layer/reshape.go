package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// Reshape gives samples another shape of the same size; elements keep their
// order. One size of TargetShape may be -1: it follows from the others. It
// drops masks.
type Reshape struct {
	TargetShape []int
	Name        string
}

// Permute puts the axes of samples into another order. Dims are counted from
// 1: {2, 1} turns (n, a, b) to (n, b, a). It drops masks.
type Permute struct {
	Dims []int
	Name string
}

// RepeatVector repeats samples: (n, d) to (n, N, d).
type RepeatVector struct {
	N    int
	Name string
}

// Class implements [Layer].
func (Reshape) Class() string { return "Reshape" }

// Class implements [Layer].
func (Permute) Class() string { return "Permute" }

// Class implements [Layer].
func (RepeatVector) Class() string { return "RepeatVector" }

// GivenName implements [Layer].
func (l Reshape) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l Permute) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l RepeatVector) GivenName() string { return l.Name }

// Build implements [Single].
func (l Reshape) Build(in []int) (Built, error) {
	size, known, open := tensor.Shape(in).TotalSize(), 1, -1
	for i, s := range l.TargetShape {
		switch {
		case s == -1 && open < 0:
			open = i
		case s < 1:
			return Built{}, fmt.Errorf("expected sizes of at least 1, and at most one of -1, got target shape %v", l.TargetShape)
		default:
			known *= s
		}
	}
	if len(l.TargetShape) == 0 {
		return Built{}, fmt.Errorf("expected a target shape with at least one axis, got none")
	}
	if open < 0 && known != size || size%known != 0 {
		return Built{}, fmt.Errorf("expected a target shape of %d elements, as those of shape %v, got %v", size, in, l.TargetShape)
	}
	out := slices.Clone(l.TargetShape)
	if open >= 0 {
		out[open] = size / known
	}
	return Built{Out: out}, nil
}

// Build implements [Single].
func (l Permute) Build(in []int) (Built, error) {
	sorted := slices.Sorted(slices.Values(l.Dims))
	if len(in) != len(l.Dims) || !slices.Equal(sorted, indices(1, len(in)+1)) {
		return Built{}, fmt.Errorf("expected the numbers from 1 to %d, for samples of shape %v, in some order, got %v", len(in), in, l.Dims)
	}
	var out []int
	for _, d := range l.Dims {
		out = append(out, in[d-1])
	}
	return Built{Out: out}, nil
}

// Build implements [Single].
func (l RepeatVector) Build(in []int) (Built, error) {
	switch {
	case l.N < 1:
		return Built{}, fmt.Errorf("expected at least 1 repetition, got %d", l.N)
	case len(in) != 1:
		return Built{}, fmt.Errorf("expected flat samples, got shape %v", in)
	}
	return Built{Out: []int{l.N, in[0]}}, nil
}

// Apply implements [Single].
func (l Reshape) Apply(c Call) (*engine.Tensor, error) {
	b, err := l.Build(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	return c.reshaped(c.Input, append(tensor.Shape{c.Input.Shape[0]}, b.Out...))
}

// Apply implements [Single].
func (l Permute) Apply(c Call) (*engine.Tensor, error) {
	var axes [][]int
	var from []int
	for _, d := range l.Dims {
		axes, from = append(axes, indices(0, c.Input.Shape[d])), append(from, d-1)
	}
	return c.rearranged(c.Input, axes, from)
}

// Apply implements [Single].
func (l RepeatVector) Apply(c Call) (*engine.Tensor, error) {
	x := c.Input.Shape
	return c.repeated(c.Input, tensor.Shape{x[0], l.N, x[1]})
}
