package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
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

// anyMask returns a mask of 1 where the mask of any input is, nil where an
// input has none: it counts everywhere.
func (c Call) anyMask() (*engine.Tensor, error) {
	var masks []*engine.Tensor
	for _, x := range c.Inputs {
		switch {
		case x.Mask == nil:
			return nil, nil
		case slices.Contains(masks, x.Mask):
			continue
		case len(masks) > 0 && !slices.Equal([]int(x.Mask.Shape), []int(masks[0].Shape)):
			return nil, fmt.Errorf("expected masks of one shape, got %v and %v", masks[0].Shape, x.Mask.Shape)
		}
		masks = append(masks, x.Mask)
	}
	if len(masks) == 1 {
		return masks[0], nil
	}
	o, err := op.Any(c.Graph.DType, op.AnyConfig{Layer: c.Name, Shape: masks[0].Shape, Masks: len(masks)})
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
