package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Flatten makes one axis of all axes but the batch axis: (n, a, b) to (n, a·b).
// It drops masks.
type Flatten struct {
	Name string
}

// Class implements [Layer].
func (Flatten) Class() string { return "Flatten" }

// GivenName implements [Layer].
func (l Flatten) GivenName() string { return l.Name }

// Build implements [Single].
func (Flatten) Build(in []int) (Built, error) {
	return Built{Out: []int{tensor.Shape(in).TotalSize()}}, nil
}

// Apply implements [Single].
func (Flatten) Apply(c Call) (*engine.Tensor, error) {
	n := c.Input.Shape[0]
	if len(c.Input.Shape) == 2 {
		return c.Input.WithMask(nil), nil
	}
	o, err := op.Reshape(c.Graph.DType, op.ReshapeConfig{
		Layer: c.Name, X: c.Input.Shape, Y: tensor.Shape{n, c.Input.Shape.TotalSize() / n},
	})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, c.Input)
}
