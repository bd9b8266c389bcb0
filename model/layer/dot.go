package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Dot is the sum over one axis of each of its two inputs of their products.
// Axes[0] is the axis of the first, Axes[1] that of the second, counted as in
// Keras: the batch axis is 0, which may not be summed over, -1 is the last.
// Both have one size. The output has the other axes of the first input, then
// those of the second; of flat samples it is (n, 1). With Normalize runs along
// the axes are divided by their lengths before: the cosine of the angle between
// them. It drops masks.
type Dot struct {
	Axes      [2]int
	Normalize bool
	Name      string
}

// Class implements [Layer].
func (Dot) Class() string { return "Dot" }

// GivenName implements [Layer].
func (l Dot) GivenName() string { return l.Name }

// Build implements [Multi].
func (l Dot) Build(in [][]int) (Built, error) {
	if len(in) != 2 {
		return Built{}, fmt.Errorf("expected two inputs, got %d", len(in))
	}
	var out []int
	var axes [2]int
	for i, shape := range in {
		var err error
		if axes[i], err = sampleAxis(l.Axes[i], len(shape)); err != nil {
			return Built{}, err
		}
		out = append(out, slices.Delete(slices.Clone(shape), axes[i], axes[i]+1)...)
	}
	if a, b := in[0][axes[0]], in[1][axes[1]]; a != b {
		return Built{}, fmt.Errorf("expected axes of one size, got %d and %d of shapes %v", a, b, in)
	}
	if len(out) == 0 {
		out = []int{1}
	}
	return Built{Out: out}, nil
}

// Apply implements [Multi].
func (l Dot) Apply(c Call) ([]*engine.Tensor, error) {
	var factors []*engine.Tensor
	y := tensor.Shape{c.Input.Shape[0]}
	for i, x := range c.Inputs {
		axis, err := sampleAxis(l.Axes[i], len(x.Shape)-1)
		if err != nil {
			return nil, err
		}
		order := slices.Delete(indices(0, len(x.Shape)), axis+1, axis+2)
		for _, a := range order[1:] {
			y = append(y, x.Shape[a])
		}
		if x, err = c.transposed(x, append(order, axis+1)); err != nil {
			return nil, err
		}
		n, k := x.Shape[0], x.Shape[len(x.Shape)-1]
		if x, err = c.reshaped(x, tensor.Shape{n, x.Shape.TotalSize() / (n * k), k}); err != nil {
			return nil, err
		}
		if l.Normalize {
			o, err := op.Unit(c.Graph.DType, op.UnitConfig{Layer: c.Name, X: x.Shape, Eps: 1e-7})
			if err != nil {
				return nil, err
			}
			if x, err = c.Graph.Apply(o, x); err != nil {
				return nil, err
			}
		}
		factors = append(factors, x)
	}
	o, err := op.Products(c.Graph.DType, op.ProductsConfig{Layer: c.Name, A: factors[0].Shape, B: factors[1].Shape})
	if err != nil {
		return nil, err
	}
	products, err := c.Graph.Apply(o, factors...)
	if err != nil {
		return nil, err
	}
	if len(y) == 1 {
		y = append(y, 1)
	}
	return one(c.reshaped(products, y))
}
