package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// DepthwiseConv1D slides a window over sequences, each channel by itself:
// output step t has, for channel c, the DepthMultiplier numbers
//
//	act(b + Σ x[t·Strides + i·DilationRate, c] · W[i, c, m]), one for each m
//
// channel by channel. Input (n, steps, channels), output (n, outputs,
// channels·DepthMultiplier); see [Padding] for how many. Weights: kernel
// (KernelSize, channels, DepthMultiplier), and bias (channels·DepthMultiplier)
// unless NoBias. Unlike a [Conv1D] it may
// have strides and a dilation rate above 1. Masks are dropped.
type DepthwiseConv1D struct {
	KernelSize      int
	Strides         int     // 0 means 1
	Padding         Padding // Valid or Same
	DepthMultiplier int     // 0 means 1
	DilationRate    int     // 0 means 1
	Activation      ActivationFunc
	NoBias          bool
	// DepthwiseInitializer is GlorotUniform if nil, BiasInitializer zeros.
	DepthwiseInitializer, BiasInitializer initializer.Initializer
	DepthwiseRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                   regularizer.Regularizer // of the output
	DepthwiseConstraint, BiasConstraint   constraint.Constraint
	Frozen                                bool
	Name                                  string
}

// Class implements [Layer].
func (DepthwiseConv1D) Class() string { return "DepthwiseConv1D" }

// GivenName implements [Layer].
func (l DepthwiseConv1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l DepthwiseConv1D) Build(in []int) (Built, error) { return l.conv().build(in) }

// Apply implements [Single].
func (l DepthwiseConv1D) Apply(c Call) (*engine.Tensor, error) { return l.conv().apply(c) }

func (l DepthwiseConv1D) conv() conv {
	return conv{
		windows:   newWindows([]int{l.KernelSize}, []int{l.Strides}, []int{l.DilationRate}, l.Padding),
		depthwise: true, depth: orEach([]int{l.DepthMultiplier}, 1)[0], activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.DepthwiseInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.DepthwiseRegularizer, biasReg: l.BiasRegularizer, activity: l.ActivityRegularizer,
		kernelCon: l.DepthwiseConstraint, biasCon: l.BiasConstraint, frozen: l.Frozen,
	}
}

// DepthwiseConv2D slides a window over images, channels last, each channel by
// itself: output pixel (r, c) has, for channel k, the DepthMultiplier numbers
//
//	act(b + Σ x[r·s + i·d, c·s' + j·d', k] · W[i, j, k, m]), one for each m
//
// channel by channel, for strides (s, s') and dilation rates (d, d'). Input (n,
// rows, columns, channels), output (n, outputs, outputs,
// channels·DepthMultiplier); see [Padding] for how many. Weights: kernel
// (KernelSize..., channels, DepthMultiplier), and bias
// (channels·DepthMultiplier) unless NoBias. Unlike a [Conv2D] it may have
// strides and dilation rates above 1. Masks are dropped.
type DepthwiseConv2D struct {
	KernelSize      [2]int
	Strides         [2]int  // 0 means 1
	Padding         Padding // Valid or Same
	DepthMultiplier int     // 0 means 1
	DilationRate    [2]int  // 0 means 1
	Activation      ActivationFunc
	NoBias          bool
	// DepthwiseInitializer is GlorotUniform if nil, BiasInitializer zeros.
	DepthwiseInitializer, BiasInitializer initializer.Initializer
	DepthwiseRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                   regularizer.Regularizer // of the output
	DepthwiseConstraint, BiasConstraint   constraint.Constraint
	Frozen                                bool
	Name                                  string
}

// Class implements [Layer].
func (DepthwiseConv2D) Class() string { return "DepthwiseConv2D" }

// GivenName implements [Layer].
func (l DepthwiseConv2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l DepthwiseConv2D) Build(in []int) (Built, error) { return l.conv().build(in) }

// Apply implements [Single].
func (l DepthwiseConv2D) Apply(c Call) (*engine.Tensor, error) { return l.conv().apply(c) }

func (l DepthwiseConv2D) conv() conv {
	return conv{
		windows:   newWindows(l.KernelSize[:], l.Strides[:], l.DilationRate[:], l.Padding),
		depthwise: true, depth: orEach([]int{l.DepthMultiplier}, 1)[0], activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.DepthwiseInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.DepthwiseRegularizer, biasReg: l.BiasRegularizer, activity: l.ActivityRegularizer,
		kernelCon: l.DepthwiseConstraint, biasCon: l.BiasConstraint, frozen: l.Frozen,
	}
}
