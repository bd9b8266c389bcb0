package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// GRU is the gated recurrent unit (Cho et al. 2014). At each timestep, from the
// input x and the last output h', which starts at zero,
//
//	z = σ(x·Wz + b0z + h'·Uz + b1z)
//	r = σ(x·Wr + b0r + h'·Ur + b1r)
//	h = z·h' + (1-z)·act(x·Wh + b0h + r·(h'·Uh + b1h))
//
// and with ResetBefore, as in the first version of the paper, there is one row
// of biases and h = z·h' + (1-z)·act(x·Wh + bh + (r·h')·Uh).
//
// Input (n, T, d), output (n, Units), the h of the last step, or
// (n, T, Units) with ReturnSequences. Weights: kernel W (d, 3·Units),
// recurrent_kernel U (Units, 3·Units), each in blocks z, r, h, and, unless
// NoBias, bias (2, 3·Units), with ResetBefore (3·Units).
type GRU struct {
	Units               int
	Activation          CellFunc // act; nil means Tanh
	RecurrentActivation CellFunc // σ; nil means Sigmoid
	ResetBefore         bool     // Keras's reset_after=False
	NoBias              bool
	ReturnSequences     bool
	GoBackwards         bool // from the last timestep to the first; the output is in that order
	ZeroOutputForMask   bool // a masked timestep puts out zeros, not the output before it
	// KernelInitializer is GlorotUniform if nil, RecurrentInitializer
	// Orthogonal, BiasInitializer zeros.
	KernelInitializer, RecurrentInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, RecurrentRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                                      regularizer.Regularizer // of the output
	KernelConstraint, RecurrentConstraint, BiasConstraint    constraint.Constraint
	Frozen                                                   bool
	Name                                                     string
}

// Class implements [Layer].
func (GRU) Class() string { return "GRU" }

// GivenName implements [Layer].
func (l GRU) GivenName() string { return l.Name }

// Build implements [Single].
func (l GRU) Build(in []int) (Built, error) { return l.recurrent().build(in) }

// Apply implements [Single].
func (l GRU) Apply(c Call) (*engine.Tensor, error) { return l.recurrent().apply(c) }

func (l GRU) recurrent() recurrent {
	cell := kernel.GRUCell
	if l.ResetBefore {
		cell = kernel.GRUResetBeforeCell
	}
	return recurrent{
		RecurrentConfig: kernel.RecurrentConfig{
			Cell: cell, Units: l.Units, Bias: !l.NoBias,
			Sequences: l.ReturnSequences, Backwards: l.GoBackwards, ZeroMasked: l.ZeroOutputForMask,
		},
		activation: l.Activation, gate: l.RecurrentActivation,
		kernelInit: l.KernelInitializer, recurrentInit: l.RecurrentInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.KernelRegularizer, recurrentReg: l.RecurrentRegularizer, biasReg: l.BiasRegularizer, activity: l.ActivityRegularizer,
		kernelCon: l.KernelConstraint, recurrentCon: l.RecurrentConstraint, biasCon: l.BiasConstraint, frozen: l.Frozen,
	}
}
