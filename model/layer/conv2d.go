package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Conv2D slides a window over images, channels last: output pixel (r, c) is
//
//	act(b + Σ x[r·s + i·d, c·s' + j·d'] · W[i, j])
//
// for strides (s, s') and dilation rates (d, d'). Input (n, rows, columns,
// channels), output (n, outputs, outputs, Filters); see [Padding] for how many.
// Weights: kernel (KernelSize..., channels/Groups, Filters), and bias (Filters)
// unless NoBias. Filters and channels fall into Groups, each group of filters
// seeing its own channels. The kernel is not flipped, as in Keras.
//
// It is an error if a stride and a dilation rate are above 1, or Groups does
// not divide filters and channels evenly.
type Conv2D struct {
	Filters      int
	KernelSize   [2]int
	Strides      [2]int  // 0 means 1
	Padding      Padding // Valid or Same
	DilationRate [2]int  // 0 means 1
	Groups       int     // 0 means 1
	Activation   ActivationFunc
	NoBias       bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (Conv2D) Class() string { return "Conv2D" }

// GivenName implements [Layer].
func (l Conv2D) GivenName() string { return l.Name }

// Build implements [Single].
func (l Conv2D) Build(in []int) (Built, error) { return l.conv().build(in) }

// Apply implements [Single].
func (l Conv2D) Apply(c Call) (*engine.Tensor, error) { return l.conv().apply(c) }

func (l Conv2D) conv() conv {
	return conv{
		windows: windows{
			what: "kernel size", size: l.KernelSize[:], strides: orEach(l.Strides[:], 1),
			dilation: orEach(l.DilationRate[:], 1), padding: l.Padding,
		},
		filters: l.Filters, groups: orEach([]int{l.Groups}, 1)[0], activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.KernelRegularizer, biasReg: l.BiasRegularizer, activity: l.ActivityRegularizer,
		kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint, frozen: l.Frozen,
	}
}
