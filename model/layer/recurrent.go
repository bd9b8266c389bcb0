package layer

import (
	"fmt"
	"math/rand/v2"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// CellFunc is what a recurrent layer's fields for functions hold: an
// [ActivationFunc] that works element by element. A field that is not set, nil,
// means Keras's default for it; Linear there is Linear.
type CellFunc interface {
	fmt.Stringer
	known() bool
	elementwise() (kernel.Activation, bool)
}

// recurrent is what LSTM, GRU and SimpleRNN have in common.
type recurrent struct {
	kernel.RecurrentConfig
	activation, gate                    CellFunc
	kernelInit, recurrentInit, biasInit initializer.Initializer
	kernelReg, recurrentReg, biasReg    regularizer.Regularizer
	activity                            regularizer.Regularizer
	kernelCon, recurrentCon, biasCon    constraint.Constraint
	frozen                              bool
}

// config returns the configuration for sequences of steps of so many numbers.
func (l recurrent) config(steps, inputs int) (kernel.RecurrentConfig, error) {
	c := l.RecurrentConfig
	c.Steps, c.Inputs = steps, inputs
	for _, f := range []struct {
		given CellFunc
		def   ActivationFunc
		set   *kernel.Activation
	}{{l.activation, Tanh, &c.Activation}, {l.gate, Sigmoid, &c.Gate}} {
		if f.given == nil {
			f.given = f.def
		}
		if !f.given.known() {
			return c, fmt.Errorf("unknown activation %v", f.given)
		}
		var ok bool
		if *f.set, ok = f.given.elementwise(); !ok {
			return c, fmt.Errorf("expected an activation that works element by element, got %v", f.given)
		}
	}
	return c, nil
}

func (l recurrent) build(in []int) (Built, error) {
	if len(in) != 2 {
		return Built{}, fmt.Errorf("expected sequences, of shape (timesteps, features), got shape %v", in)
	}
	if l.Units < 1 {
		return Built{}, fmt.Errorf("expected at least 1 unit, got %d", l.Units)
	}
	if _, err := l.config(in[0], in[1]); err != nil {
		return Built{}, err
	}
	columns := l.Cell.Gates() * l.Units
	b := Built{Out: []int{l.Units}, Frozen: l.frozen, Weights: []Weight{
		{
			Name: "kernel", Shape: []int{in[1], columns}, Initializer: orInit(l.kernelInit, initializer.GlorotUniform{}),
			Regularizer: l.kernelReg, Constraint: l.kernelCon,
		},
		{
			Name: "recurrent_kernel", Shape: []int{l.Units, columns}, Initializer: orInit(l.recurrentInit, initializer.Orthogonal{}),
			Regularizer: l.recurrentReg, Constraint: l.recurrentCon,
		},
	}}
	if l.Sequences {
		b.Out = []int{in[0], l.Units}
	}
	if l.Bias {
		shape := []int{columns}
		if rows := l.Cell.BiasRows(); rows > 1 {
			shape = []int{rows, columns}
		}
		b.Weights = append(b.Weights, Weight{
			Name: "bias", Shape: shape, Initializer: orInit(l.biasInit, initializer.Constant{}),
			Regularizer: l.biasReg, Constraint: l.biasCon,
		})
	}
	return b, nil
}

func (l recurrent) apply(c Call) (*engine.Tensor, error) {
	config, err := l.config(c.Input.Shape[1], c.Input.Shape[2])
	if err != nil {
		return nil, err
	}
	config.Rows, config.InputGrad = c.Input.Shape[0], c.Input.Differentiable
	mask := c.Input.Mask
	o, err := op.Recurrent(c.Graph.DType, op.RecurrentConfig{Layer: c.Name, RecurrentConfig: config, Mask: mask != nil, Shared: c.Graph.Shared})
	if err != nil {
		return nil, err
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	in := append([]*engine.Tensor{c.Input}, params...)
	if mask != nil {
		in = append(in, mask)
	}
	y, err := c.Graph.Apply(o, in...)
	if y, err = c.penalize(l.activity, y, err); err != nil || !l.Sequences {
		return y, err // without timesteps there is no mask
	}
	return y.WithMask(mask), nil
}

// unitForget fills the bias of an LSTM: ones for the forget gate, so that it
// starts by remembering (Jozefowicz et al. 2015), the blocks around it alike.
type unitForget struct{ others initializer.Initializer }

// Name implements [initializer.Initializer].
func (f unitForget) Name() string { return f.others.Name() }

// Fill implements [initializer.Initializer].
func (f unitForget) Fill(w []float64, _ []int, rng *rand.Rand) error {
	u := len(w) / 4
	if err := f.others.Fill(w[:u], []int{u}, rng); err != nil {
		return err
	}
	for i := range u {
		w[u+i] = 1
	}
	return f.others.Fill(w[2*u:], []int{2 * u}, rng)
}
