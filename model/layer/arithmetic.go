package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Subtract is the first of its two inputs less the second. Shapes and masks
// are as in [Add].
type Subtract struct{ Name string }

// Average is the mean of its inputs, two or more. Shapes and masks are as in
// [Add]: what is masked takes part in the mean.
type Average struct{ Name string }

// Multiply is the product of its inputs, two or more, element by element.
// Shapes are as in [Add]. Masked timesteps of an input count as 1. A timestep of
// the output counts if the mask of any input says so, and is 0 otherwise; all
// count if an input has no mask.
type Multiply struct{ Name string }

// Class implements [Layer].
func (Subtract) Class() string { return "Subtract" }

// Class implements [Layer].
func (Average) Class() string { return "Average" }

// Class implements [Layer].
func (Multiply) Class() string { return "Multiply" }

// GivenName implements [Layer].
func (l Subtract) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l Average) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l Multiply) GivenName() string { return l.Name }

// Build implements [Multi].
func (Subtract) Build(in [][]int) (Built, error) {
	if len(in) != 2 {
		return Built{}, fmt.Errorf("expected two inputs, got %d", len(in))
	}
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Build implements [Multi].
func (Average) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Build implements [Multi].
func (Multiply) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Apply implements [Multi].
func (Subtract) Apply(c Call) ([]*engine.Tensor, error) { return c.sum([]float64{1, -1}) }

// Apply implements [Multi].
func (Average) Apply(c Call) ([]*engine.Tensor, error) {
	return c.sum(slices.Repeat([]float64{1 / float64(len(c.Inputs))}, len(c.Inputs)))
}

// sum is the sum of the inputs, each times a factor, nil for ones.
func (c Call) sum(factors []float64) ([]*engine.Tensor, error) {
	terms, err := c.merged()
	if err != nil {
		return nil, err
	}
	o, err := op.Add(c.Graph.DType, op.AddConfig{Layer: c.Name, Shape: terms[0].Shape, Terms: len(terms), Factors: factors})
	if err != nil {
		return nil, err
	}
	return c.merge(c.Graph.Apply(o, terms...))
}

// Apply implements [Multi].
func (Multiply) Apply(c Call) ([]*engine.Tensor, error) {
	inputs := c.Inputs
	c.Inputs = slices.Clone(inputs) // those of the caller stay
	masked := true
	for i, x := range inputs {
		if x.Mask == nil {
			masked = false
			continue
		}
		y, err := c.selected(x, nil, x.Mask, 1)
		if err != nil {
			return nil, err
		}
		c.Inputs[i] = y.WithMask(x.Mask)
	}
	factors, err := c.merged()
	if err != nil {
		return nil, err
	}
	o, err := op.Multiply(c.Graph.DType, op.MultiplyConfig{Layer: c.Name, Shape: factors[0].Shape, Factors: len(factors)})
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, factors...)
	if err != nil || !masked {
		return one(y, err)
	}
	mask, err := c.anyMask()
	if err != nil {
		return nil, err
	}
	y, err = c.multiplyRows(y, mask)
	if err != nil {
		return nil, err
	}
	return []*engine.Tensor{y.WithMask(mask)}, nil
}

// selected is x where a mask is not 0, and other, or fill if other is nil,
// elsewhere.
func (c Call) selected(x, other, mask *engine.Tensor, fill float64) (*engine.Tensor, error) {
	mask, err := c.over(mask, x)
	if err != nil {
		return nil, err
	}
	o, err := op.Select(c.Graph.DType, op.SelectConfig{Layer: c.Name, X: x.Shape, Mask: mask.Shape, Fill: fill, Other: other != nil})
	if err != nil {
		return nil, err
	}
	if other == nil {
		return c.Graph.Apply(o, x, mask)
	}
	return c.Graph.Apply(o, x, other, mask)
}

// multiplyRows is x times a mask along its leading axes.
func (c Call) multiplyRows(x, mask *engine.Tensor) (*engine.Tensor, error) {
	mask, err := c.over(mask, x)
	if err != nil {
		return nil, err
	}
	o, err := op.MultiplyRows(c.Graph.DType, op.MultiplyRowsConfig{Layer: c.Name, X: x.Shape, Factors: mask.Shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x, mask)
}

// over repeats a mask of one timestep to those of x.
func (c Call) over(mask, x *engine.Tensor) (*engine.Tensor, error) {
	if len(mask.Shape) > len(x.Shape) {
		return nil, fmt.Errorf("expected a mask of timesteps of shape %v, got shape %v", x.Shape, mask.Shape)
	}
	return c.repeated(mask, x.Shape[:len(mask.Shape)])
}
