package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Maximum is the largest of its inputs, two or more, element by element; NaN
// where any of them is. Shapes and the output's mask are as in [Add]. Masked
// timesteps of an input do not take part, unless those of all are masked. The
// inputs are taken in order, and each time that two are equal both get half of
// the gradient.
type Maximum struct{ Name string }

// Minimum is the smallest of its inputs, and otherwise as [Maximum].
type Minimum struct{ Name string }

// Class implements [Layer].
func (Maximum) Class() string { return "Maximum" }

// Class implements [Layer].
func (Minimum) Class() string { return "Minimum" }

// GivenName implements [Layer].
func (l Maximum) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l Minimum) GivenName() string { return l.Name }

// Build implements [Multi].
func (Maximum) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Build implements [Multi].
func (Minimum) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Apply implements [Multi].
func (Maximum) Apply(c Call) ([]*engine.Tensor, error) { return c.extreme(false) }

// Apply implements [Multi].
func (Minimum) Apply(c Call) ([]*engine.Tensor, error) { return c.extreme(true) }

func (c Call) extreme(smallest bool) ([]*engine.Tensor, error) {
	terms, err := c.merged()
	if err != nil {
		return nil, err
	}
	y, seen := terms[0], c.Inputs[0].Mask // of what is seen so far; nil for all
	for i, x := range terms[1:] {
		inputs := c.Inputs[:i+2]
		if mask := inputs[i+1].Mask; mask != nil {
			if x, err = c.selected(x, y, mask, 0); err != nil {
				return nil, err
			}
		}
		if seen != nil {
			if y, err = c.selected(y, x, seen, 0); err != nil {
				return nil, err
			}
		}
		if seen, err = (Call{Graph: c.Graph, Name: c.Name, Inputs: inputs}).anyMask(); err != nil {
			return nil, err
		}
		o, err := op.Extreme(c.Graph.DType, op.ExtremeConfig{Layer: c.Name, Shape: y.Shape, Smallest: smallest})
		if err != nil {
			return nil, err
		}
		if y, err = c.Graph.Apply(o, y, x); err != nil {
			return nil, err
		}
	}
	return []*engine.Tensor{y.WithMask(seen)}, nil
}
