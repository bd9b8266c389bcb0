package layer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Layer is one of the structs of this package, or a user's own. It is a
// description: a model owns the weights, so one value may stand in several
// models. Each is also a [Single] or a [Multi].
type Layer interface {
	// Class is Keras's name of the kind of layer, such as "Dense".
	Class() string
	// GivenName is the name that the user gave, or "".
	GivenName() string
}

// Single is a layer of one input and one output.
type Single interface {
	Layer
	// Build says which shape the layer makes of a sample of shape in, which
	// has at least one axis and no size below 1, and which weights it needs.
	// For an input layer in is nil.
	Build(in []int) (Built, error)
	// Apply adds the layer's operations to a graph. It is called by package
	// model. What it returns has no mask unless Apply gives it one: see
	// [Call.Masked].
	Apply(c Call) (*engine.Tensor, error)
}

// Multi is a layer of several inputs or several outputs, or of a number of
// them that depends on its use.
type Multi interface {
	Layer
	// Build is as that of [Single], with a shape for each input. It checks how
	// many there are.
	Build(in [][]int) (Built, error)
	// Apply is as that of [Single], on Call.Inputs. It returns as many outputs
	// as Build announced.
	Apply(c Call) ([]*engine.Tensor, error)
}

// Built is a layer's answer to the shapes of its inputs.
type Built struct {
	Out     []int   // shape of one sample of the output
	Outs    [][]int // in place of Out, where there may be several outputs
	Weights []Weight
	// Params are arrays that the layer has already, in place of Weights: those
	// of a model that is used as a layer.
	Params []*engine.Param
	// States are the shapes, for one row, of what the layer keeps from one batch
	// to the next. They are no weights; the model's inputs say how many rows.
	States [][]int
	Frozen bool // the weights are not trained unless the model is told to
}

// Weight describes an array that a layer needs.
type Weight struct {
	Name        string // "kernel"
	Shape       []int  // without axes for a scalar: see [Call.Params]
	Initializer initializer.Initializer
	Regularizer regularizer.Regularizer // nil for none
	Constraint  constraint.Constraint   // nil for none
	Fixed       bool                    // a statistic, not moved by the optimizer
}

// Call is one use of a layer in a graph.
type Call struct {
	Graph  *engine.Graph
	Name   string           // of the layer, unique in its model
	Params []*engine.Param  // in the order of Built.Weights; a scalar has shape (1) in the graph
	States []*engine.Param  // in the order of Built.States
	Input  *engine.Tensor   // the first of Inputs
	Inputs []*engine.Tensor // with their masks
	// Frozen is set where the layer's weights are not trained. Most layers need
	// not look; one that keeps statistics works as in inference.
	Frozen bool
}

// Build asks a layer of either kind what it makes of samples of some shapes;
// none for an input layer. It sets Built.Outs.
func Build(l Layer, in [][]int) (b Built, err error) {
	switch l := l.(type) {
	case Multi:
		b, err = l.Build(in)
	case Single:
		var only []int
		switch _, isInput := l.(Input); {
		case isInput && len(in) == 0:
		case len(in) == 1:
			only = in[0]
		default:
			return Built{}, fmt.Errorf("expected one input, got %d", len(in))
		}
		b, err = l.Build(only)
	default:
		return Built{}, fmt.Errorf("%T has no Build and Apply, neither those of a layer.Single nor those of a layer.Multi", l)
	}
	if err == nil && b.Outs == nil {
		b.Outs = [][]int{b.Out}
	}
	return b, err
}

// Apply adds the operations of a layer of either kind to a graph.
func Apply(l Layer, c Call) ([]*engine.Tensor, error) {
	if len(c.Inputs) > 0 {
		c.Input = c.Inputs[0]
	}
	if l, ok := l.(Multi); ok {
		return l.Apply(c)
	}
	return one(l.(Single).Apply(c))
}

// one is the answer of a [Multi] with one output.
func one(y *engine.Tensor, err error) ([]*engine.Tensor, error) {
	if err != nil {
		return nil, err
	}
	return []*engine.Tensor{y}, nil
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

// penalize adds a layer's activity regularizer, nil for none, to the loss.
func (c Call) penalize(r regularizer.Regularizer, y *engine.Tensor, err error) (*engine.Tensor, error) {
	if r == nil || err != nil {
		return y, err
	}
	return y, c.Graph.Penalize(c.Name, r, y)
}
