package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Conv1D slides a window over sequences: output step t is
//
//	act(b + Σ x[t·Strides + i·DilationRate] · W[i]), i from 0 to KernelSize-1
//
// Input (n, steps, channels), output (n, outputs, Filters); see [Padding] for
// how many. Weights: kernel (KernelSize, channels/Groups, Filters), and bias
// (Filters) unless NoBias. Filters and channels fall into Groups, each group of
// filters seeing its own channels. The kernel is not flipped, as in Keras.
//
// It is an error if Strides and DilationRate are both above 1, or Groups does
// not divide filters and channels evenly.
type Conv1D struct {
	Filters, KernelSize int
	Strides             int // 0 means 1
	Padding             Padding
	DilationRate        int // 0 means 1
	Groups              int // 0 means 1
	Activation          ActivationFunc
	NoBias              bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer // of the output
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (Conv1D) Class() string { return "Conv1D" }

// GivenName implements [Layer].
func (l Conv1D) GivenName() string { return l.Name }

// Build implements [Single].
func (l Conv1D) Build(in []int) (Built, error) { return l.conv().build(in) }

// Apply implements [Single].
func (l Conv1D) Apply(c Call) (*engine.Tensor, error) { return l.conv().apply(c) }

func (l Conv1D) conv() conv {
	return conv{
		windows: windows{
			what: "kernel size", size: []int{l.KernelSize}, strides: orEach([]int{l.Strides}, 1),
			dilation: orEach([]int{l.DilationRate}, 1), padding: l.Padding, causal: true,
		},
		filters: l.Filters, groups: orEach([]int{l.Groups}, 1)[0], activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.KernelRegularizer, biasReg: l.BiasRegularizer, activity: l.ActivityRegularizer,
		kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint, frozen: l.Frozen,
	}
}
