package layer

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/initializer"
)

// Layer is one of the structs of this package. It is a description: a model
// owns the weights, so one value may stand in several models.
type Layer interface {
	// Class is Keras's name of the kind of layer, such as "Dense".
	Class() string
	// GivenName is the name that the user gave, or "".
	GivenName() string
	// Build says which shape the layer makes of a sample of shape in, which
	// has at least one axis and no size below 1, and which weights it needs.
	// For an input layer in is nil.
	Build(in []int) (Built, error)
	// Apply adds the layer's operations to a graph. It is called by package model.
	Apply(c Call) (*engine.Tensor, error)
}

// Built is a layer's answer to an input shape.
type Built struct {
	Out     []int // shape of one sample of the output
	Weights []Weight
}

// Weight describes an array that a layer needs.
type Weight struct {
	Name        string // "kernel"
	Shape       []int
	Initializer initializer.Initializer
	Fixed       bool // a statistic, not moved by the optimizer
}

// Call is one use of a layer in a graph.
type Call struct {
	Graph  *engine.Graph
	Name   string          // of the layer, unique in its model
	Params []*engine.Param // in the order of Built.Weights
	Input  *engine.Tensor
}

// Zero stands for an explicit 0 in fields where 0 means a default that is not
// 0. It is the smallest number above 0, and 0 in any computation that follows.
const Zero = math.SmallestNonzeroFloat64

func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

// params adds all of a call's parameters to its graph.
func (c Call) params() ([]*engine.Tensor, error) {
	tensors := make([]*engine.Tensor, len(c.Params))
	for i, p := range c.Params {
		t, err := c.Graph.Param(p)
		if err != nil {
			return nil, err
		}
		tensors[i] = t
	}
	return tensors, nil
}
