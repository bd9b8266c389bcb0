package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// LSTM is the long short-term memory (Hochreiter and Schmidhuber 1997, with
// the forget gate of Gers et al. 2000). At each timestep, from the input x and
// the last output h' and state c', which start at zero,
//
//	z = x·W + h'·U + b, in blocks zi, zf, zc, zo of Units columns
//	c = σ(zf)·c' + σ(zi)·act(zc)
//	h = σ(zo)·act(c)
//
// Input (n, T, d), output (n, Units), the h of the last step, or
// (n, T, Units) with ReturnSequences. Further inputs, if any, are the states
// before the first step, and further outputs, with ReturnState, those after the
// last one: h and c, each (n, Units). A mask is passed on with ReturnSequences; a
// masked step leaves the states as they were. Weights: kernel W (d, 4·Units),
// recurrent_kernel U (Units, 4·Units) and, unless NoBias, bias (4·Units).
type LSTM struct {
	Units               int
	Activation          CellFunc // act; nil means Tanh
	RecurrentActivation CellFunc // σ; nil means Sigmoid
	NoBias              bool
	NoUnitForgetBias    bool // the forget gate's bias does not start at 1 but as the others do
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
func (LSTM) Class() string { return "LSTM" }

// GivenName implements [Layer].
func (l LSTM) GivenName() string { return l.Name }

// Build implements [Multi].
func (l LSTM) Build(in [][]int) (Built, error) { return l.loop().build(in) }

// Apply implements [Multi].
func (l LSTM) Apply(c Call) ([]*engine.Tensor, error) { return l.loop().apply(c) }

func (l LSTM) loop() loop {
	cell := LSTMCell{
		Units: l.Units, Activation: l.Activation, RecurrentActivation: l.RecurrentActivation,
		NoBias: l.NoBias, NoUnitForgetBias: l.NoUnitForgetBias, Dropout: l.Dropout, RecurrentDropout: l.RecurrentDropout,
		KernelInitializer: l.KernelInitializer, RecurrentInitializer: l.RecurrentInitializer, BiasInitializer: l.BiasInitializer,
		KernelRegularizer: l.KernelRegularizer, RecurrentRegularizer: l.RecurrentRegularizer, BiasRegularizer: l.BiasRegularizer,
		KernelConstraint: l.KernelConstraint, RecurrentConstraint: l.RecurrentConstraint, BiasConstraint: l.BiasConstraint,
	}
	return loop{
		cells: []recurrent{cell.recurrent()}, sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful,
		zeroMasked: l.ZeroOutputForMask, activity: l.ActivityRegularizer, frozen: l.Frozen,
	}
}

// LSTMCell is the cell of [LSTM], for [RNN].
type LSTMCell struct {
	Units               int
	Activation          CellFunc // act; nil means Tanh
	RecurrentActivation CellFunc // σ; nil means Sigmoid
	NoBias              bool
	NoUnitForgetBias    bool    // the forget gate's bias does not start at 1 but as the others do
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
func (LSTMCell) Class() string { return "LSTMCell" }

// GivenName is the name that the user gave, or "".
func (l LSTMCell) GivenName() string { return l.Name }

func (l LSTMCell) stack() []Cell { return []Cell{l} }

func (l LSTMCell) recurrent() recurrent {
	bias := l.BiasInitializer
	if !l.NoUnitForgetBias {
		bias = unitForget{orInit(bias, initializer.Constant{})}
	}
	return recurrent{
		RecurrentConfig: kernel.RecurrentConfig{
			Cell: kernel.LSTMCell, Units: l.Units, Bias: !l.NoBias,
		},
		activation: l.Activation, gate: l.RecurrentActivation,
		kernelInit: l.KernelInitializer, recurrentInit: l.RecurrentInitializer, biasInit: bias,
		kernelReg: l.KernelRegularizer, recurrentReg: l.RecurrentRegularizer, biasReg: l.BiasRegularizer,
		kernelCon: l.KernelConstraint, recurrentCon: l.RecurrentConstraint, biasCon: l.BiasConstraint, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
	}
}
