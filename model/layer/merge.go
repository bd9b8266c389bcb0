package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// What the layers that merge their inputs element by element have in common.

// mergedShape returns the shape that two or more samples are repeated to, so
// that they can be merged element by element.
func mergedShape(in [][]int) ([]int, error) {
	if len(in) < 2 {
		return nil, fmt.Errorf("expected two or more inputs, got %d", len(in))
	}
	var out []int
	for _, shape := range in {
		if len(shape) > len(out) {
			out = slices.Concat(shape[:len(shape)-len(out)], out)
		}
		tail := out[len(out)-len(shape):]
		for i, n := range shape {
			switch {
			case n == tail[i] || n == 1:
			case tail[i] == 1:
				tail[i] = n
			default:
				return nil, fmt.Errorf("expected inputs that agree in size, or have size 1, along each axis, got shapes %v", in)
			}
		}
	}
	return out, nil
}

// merged returns the inputs, each repeated to the merged shape.
func (c Call) merged() ([]*engine.Tensor, error) {
	var samples [][]int
	for _, x := range c.Inputs {
		samples = append(samples, x.Shape[1:])
	}
	out, err := mergedShape(samples)
	if err != nil {
		return nil, err
	}
	shape := append(tensor.Shape{c.Input.Shape[0]}, out...)
	terms := make([]*engine.Tensor, len(c.Inputs))
	for i, x := range c.Inputs {
		if terms[i], err = c.repeated(x, shape); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

// repeated returns x, repeated to a shape along the axes where it has size 1
// or that it lacks after the batch axis.
func (c Call) repeated(x *engine.Tensor, shape tensor.Shape) (*engine.Tensor, error) {
	if slices.Equal([]int(x.Shape), []int(shape)) {
		return x, nil
	}
	if missing := len(shape) - len(x.Shape); missing > 0 {
		long := slices.Concat(tensor.Shape{x.Shape[0]}, orEach(make([]int, missing), 1), x.Shape[1:])
		o, err := op.Reshape(c.Graph.DType, op.ReshapeConfig{Layer: c.Name, X: x.Shape, Y: long})
		if err != nil {
			return nil, err
		}
		if x, err = c.Graph.Apply(o, x); err != nil {
			return nil, err
		}
	}
	o, err := op.Broadcast(c.Graph.DType, op.BroadcastConfig{Layer: c.Name, X: x.Shape, Y: shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}

// merge gives y the union of the inputs' masks.
func (c Call) merge(y *engine.Tensor, err error) ([]*engine.Tensor, error) {
	if err != nil {
		return nil, err
	}
	mask, err := c.anyMask()
	if err != nil {
		return nil, err
	}
	return []*engine.Tensor{y.WithMask(mask)}, nil
}
