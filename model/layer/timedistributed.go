package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// TimeDistributed applies a layer to each timestep, with the same weights.
// Input (n, T, ...), at least three axes with the batch; output (n, T, ...) of
// what Layer makes of a timestep. Weights: those of Layer, dense/kernel and so
// on. A mask (n, T) is passed on; of a mask (n, T, ...) each timestep's part is
// the mask of Layer's input. A layer that keeps statistics, such as
// [BatchNormalization], moves them once for each timestep in training.
type TimeDistributed struct {
	Layer Layer // of one input and one output
	Name  string
}

// Class implements [Layer].
func (TimeDistributed) Class() string { return "TimeDistributed" }

// GivenName implements [Layer].
func (l TimeDistributed) GivenName() string { return l.Name }

// Build implements [Single].
func (l TimeDistributed) Build(in []int) (Built, error) {
	if l.Layer == nil {
		return Built{}, fmt.Errorf("expected a layer to apply to each timestep, got nil")
	}
	if len(in) < 2 {
		return Built{}, fmt.Errorf("expected sequences, of shape (timesteps, ...), got shape %v", in)
	}
	b, err := Build(l.Layer, [][]int{slices.Clone(in[1:])})
	if err != nil {
		return Built{}, fmt.Errorf("%s: %w", nameOf(l.Layer), err)
	}
	if b.States != nil {
		return Built{}, fmt.Errorf("expected a layer that keeps no states between batches, got a stateful %s", l.Layer.Class())
	}
	if len(b.Outs) != 1 {
		return Built{}, fmt.Errorf("expected a layer of one output, got %d", len(b.Outs))
	}
	b.Out = append([]int{in[0]}, b.Outs[0]...)
	b.Outs = nil
	for i, w := range b.Weights {
		b.Weights[i].Name = nameOf(l.Layer) + "/" + w.Name
	}
	return b, nil
}

// Apply implements [Single].
func (l TimeDistributed) Apply(c Call) (*engine.Tensor, error) {
	shape := c.Input.Shape
	built, err := Build(l.Layer, [][]int{slices.Clone(shape[2:])})
	if err != nil {
		return nil, err
	}
	of := c
	of.Name = c.Name + "/" + nameOf(l.Layer)
	keeps := slices.ContainsFunc(built.Weights, func(w Weight) bool { return w.Fixed })
	if keeps && c.Graph.Training && !c.Frozen {
		return c.Masked(l.stepByStep(of))
	}
	// All timesteps are rows of one batch.
	rows, steps := shape[0], shape[1]
	x, err := of.reshaped(c.Input, append(tensor.Shape{rows * steps}, shape[2:]...))
	if err != nil {
		return nil, err
	}
	if mask := c.Input.Mask; mask != nil && len(mask.Shape) > 2 {
		mask, err := of.reshaped(mask, append(tensor.Shape{rows * steps}, mask.Shape[2:]...))
		if err != nil {
			return nil, err
		}
		x = x.WithMask(mask)
	}
	first := c.Graph.FirstRow
	c.Graph.FirstRow = first * steps
	y, err := of.inner(l.Layer, x)
	c.Graph.FirstRow = first
	if err != nil {
		return nil, err
	}
	return c.Masked(of.reshaped(y, append(tensor.Shape{rows, steps}, y.Shape[1:]...)))
}

// stepByStep applies the layer to one timestep after the other.
func (l TimeDistributed) stepByStep(c Call) (*engine.Tensor, error) {
	var outs []*engine.Tensor
	steps := c.Input.Shape[1]
	for t := range steps {
		x, err := c.step(c.Input, t)
		if err != nil {
			return nil, err
		}
		if mask := c.Input.Mask; mask != nil && len(mask.Shape) > 2 {
			mask, err := c.step(mask, t)
			if err != nil {
				return nil, err
			}
			x = x.WithMask(mask)
		}
		y, err := c.inner(l.Layer, x)
		if err != nil {
			return nil, err
		}
		outs = append(outs, y)
	}
	o, err := op.Stack(c.Graph.DType, op.StackConfig{Layer: c.Name, X: outs[0].Shape, Steps: steps})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, outs...)
}

// inner applies a layer of one input and one output.
func (c Call) inner(l Layer, x *engine.Tensor) (*engine.Tensor, error) {
	c.Inputs = []*engine.Tensor{x}
	outs, err := Apply(l, c)
	if err != nil {
		return nil, err
	}
	return outs[0], nil
}

// step returns a timestep of x.
func (c Call) step(x *engine.Tensor, t int) (*engine.Tensor, error) {
	shape := append(tensor.Shape{x.Shape[0]}, x.Shape[2:]...)
	o, err := op.Columns(c.Graph.DType, op.ColumnsConfig{Layer: c.Name, X: x.Shape, From: t * (shape.TotalSize() / shape[0]), Y: shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}
