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
	GoBackwards         bool    // from the last timestep to the first; the output is in that order
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
	bias := l.BiasInitializer
	if !l.NoUnitForgetBias {
		bias = unitForget{orInit(bias, initializer.Constant{})}
	}
	cell := recurrent{
		RecurrentConfig: kernel.RecurrentConfig{
			Cell: kernel.LSTMCell, Units: l.Units, Bias: !l.NoBias,
		},
		activation: l.Activation, gate: l.RecurrentActivation,
		kernelInit: l.KernelInitializer, recurrentInit: l.RecurrentInitializer, biasInit: bias,
		kernelReg: l.KernelRegularizer, recurrentReg: l.RecurrentRegularizer, biasReg: l.BiasRegularizer,
		kernelCon: l.KernelConstraint, recurrentCon: l.RecurrentConstraint, biasCon: l.BiasConstraint, dropout: l.Dropout,
	}
	return loop{
		cells: []recurrent{cell}, sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards,
		zeroMasked: l.ZeroOutputForMask, activity: l.ActivityRegularizer, frozen: l.Frozen,
	}
}
