package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// convTranspose is what Conv1DTranspose and Conv2DTranspose have in common.
type convTranspose struct {
	conv
	outputPadding []int // nil for Keras's choice
}

// axes lays the windows over the output, one for each place of the input.
func (l convTranspose) axes(in []int) ([]kernel.Axis, error) {
	if err := checkAxes(in, len(l.size)); err != nil {
		return nil, err
	}
	l.causal = false
	if err := l.windows.check(); err != nil {
		return nil, err
	}
	if l.filters < 1 {
		return nil, fmt.Errorf("expected at least 1 filter, got %d", l.filters)
	}
	if l.outputPadding != nil && len(l.outputPadding) != len(l.size) {
		return nil, fmt.Errorf("expected an output padding for each of %d axes, got %v", len(l.size), l.outputPadding)
	}
	var axes []kernel.Axis
	for i, k := range l.size {
		extra := -1
		if l.outputPadding != nil {
			if extra = l.outputPadding[i]; extra < 0 || extra >= l.strides[i] {
				return nil, fmt.Errorf("expected an output padding from 0 to below the strides %v, got %v", plain(l.strides), plain(l.outputPadding))
			}
		}
		a := kernel.TransposedAxis(in[i], k, l.strides[i], l.dilation[i], extra, kernel.Padding(l.padding))
		if a.In < 1 {
			return nil, fmt.Errorf("no output along axis %d: expected a larger kernel size or output padding, got shape %v", i, in)
		}
		axes = append(axes, a)
	}
	return axes, nil
}

func (l convTranspose) build(in []int) (Built, error) {
	axes, err := l.axes(in)
	if err != nil {
		return Built{}, err
	}
	var shape, out []int
	for _, a := range axes {
		shape, out = append(shape, a.Size), append(out, a.In)
	}
	b := Built{Frozen: l.frozen, Weights: l.weights(append(shape, l.filters, in[len(in)-1]))}
	b.Out, err = l.activation.outShape(append(out, l.filters))
	return b, err
}

func (l convTranspose) apply(c Call) (*engine.Tensor, error) {
	axes, err := l.axes(c.Input.Shape[1:])
	if err != nil {
		return nil, err
	}
	config := op.ConvTransposedConfig{
		Layer: c.Name, X: c.Input.Shape, Axes: axes, Filters: l.filters, Bias: !l.noBias, InputGrad: c.Input.Differentiable,
	}
	fused := l.activation.fusable()
	if fused {
		config.Activation, _ = l.activation.elementwise()
	}
	o, err := op.ConvTransposed(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	return l.finish(c, o, fused)
}

// Conv1DTranspose adds up kernels, each times a step of a sequence (Zeiler et
// al. 2010): step t of the input adds
//
//	x[t] · W[i]ᵀ to step t·Strides + i·DilationRate - p of the output
//
// and then bias and Activation come. It is the gradient of a [Conv1D] by its
// input. Input (n, steps, channels), output (n, outputs, Filters). With windows
// that reach over k = DilationRate·(KernelSize-1) + 1 steps, there are
//
//	Same:   steps·Strides outputs, or (steps-1)·Strides + k mod 2 + OutputPadding
//	Valid:  (steps-1)·Strides + max(k, Strides) outputs, or (steps-1)·Strides + k + OutputPadding
//
// of which p are left out in front: half of how far the windows reach beyond
// the outputs, rounded down, and not below 0, as in Keras with JAX. Weights: kernel (KernelSize, Filters, channels), and bias
// (Filters) unless NoBias. Masks are dropped.
//
// It is an error if Strides and DilationRate are both above 1.
type Conv1DTranspose struct {
	Filters       int
	KernelSize    int
	Strides       int     // 0 means 1
	Padding       Padding // Valid or Same
	OutputPadding []int   // a number for each axis, below its stride; nil for the usual number of outputs
	DilationRate  int     // 0 means 1
	Activation    ActivationFunc
	NoBias        bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (Conv1DTranspose) Class() string { return "Conv1DTranspose" }

// GivenName implements [Layer].
func (l Conv1DTranspose) GivenName() string { return l.Name }

// Build implements [Single].
func (l Conv1DTranspose) Build(in []int) (Built, error) { return l.transpose().build(in) }

// Apply implements [Single].
func (l Conv1DTranspose) Apply(c Call) (*engine.Tensor, error) { return l.transpose().apply(c) }

func (l Conv1DTranspose) transpose() convTranspose {
	return convTranspose{
		conv: Conv1D{
			Filters: l.Filters, KernelSize: l.KernelSize, Strides: l.Strides, Padding: l.Padding, DilationRate: l.DilationRate,
			Activation: l.Activation, NoBias: l.NoBias, KernelInitializer: l.KernelInitializer, BiasInitializer: l.BiasInitializer,
			KernelRegularizer: l.KernelRegularizer, BiasRegularizer: l.BiasRegularizer, ActivityRegularizer: l.ActivityRegularizer,
			KernelConstraint: l.KernelConstraint, BiasConstraint: l.BiasConstraint, Frozen: l.Frozen,
		}.conv(),
		outputPadding: l.OutputPadding,
	}
}

// Conv2DTranspose adds up kernels, each times a pixel of an image, channels
// last (Zeiler et al. 2010): pixel (r, c) of the input adds
//
//	x[r, c] · W[i, j]ᵀ to pixel (r·s + i·d - p, c·s' + j·d' - p') of the output
//
// for strides (s, s') and dilation rates (d, d'), and then bias and Activation
// come. It is the gradient of a [Conv2D] by its input, and maps its output
// shape back to its input shape. Input (n, rows, columns, channels), output (n,
// outputs, outputs, Filters), as many and with p as in [Conv1DTranspose].
// Weights: kernel (KernelSize..., Filters, channels), and bias (Filters) unless
// NoBias. Masks are dropped.
//
// It is an error if a stride and a dilation rate are above 1.
type Conv2DTranspose struct {
	Filters       int
	KernelSize    [2]int
	Strides       [2]int  // 0 means 1
	Padding       Padding // Valid or Same
	OutputPadding []int   // a number for each axis, below its stride; nil for the usual number of outputs
	DilationRate  [2]int  // 0 means 1
	Activation    ActivationFunc
	NoBias        bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (Conv2DTranspose) Class() string { return "Conv2DTranspose" }

// GivenName implements [Layer].
func (l Conv2DTranspose) GivenName() string { return l.Name }

// Build implements [Single].
func (l Conv2DTranspose) Build(in []int) (Built, error) { return l.transpose().build(in) }

// Apply implements [Single].
func (l Conv2DTranspose) Apply(c Call) (*engine.Tensor, error) { return l.transpose().apply(c) }

func (l Conv2DTranspose) transpose() convTranspose {
	return convTranspose{
		conv: Conv2D{
			Filters: l.Filters, KernelSize: l.KernelSize, Strides: l.Strides, Padding: l.Padding, DilationRate: l.DilationRate,
			Activation: l.Activation, NoBias: l.NoBias, KernelInitializer: l.KernelInitializer, BiasInitializer: l.BiasInitializer,
			KernelRegularizer: l.KernelRegularizer, BiasRegularizer: l.BiasRegularizer, ActivityRegularizer: l.ActivityRegularizer,
			KernelConstraint: l.KernelConstraint, BiasConstraint: l.BiasConstraint, Frozen: l.Frozen,
		}.conv(),
		outputPadding: l.OutputPadding,
	}
}
