package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Concatenate puts its inputs, one or more, one behind the other along an axis;
// along the others they agree. Axes are counted as in Keras: the batch axis is
// 0, timesteps are 1, and -1 is the last.
//
// Along the timesteps masks are put behind each other, too, ones where an input
// has none. Along another axis a timestep counts if the mask of any input says
// so; all count if an input has no mask.
type Concatenate struct {
	Axis int // -1 if 0
	Name string
}

// Class implements [Layer].
func (Concatenate) Class() string { return "Concatenate" }

// GivenName implements [Layer].
func (l Concatenate) GivenName() string { return l.Name }

// Build implements [Multi].
func (l Concatenate) Build(in [][]int) (Built, error) {
	if len(in) == 0 {
		return Built{}, fmt.Errorf("expected one or more inputs, got none")
	}
	axis, err := sampleAxis(l.axis(), len(in[0]))
	if err != nil {
		return Built{}, err
	}
	out := slices.Clone(in[0])
	for _, shape := range in[1:] {
		fits := len(shape) == len(out)
		for i := 0; fits && i < len(out); i++ {
			fits = i == axis || shape[i] == out[i]
		}
		if !fits {
			return Built{}, fmt.Errorf("expected inputs that agree in size along each axis but axis %d, got shapes %v", l.axis(), in)
		}
		out[axis] += shape[axis]
	}
	return Built{Out: out}, nil
}

func (l Concatenate) axis() int {
	if l.Axis == 0 {
		return -1
	}
	return l.Axis
}

// sampleAxis returns the place in the shape of a sample, which has so many
// axes, of an axis that is counted with the batch axis, or from the end.
func sampleAxis(axis, axes int) (int, error) {
	at := axis - 1
	if axis < 0 {
		at = axes + axis
	}
	if at < 0 || at >= axes {
		return 0, fmt.Errorf("expected an axis from 1 to %d or from -%d to -1, got %d", axes, axes, axis)
	}
	return at, nil
}

// Apply implements [Multi].
func (l Concatenate) Apply(c Call) ([]*engine.Tensor, error) {
	axis, err := sampleAxis(l.axis(), len(c.Input.Shape)-1)
	if err != nil {
		return nil, err
	}
	config := op.ConcatenateConfig{Layer: c.Name, Axis: axis + 1}
	for _, x := range c.Inputs {
		config.Parts = append(config.Parts, x.Shape)
	}
	o, err := op.Concatenate(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, c.Inputs...)
	if axis > 0 {
		return c.merge(y, err)
	}
	if err != nil {
		return nil, err
	}
	mask, err := c.masksInTurn()
	if err != nil {
		return nil, err
	}
	return []*engine.Tensor{y.WithMask(mask)}, nil
}

// masksInTurn returns the masks of the inputs, one behind the other; nil if
// none has one.
func (c Call) masksInTurn() (*engine.Tensor, error) {
	config := op.ConcatenateConfig{Layer: c.Name, Axis: 1}
	var masks []*engine.Tensor
	for _, x := range c.Inputs {
		config.Ones = append(config.Ones, x.Mask == nil)
		if x.Mask != nil {
			masks = append(masks, x.Mask)
			config.Parts = append(config.Parts, x.Mask.Shape)
			continue
		}
		config.Parts = append(config.Parts, tensor.Shape{x.Shape[0], x.Shape[1]})
	}
	if len(masks) == 0 {
		return nil, nil
	}
	o, err := op.Concatenate(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, masks...)
}
