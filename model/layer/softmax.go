package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// SoftmaxLayer is exp(x) / Σ exp(x), summed over an axis, or over several axes
// together. Axes are counted as in Keras: the batch axis, which may not be
// among them, is 0, and -1 is the last. It is Keras's layer Softmax; [Softmax]
// is the function.
//
// Masked timesteps take no part and are 0; so is all that lies in them where
// the sum is over other axes. Keras compares a mask with the last axes instead,
// which is the same for input of shape (n, T). The mask passes through.
type SoftmaxLayer struct {
	Axis []int // {-1} if nil
	Name string
}

// Class implements [Layer].
func (SoftmaxLayer) Class() string { return "Softmax" }

// GivenName implements [Layer].
func (l SoftmaxLayer) GivenName() string { return l.Name }

// Build implements [Single].
func (l SoftmaxLayer) Build(in []int) (Built, error) {
	_, err := l.axes(len(in))
	return Built{Out: in}, err
}

// axes are counted from the batch axis on.
func (l SoftmaxLayer) axes(n int) ([]int, error) {
	if l.Axis == nil {
		return []int{n}, nil
	}
	var axes []int
	for _, a := range l.Axis {
		at, err := sampleAxis(a, n)
		if err != nil {
			return nil, err
		}
		axes = append(axes, at+1)
	}
	slices.Sort(axes)
	if len(axes) == 0 || len(slices.Compact(slices.Clone(axes))) < len(axes) {
		return nil, fmt.Errorf("expected one or more different axes, got %v", l.Axis)
	}
	return axes, nil
}

// Apply implements [Single].
func (l SoftmaxLayer) Apply(c Call) (*engine.Tensor, error) {
	axes, err := l.axes(len(c.Input.Shape) - 1)
	if err != nil {
		return nil, err
	}
	mask := c.Input.Mask
	if mask == nil {
		return c.softmax(c.Input, axes)
	}
	x, err := c.selected(c.Input, nil, mask, -1e9)
	if err != nil {
		return nil, err
	}
	y, err := c.softmax(x, axes)
	if err != nil {
		return nil, err
	}
	return c.Masked(c.multiplyRows(y, mask))
}

// softmax sums over some axes, brought behind the others and made one.
func (c Call) softmax(x *engine.Tensor, axes []int) (*engine.Tensor, error) {
	if len(axes) == 1 && axes[0] == len(x.Shape)-1 {
		return Softmax.apply(c.Graph, c.Name, x)
	}
	order := slices.DeleteFunc(indices(0, len(x.Shape)), func(a int) bool { return slices.Contains(axes, a) })
	rest := len(order)
	order = append(order, axes...)
	back := make([]int, len(order))
	for i, a := range order {
		back[a] = i
	}
	y, err := c.transposed(x, order)
	if err != nil {
		return nil, err
	}
	turned := y.Shape
	if y, err = c.reshaped(y, append(turned[:rest].Clone(), tensor.Shape(turned[rest:]).TotalSize())); err != nil {
		return nil, err
	}
	if y, err = Softmax.apply(c.Graph, c.Name, y); err != nil {
		return nil, err
	}
	if y, err = c.reshaped(y, turned); err != nil {
		return nil, err
	}
	return c.transposed(y, back)
}
