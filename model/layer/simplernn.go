package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// SimpleRNN feeds its output back (Elman 1990): at each timestep, from the
// input x and the last output h', which starts at zero,
//
//	h = act(x·W + h'·U + b)
//
// Input (n, T, d), output (n, Units), the h of the last step, or
// (n, T, Units) with ReturnSequences. Further inputs, if any, are the states
// before the first step, and further outputs, with ReturnState, those after the
// last one: h, each (n, Units). A mask is passed on with ReturnSequences; a
// masked step leaves the states as they were. Weights: kernel W (d, Units),
// recurrent_kernel U (Units, Units) and, unless NoBias, bias (Units).
type SimpleRNN struct {
	Units             int
	Activation        CellFunc // act; nil means Tanh
	NoBias            bool
	ReturnSequences   bool
	ReturnState       bool    // put out the states after the last step, too
	Dropout           float64 // in training, of the input: the same features at every step
	RecurrentDropout  float64 // in training, of the output that is fed back; each gate then has masks of its own, of the input too
	GoBackwards       bool    // from the last timestep to the first; the output is in that order
	Stateful          bool    // the states before the first step are those after the last batch; see [Input.BatchSize]
	ZeroOutputForMask bool    // a masked timestep puts out zeros, not the output before it
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
func (SimpleRNN) Class() string { return "SimpleRNN" }

// GivenName implements [Layer].
func (l SimpleRNN) GivenName() string { return l.Name }

// Build implements [Multi].
func (l SimpleRNN) Build(in [][]int) (Built, error) { return l.loop().build(in) }

// Apply implements [Multi].
func (l SimpleRNN) Apply(c Call) ([]*engine.Tensor, error) { return l.loop().apply(c) }

func (l SimpleRNN) loop() loop {
	cell := SimpleRNNCell{
		Units: l.Units, Activation: l.Activation, NoBias: l.NoBias,
		Dropout: l.Dropout, RecurrentDropout: l.RecurrentDropout, KernelInitializer: l.KernelInitializer, RecurrentInitializer: l.RecurrentInitializer,
		BiasInitializer: l.BiasInitializer, KernelRegularizer: l.KernelRegularizer, RecurrentRegularizer: l.RecurrentRegularizer,
		BiasRegularizer: l.BiasRegularizer, KernelConstraint: l.KernelConstraint, RecurrentConstraint: l.RecurrentConstraint,
		BiasConstraint: l.BiasConstraint,
	}
	return loop{
		cells: []recurrent{cell.recurrent()}, sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful,
		zeroMasked: l.ZeroOutputForMask, activity: l.ActivityRegularizer, frozen: l.Frozen,
	}
}

// SimpleRNNCell is the cell of [SimpleRNN], for [RNN].
type SimpleRNNCell struct {
	Units            int
	Activation       CellFunc // act; nil means Tanh
	NoBias           bool
	Dropout          float64 // in training, of the input: the same features at every step
	RecurrentDropout float64 // in training, of the output that is fed back; each gate then has masks of its own, of the input too
	// KernelInitializer is GlorotUniform if nil, RecurrentInitializer
	// Orthogonal, BiasInitializer zeros.
	KernelInitializer, RecurrentInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, RecurrentRegularizer, BiasRegularizer regularizer.Regularizer
	KernelConstraint, RecurrentConstraint, BiasConstraint    constraint.Constraint
	Name                                                     string
}

// Class is Keras's name of the kind of cell.
func (SimpleRNNCell) Class() string { return "SimpleRNNCell" }

// GivenName is the name that the user gave, or "".
func (l SimpleRNNCell) GivenName() string { return l.Name }

func (l SimpleRNNCell) stack() []Cell { return []Cell{l} }

func (l SimpleRNNCell) recurrent() recurrent {
	return recurrent{
		RecurrentConfig: kernel.RecurrentConfig{
			Cell: kernel.SimpleCell, Units: l.Units, Bias: !l.NoBias,
		},
		activation: l.Activation,
		kernelInit: l.KernelInitializer, recurrentInit: l.RecurrentInitializer, biasInit: l.BiasInitializer,
		kernelReg: l.KernelRegularizer, recurrentReg: l.RecurrentRegularizer, biasReg: l.BiasRegularizer,
		kernelCon: l.KernelConstraint, recurrentCon: l.RecurrentConstraint, biasCon: l.BiasConstraint, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
	}
}
