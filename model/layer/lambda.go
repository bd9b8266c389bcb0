package layer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/gorgonia"
)

// Lambda is a Gorgonia expression of your own as a layer:
//
//	layer.Lambda{Function: func(in []*gorgonia.Node) (*gorgonia.Node, error) {
//		return gorgonia.Square(in[0])
//	}}
//
// Gorgonia differentiates it. The nodes have the batch axis in front; the
// expression sees the batch whole, which keeps a small network from being cut
// into parts. Gorgonia's own operations allocate memory at each step and run on
// one core; some of them are wrong for some shapes, so compare the gradient with
// finite differences before relying on it. It drops masks, and a model that has
// one cannot be saved with its layers.
type Lambda struct {
	// Function adds the expression to the graph of the inputs. It is called for
	// each batch size, and must use nothing of other graphs.
	Function func(in []*gorgonia.Node) (*gorgonia.Node, error)
	// OutputShape is that of a sample of the output; nil is that of the first
	// input.
	OutputShape []int
	Name        string
}

// Class implements [Layer].
func (Lambda) Class() string { return "Lambda" }

// GivenName implements [Layer].
func (l Lambda) GivenName() string { return l.Name }

// Build implements [Multi].
func (l Lambda) Build(in [][]int) (Built, error) {
	switch {
	case l.Function == nil:
		return Built{}, errors.New("the function is nil, expected one")
	case len(in) == 0:
		return Built{}, errors.New("expected one or more inputs, got none")
	case l.OutputShape == nil:
		return Built{Out: slices.Clone(in[0])}, nil
	case len(l.OutputShape) == 0 || anyBelow1(l.OutputShape):
		return Built{}, fmt.Errorf("expected an output shape with sizes of at least 1, got %v", l.OutputShape)
	}
	return Built{Out: slices.Clone(l.OutputShape)}, nil
}

// Apply implements [Multi].
func (l Lambda) Apply(c Call) (ys []*engine.Tensor, err error) {
	defer func() { // Gorgonia reports many mistakes by panics
		if r := recover(); r != nil {
			ys, err = nil, fmt.Errorf("panic: %v", r)
		}
	}()
	var in []*gorgonia.Node
	differentiable := false
	for _, x := range c.Inputs {
		in = append(in, x.Node)
		differentiable = differentiable || x.Differentiable
	}
	node, err := l.Function(in)
	if err == nil && node == nil {
		err = errors.New("the expression is nil")
	}
	if err != nil {
		return nil, err
	}
	want := c.Input.Shape
	if l.OutputShape != nil {
		want = append(want[:1].Clone(), l.OutputShape...)
	}
	if !slices.Equal([]int(node.Shape()), []int(want)) || node.Dtype() != c.Graph.DType {
		return nil, fmt.Errorf("the expression has shape %v of %v, expected %v of %v", node.Shape(), node.Dtype(), want, c.Graph.DType)
	}
	o, err := op.Reshape(c.Graph.DType, op.ReshapeConfig{Layer: c.Name, X: want, Y: want, Together: true})
	if err != nil {
		return nil, err
	}
	return one(c.Graph.Apply(o, &engine.Tensor{Node: node, Shape: want, Differentiable: differentiable}))
}
