package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Add is the sum of its inputs, two or more. Their shapes agree, or some are
// repeated along axes where they have size 1 or that they lack: (n, d) and
// (n, T, d) give (n, T, d). A timestep counts if the mask of any input
// says so, and all count if an input has no mask, as in Keras.
type Add struct{ Name string }

// Class implements [Layer].
func (Add) Class() string { return "Add" }

// GivenName implements [Layer].
func (l Add) GivenName() string { return l.Name }

// Build implements [Multi].
func (Add) Build(in [][]int) (Built, error) {
	out, err := mergedShape(in)
	return Built{Out: out}, err
}

// Apply implements [Multi].
func (Add) Apply(c Call) ([]*engine.Tensor, error) {
	terms, err := c.merged()
	if err != nil {
		return nil, err
	}
	o, err := op.Add(c.Graph.DType, op.AddConfig{Layer: c.Name, Shape: terms[0].Shape, Terms: len(terms)})
	if err != nil {
		return nil, err
	}
	return c.merge(c.Graph.Apply(o, terms...))
}
