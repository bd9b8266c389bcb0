package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// separable is what SeparableConv1D and SeparableConv2D have in common.
type separable struct{ depthwise, pointwise conv }

func (l separable) build(in []int) (Built, error) {
	first, err := l.depthwise.build(in)
	if err != nil {
		return Built{}, err
	}
	b, err := l.pointwise.build(first.Out)
	if err != nil {
		return Built{}, err
	}
	first.Weights[0].Name, b.Weights[0].Name = "depthwise_kernel", "pointwise_kernel"
	b.Weights = append(first.Weights, b.Weights...)
	return b, nil
}

func (l separable) apply(c Call) (*engine.Tensor, error) {
	first := c
	first.Params = c.Params[:1]
	var err error
	if c.Input, err = l.depthwise.apply(first); err != nil {
		return nil, err
	}
	c.Params = c.Params[1:]
	return l.pointwise.apply(c)
}

// SeparableConv1D is a [DepthwiseConv1D] without bias and activation and then
// a [Conv1D] with windows of one step, which mixes the channels (Chollet 2017).
// Input (n, steps, channels), output (n, outputs, Filters); see [Padding] for
// how many. Weights: depthwise_kernel (KernelSize, channels, DepthMultiplier),
// pointwise_kernel (1, channels·DepthMultiplier, Filters), and bias (Filters)
// unless NoBias. Masks are dropped.
type SeparableConv1D struct {
	Filters         int
	KernelSize      int
	Strides         int     // 0 means 1
	Padding         Padding // Valid or Same
	DilationRate    int     // 0 means 1
	DepthMultiplier int     // 0 means 1
	Activation      ActivationFunc
	NoBias          bool
	// The initializers of kernels are GlorotUniform if nil, BiasInitializer zeros.
	DepthwiseInitializer, PointwiseInitializer, BiasInitializer initializer.Initializer
	DepthwiseRegularizer, PointwiseRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                                         regularizer.Regularizer // of the output
	DepthwiseConstraint, PointwiseConstraint, BiasConstraint    constraint.Constraint
	Frozen                                                      bool
	Name                                                        string
}

// Class implements [Layer].
func (SeparableConv1D) Class() string { return "SeparableConv1D" }

// GivenName implements [Layer].
func (l SeparableConv1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l SeparableConv1D) Build(in []int) (Built, error) { return l.separable().build(in) }

// Apply implements [Single].
func (l SeparableConv1D) Apply(c Call) (*engine.Tensor, error) { return l.separable().apply(c) }

func (l SeparableConv1D) separable() separable {
	return separable{
		depthwise: DepthwiseConv1D{
			KernelSize: l.KernelSize, Strides: l.Strides, Padding: l.Padding, DepthMultiplier: l.DepthMultiplier, DilationRate: l.DilationRate,
			NoBias: true, DepthwiseInitializer: l.DepthwiseInitializer, DepthwiseRegularizer: l.DepthwiseRegularizer,
			DepthwiseConstraint: l.DepthwiseConstraint,
		}.conv(),
		pointwise: Conv1D{
			Filters: l.Filters, KernelSize: 1, Activation: l.Activation, NoBias: l.NoBias,
			KernelInitializer: l.PointwiseInitializer, BiasInitializer: l.BiasInitializer,
			KernelRegularizer: l.PointwiseRegularizer, BiasRegularizer: l.BiasRegularizer, ActivityRegularizer: l.ActivityRegularizer,
			KernelConstraint: l.PointwiseConstraint, BiasConstraint: l.BiasConstraint, Frozen: l.Frozen,
		}.conv(),
	}
}

// SeparableConv2D is a [DepthwiseConv2D] without bias and activation and then
// a [Conv2D] with windows of one pixel, which mixes the channels (Chollet
// 2017). Input (n, rows, columns, channels), output (n, outputs, outputs,
// Filters); see [Padding] for how many. Weights: depthwise_kernel
// (KernelSize..., channels, DepthMultiplier), pointwise_kernel (1, 1,
// channels·DepthMultiplier, Filters), and bias (Filters) unless NoBias. Masks
// are dropped.
type SeparableConv2D struct {
	Filters         int
	KernelSize      [2]int
	Strides         [2]int  // 0 means 1
	Padding         Padding // Valid or Same
	DilationRate    [2]int  // 0 means 1
	DepthMultiplier int     // 0 means 1
	Activation      ActivationFunc
	NoBias          bool
	// The initializers of kernels are GlorotUniform if nil, BiasInitializer zeros.
	DepthwiseInitializer, PointwiseInitializer, BiasInitializer initializer.Initializer
	DepthwiseRegularizer, PointwiseRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                                         regularizer.Regularizer // of the output
	DepthwiseConstraint, PointwiseConstraint, BiasConstraint    constraint.Constraint
	Frozen                                                      bool
	Name                                                        string
}

// Class implements [Layer].
func (SeparableConv2D) Class() string { return "SeparableConv2D" }

// GivenName implements [Layer].
func (l SeparableConv2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l SeparableConv2D) Build(in []int) (Built, error) { return l.separable().build(in) }

// Apply implements [Single].
func (l SeparableConv2D) Apply(c Call) (*engine.Tensor, error) { return l.separable().apply(c) }

func (l SeparableConv2D) separable() separable {
	return separable{
		depthwise: DepthwiseConv2D{
			KernelSize: l.KernelSize, Strides: l.Strides, Padding: l.Padding, DepthMultiplier: l.DepthMultiplier, DilationRate: l.DilationRate,
			NoBias: true, DepthwiseInitializer: l.DepthwiseInitializer, DepthwiseRegularizer: l.DepthwiseRegularizer,
			DepthwiseConstraint: l.DepthwiseConstraint,
		}.conv(),
		pointwise: Conv2D{
			Filters: l.Filters, KernelSize: [2]int{1, 1}, Activation: l.Activation, NoBias: l.NoBias,
			KernelInitializer: l.PointwiseInitializer, BiasInitializer: l.BiasInitializer,
			KernelRegularizer: l.PointwiseRegularizer, BiasRegularizer: l.BiasRegularizer, ActivityRegularizer: l.ActivityRegularizer,
			KernelConstraint: l.PointwiseConstraint, BiasConstraint: l.BiasConstraint, Frozen: l.Frozen,
		}.conv(),
	}
}
