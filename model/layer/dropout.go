package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Dropout sets elements to 0 with probability Rate while training and divides
// the others by 1-Rate; it passes its input on otherwise (Srivastava et al.
// 2014). Which elements are dropped follows from the seed of the run, the
// training step and the layer's place in the model. Rate 0 is no dropout,
// Rate 1 drops everything.
type Dropout struct {
	Rate float64
	Name string
}

// Class implements [Layer].
func (Dropout) Class() string { return "Dropout" }

// GivenName implements [Layer].
func (l Dropout) GivenName() string { return l.Name }

// Build implements [Single].
func (l Dropout) Build(in []int) (Built, error) {
	if !(l.Rate >= 0 && l.Rate <= 1) {
		return Built{}, fmt.Errorf("expected a rate from 0 to 1, got %v", l.Rate)
	}
	return Built{Out: in}, nil
}

// Apply implements [Single].
func (l Dropout) Apply(c Call) (*engine.Tensor, error) {
	stream := c.Graph.Stream()
	if !c.Graph.Training || l.Rate == 0 {
		return c.Input, nil
	}
	o, err := op.Dropout(c.Graph.DType, op.DropoutConfig{
		Layer: c.Name, X: c.Input.Shape, Rate: l.Rate, Stream: stream, State: c.Graph.State,
		Offset: uint64(c.Graph.FirstRow * c.Input.Shape.TotalSize() / c.Input.Shape[0]),
	})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}
