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
// (n, T, Units) with ReturnSequences. Further inputs, if any, are the states
// before the first step, and further outputs, with ReturnState, those after the
// last one: h, each (n, Units). A mask is passed on with ReturnSequences; a
// masked step leaves the states as they were. Weights: kernel W (d, 3·Units),
// recurrent_kernel U (Units, 3·Units), each in blocks z, r, h, and, unless
// NoBias, bias (2, 3·Units), with ResetBefore (3·Units).
type GRU struct {
	Units               int
	Activation          CellFunc // act; nil means Tanh
	RecurrentActivation CellFunc // σ; nil means Sigmoid
	ResetBefore         bool     // Keras's reset_after=False
	NoBias              bool
	ReturnSequences     bool
	ReturnState         bool    // put out the states after the last step, too
	Dropout             float64 // in training, of the input: the same features at every step
	RecurrentDropout    float64 // in training, of the output that is fed back; each gate then has masks of its own, of the input too
	GoBackwards         bool    // from the last timestep to the first; the output is in that order
	Stateful            bool    // the states before the first step are those after the last batch; see [Input.BatchSize]
	ZeroOutputForMask   bool    // a masked timestep puts out zeros, not the output before it
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

// Build implements [Multi].
func (l GRU) Build(in [][]int) (Built, error) { return l.loop().build(in) }

// Apply implements [Multi].
func (l GRU) Apply(c Call) ([]*engine.Tensor, error) { return l.loop().apply(c) }

func (l GRU) loop() loop {
	cell := GRUCell{
		Units: l.Units, Activation: l.Activation, RecurrentActivation: l.RecurrentActivation,
		ResetBefore: l.ResetBefore, NoBias: l.NoBias, Dropout: l.Dropout, RecurrentDropout: l.RecurrentDropout,
		KernelInitializer: l.KernelInitializer, RecurrentInitializer: l.RecurrentInitializer, BiasInitializer: l.BiasInitializer,
		KernelRegularizer: l.KernelRegularizer, RecurrentRegularizer: l.RecurrentRegularizer, BiasRegularizer: l.BiasRegularizer,
		KernelConstraint: l.KernelConstraint, RecurrentConstraint: l.RecurrentConstraint, BiasConstraint: l.BiasConstraint,
	}
	return loop{
		cells: []recurrent{cell.recurrent()}, sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful,
		zeroMasked: l.ZeroOutputForMask, activity: l.ActivityRegularizer, frozen: l.Frozen,
	}
}

// GRUCell is the cell of [GRU], for [RNN].
type GRUCell struct {
	Units               int
	Activation          CellFunc // act; nil means Tanh
	RecurrentActivation CellFunc // σ; nil means Sigmoid
	ResetBefore         bool     // Keras's reset_after=False
	NoBias              bool
	Dropout             float64 // in training, of the input: the same features at every step
	RecurrentDropout    float64 // in training, of the output that is fed back; each gate then has masks of its own, of the input too
	// KernelInitializer is GlorotUniform if nil, RecurrentInitializer
	// Orthogonal, BiasInitializer zeros.
	KernelInitializer, RecurrentInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, RecurrentRegularizer, BiasRegularizer regularizer.Regularizer
	KernelConstraint, RecurrentConstraint, BiasConstraint    constraint.Constraint
	Name                                                     string
}

// Class is Keras's name of the kind of cell.
func (GRUCell) Class() string { return "GRUCell" }

// GivenName is the name that the user gave, or "".
func (l GRUCell) GivenName() string { return l.Name }

func (l GRUCell) stack() []Cell { return []Cell{l} }

func (l GRUCell) recurrent() recurrent {
	kind := kernel.GRUCell
	if l.ResetBefore {
		kind = kernel.GRUResetBeforeCell
	}
	return recurrent{
		RecurrentConfig: kernel.RecurrentConfig{
			Cell: kind, Units: l.Units, Bias: !l.NoBias,
		},
		activation: l.Activation, gate: l.RecurrentActivation,
		kernelInit: l.KernelInitializer, recurrentInit: l.RecurrentInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.KernelRegularizer, recurrentReg: l.RecurrentRegularizer, biasReg: l.BiasRegularizer,
		kernelCon: l.KernelConstraint, recurrentCon: l.RecurrentConstraint, biasCon: l.BiasConstraint, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
	}
}
