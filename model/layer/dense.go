package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Dense computes act(x·W + b) on the last axis of x. Input (n, ..., d), output
// (n, ..., Units). Weights: kernel (d, Units), and bias (Units) unless NoBias.
type Dense struct {
	Units      int
	Activation ActivationFunc
	NoBias     bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (Dense) Class() string { return "Dense" }

// GivenName implements [Layer].
func (l Dense) GivenName() string { return l.Name }

// Build implements [Single].
func (l Dense) Build(in []int) (Built, error) {
	if l.Units < 1 {
		return Built{}, fmt.Errorf("expected at least 1 unit, got %d", l.Units)
	}
	out, err := l.Activation.outShape(append(in[:len(in)-1:len(in)-1], l.Units))
	if err != nil {
		return Built{}, err
	}
	b := Built{Out: out, Frozen: l.Frozen, Weights: []Weight{{
		Name: "kernel", Shape: []int{in[len(in)-1], l.Units}, Initializer: orInit(l.KernelInitializer, initializer.GlorotUniform{}),
		Regularizer: l.KernelRegularizer, Constraint: l.KernelConstraint,
	}}}
	if !l.NoBias {
		b.Weights = append(b.Weights, Weight{
			Name: "bias", Shape: []int{l.Units}, Initializer: orInit(l.BiasInitializer, initializer.Constant{}),
			Regularizer: l.BiasRegularizer, Constraint: l.BiasConstraint,
		})
	}
	return b, nil
}

// Apply implements [Single].
func (l Dense) Apply(c Call) (*engine.Tensor, error) {
	config := op.DenseConfig{
		Layer: c.Name, X: c.Input.Shape, Units: l.Units, Bias: !l.NoBias, InputGrad: c.Input.Differentiable,
		Shared: c.Graph.Shared,
	}
	fused := l.Activation.fusable()
	if fused {
		config.Activation, _ = l.Activation.elementwise()
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	o, err := op.Dense(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, append([]*engine.Tensor{c.Input}, params...)...)
	if err == nil && !fused {
		y, err = l.Activation.apply(c.Graph, c.Name, y)
	}
	return c.Masked(c.penalize(l.ActivityRegularizer, y, err))
}

func orInit(i, def initializer.Initializer) initializer.Initializer {
	if i == nil {
		return def
	}
	return i
}
