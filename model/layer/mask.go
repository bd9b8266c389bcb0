package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Masked passes the mask of the call's first input on to y. It takes what
// Graph.Apply returns, so that the Apply of a layer may end in
//
//	return c.Masked(c.Graph.Apply(o, c.Input))
//
// A layer that does not call it drops the mask; so do layers after which there
// are no timesteps.
func (c Call) Masked(y *engine.Tensor, err error) (*engine.Tensor, error) {
	if err != nil || c.Input == nil {
		return y, err
	}
	return y.WithMask(c.Input.Mask), nil
}

// UsesMask reports whether what a layer computes depends on the mask of its
// input, beside what becomes of the mask.
func UsesMask(l Layer) bool {
	switch l := l.(type) {
	case LSTM, GRU, SimpleRNN, RNN, Bidirectional, Attention, AdditiveAttention, MultiHeadAttention,
		BatchNormalization, GlobalAveragePooling1D, SoftmaxLayer:
		return true
	case TimeDistributed:
		return UsesMask(l.Layer)
	}
	return false
}

// Merges reports whether a layer brings the masks of several inputs together:
// where one has none, all timesteps count.
func Merges(l Layer) bool {
	switch l.(type) {
	case Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate:
		return true
	}
	return false
}

// anyMask returns a mask of 1 where the mask of any input is, nil where an
// input has none: it counts everywhere. A mask of one timestep is that of all
// timesteps of the others.
func (c Call) anyMask() (*engine.Tensor, error) {
	var masks []*engine.Tensor
	var shape tensor.Shape // of all masks, repeated along axes of size 1
	for _, x := range c.Inputs {
		switch {
		case x.Mask == nil:
			return nil, nil
		case slices.Contains(masks, x.Mask):
			continue
		case shape == nil:
			shape = x.Mask.Shape.Clone()
		case len(x.Mask.Shape) != len(shape):
			return nil, fmt.Errorf("expected masks of as many axes, got shapes %v and %v", shape, x.Mask.Shape)
		}
		for i, n := range x.Mask.Shape {
			if n != shape[i] && n != 1 && shape[i] != 1 {
				return nil, fmt.Errorf("expected masks of one shape, got %v and %v", shape, x.Mask.Shape)
			}
			shape[i] = max(shape[i], n)
		}
		masks = append(masks, x.Mask)
	}
	for i, mask := range masks {
		whole, err := c.repeated(mask, shape)
		if err != nil {
			return nil, err
		}
		masks[i] = whole
	}
	if len(masks) == 1 {
		return masks[0], nil
	}
	o, err := op.Any(c.Graph.DType, op.AnyConfig{Layer: c.Name, Shape: shape, Masks: len(masks)})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, masks...)
}

// differs returns a mask of 1 where numbers of the input, or rows along its
// last axis, are not value.
func (c Call) differs(value float64, last bool) (*engine.Tensor, error) {
	o, err := op.Mask(c.Graph.DType, op.MaskConfig{Layer: c.Name, X: c.Input.Shape, Last: last, Value: value})
	if err != nil {
		return nil, err
	}
	mask, err := c.Graph.Apply(o, c.Input)
	if err != nil {
		return nil, err
	}
	mask.Differentiable = false
	return mask, nil
}
