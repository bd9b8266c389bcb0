package layer

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// ReLULayer is x above Threshold, at most MaxValue, and
// NegativeSlope·(x-Threshold) below. It is Keras's layer ReLU; [ReLU] is the
// function. Masks pass through, as with all layers of this file.
type ReLULayer struct {
	MaxValue      float64 // no limit if 0; [Zero] for 0
	NegativeSlope float64
	Threshold     float64
	Name          string
}

// LeakyReLULayer is x, or NegativeSlope·x below 0. It is Keras's layer
// LeakyReLU; [LeakyReLU] is the function, whose slope is 0.2.
type LeakyReLULayer struct {
	NegativeSlope float64 // 0.3 if 0; [Zero] for 0
	Name          string
}

// ELULayer is x, or Alpha·(exp(x)-1) below 0. It is Keras's layer ELU; [ELU]
// is the function.
type ELULayer struct {
	Alpha float64 // 1 if 0; [Zero] for 0
	Name  string
}

// PReLU is x, or alpha·x below 0 (He et al. 2015). Weights: alpha, of the shape
// of a sample, with size 1 along SharedAxes, which are counted from 1.
type PReLU struct {
	AlphaInitializer initializer.Initializer // zeros if nil
	AlphaRegularizer regularizer.Regularizer
	AlphaConstraint  constraint.Constraint
	SharedAxes       []int
	Frozen           bool
	Name             string
}

// Class implements [Layer].
func (ReLULayer) Class() string { return "ReLU" }

// Class implements [Layer].
func (LeakyReLULayer) Class() string { return "LeakyReLU" }

// Class implements [Layer].
func (ELULayer) Class() string { return "ELU" }

// Class implements [Layer].
func (PReLU) Class() string { return "PReLU" }

// GivenName implements [Layer].
func (l ReLULayer) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l LeakyReLULayer) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l ELULayer) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l PReLU) GivenName() string { return l.Name }

// Build implements [Single].
func (l ReLULayer) Build(in []int) (Built, error) {
	for _, s := range []struct {
		what  string
		value float64
	}{{"maximum", l.MaxValue}, {"negative slope", l.NegativeSlope}, {"threshold", l.Threshold}} {
		if !(s.value >= 0 && s.value <= math.MaxFloat64) {
			return Built{}, fmt.Errorf("expected a finite %s of at least 0, got %v", s.what, s.value)
		}
	}
	return Built{Out: in}, nil
}

// Build implements [Single].
func (l LeakyReLULayer) Build(in []int) (Built, error) {
	return ReLULayer{NegativeSlope: l.NegativeSlope}.Build(in)
}

// Build implements [Single].
func (l ELULayer) Build(in []int) (Built, error) {
	if math.IsNaN(l.Alpha) || math.IsInf(l.Alpha, 0) {
		return Built{}, fmt.Errorf("expected a finite alpha, got %v", l.Alpha)
	}
	return Built{Out: in}, nil
}

// Build implements [Single].
func (l PReLU) Build(in []int) (Built, error) {
	shape := slices.Clone(in)
	for _, axis := range l.SharedAxes {
		if axis < 1 || axis > len(in) {
			return Built{}, fmt.Errorf("expected shared axes from 1 to %d, for samples of shape %v, got %v", len(in), in, l.SharedAxes)
		}
		shape[axis-1] = 1
	}
	return Built{Out: in, Frozen: l.Frozen, Weights: []Weight{{
		Name: "alpha", Shape: shape, Initializer: orInit(l.AlphaInitializer, initializer.Constant{}),
		Regularizer: l.AlphaRegularizer, Constraint: l.AlphaConstraint,
	}}}, nil
}

// Apply implements [Single].
func (l ReLULayer) Apply(c Call) (*engine.Tensor, error) {
	return c.rectify(kernel.Rectifier{Slope: l.NegativeSlope, Max: or(l.MaxValue, math.Inf(1)), Threshold: l.Threshold})
}

// Apply implements [Single].
func (l LeakyReLULayer) Apply(c Call) (*engine.Tensor, error) {
	return c.rectify(kernel.Rectifier{Slope: or(l.NegativeSlope, 0.3), Max: math.Inf(1)})
}

func (c Call) rectify(r kernel.Rectifier) (*engine.Tensor, error) {
	o, err := op.Rectify(c.Graph.DType, op.RectifyConfig{Layer: c.Name, X: c.Input.Shape, Rectifier: r})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}

// Apply implements [Single].
func (l ELULayer) Apply(c Call) (*engine.Tensor, error) {
	o, err := op.ELU(c.Graph.DType, op.ELUConfig{Layer: c.Name, X: c.Input.Shape, Alpha: or(l.Alpha, 1)})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}

// Apply implements [Single].
func (l PReLU) Apply(c Call) (*engine.Tensor, error) {
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	alpha, err := c.reshaped(params[0], slices.Concat(tensor.Shape{1}, params[0].Shape))
	if err != nil {
		return nil, err
	}
	if alpha, err = c.repeated(alpha, c.Input.Shape); err != nil {
		return nil, err
	}
	o, err := op.PReLU(c.Graph.DType, op.PReLUConfig{Layer: c.Name, X: c.Input.Shape})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input, alpha))
}
