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
	"gorgonia.org/tensor"
)

// CellFunc is what a recurrent layer's fields for functions hold: an
// [ActivationFunc] that works element by element. A field that is not set, nil,
// means Keras's default for it; Linear there is Linear.
type CellFunc interface {
	fmt.Stringer
	known() bool
	elementwise() (kernel.Activation, bool)
}

// recurrent is what the cells of LSTM, GRU and SimpleRNN have in common.
type recurrent struct {
	kernel.RecurrentConfig
	activation, gate                    CellFunc
	kernelInit, recurrentInit, biasInit initializer.Initializer
	kernelReg, recurrentReg, biasReg    regularizer.Regularizer
	kernelCon, recurrentCon, biasCon    constraint.Constraint
	dropout, recurrentDropout           float64
}

// arrays returns how many weights the cell has.
func (l recurrent) arrays() int {
	if l.Bias {
		return 3
	}
	return 2
}

// states returns how many states the cell has.
func (l recurrent) states() int {
	return op.RecurrentConfig{RecurrentConfig: l.RecurrentConfig}.States()
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

// weights lists the weights on steps of so many numbers.
func (l recurrent) weights(inputs int) ([]Weight, error) {
	if l.Units < 1 {
		return nil, fmt.Errorf("expected at least 1 unit, got %d", l.Units)
	}
	if !(l.dropout >= 0 && l.dropout < 1) {
		return nil, fmt.Errorf("expected a dropout from 0 to below 1, got %v", l.dropout)
	}
	if !(l.recurrentDropout >= 0 && l.recurrentDropout < 1) {
		return nil, fmt.Errorf("expected a recurrent dropout from 0 to below 1, got %v", l.recurrentDropout)
	}
	if _, err := l.config(1, inputs); err != nil {
		return nil, err
	}
	columns := l.Cell.Gates() * l.Units
	all := []Weight{
		{
			Name: "kernel", Shape: []int{inputs, columns}, Initializer: orInit(l.kernelInit, initializer.GlorotUniform{}),
			Regularizer: l.kernelReg, Constraint: l.kernelCon,
		},
		{
			Name: "recurrent_kernel", Shape: []int{l.Units, columns}, Initializer: orInit(l.recurrentInit, initializer.Orthogonal{}),
			Regularizer: l.recurrentReg, Constraint: l.recurrentCon,
		},
	}
	if l.Bias {
		shape := []int{columns}
		if rows := l.Cell.BiasRows(); rows > 1 {
			shape = []int{rows, columns}
		}
		all = append(all, Weight{
			Name: "bias", Shape: shape, Initializer: orInit(l.biasInit, initializer.Constant{}),
			Regularizer: l.biasReg, Constraint: l.biasCon,
		})
	}
	return all, nil
}

// apply runs the cell through the call's first input, from the states that the
// other inputs hold, and returns the output and, with last, the states after
// it. None of them has a mask.
func (l recurrent) apply(c Call, last bool) ([]*engine.Tensor, error) {
	x := c.Inputs[0]
	config, err := l.config(x.Shape[1], x.Shape[2])
	if err != nil {
		return nil, err
	}
	config.Rows, config.InputGrad, config.Initial = x.Shape[0], x.Differentiable, len(c.Inputs) > 1
	o := op.RecurrentConfig{Layer: c.Name, RecurrentConfig: config, Mask: x.Mask != nil, Last: last, Shared: c.Graph.Shared}
	if l.recurrentDropout > 0 {
		stream := c.Graph.Stream()
		c.Graph.Stream()
		if c.Graph.Training {
			o.Drop = op.RecurrentDrop{Recurrent: l.recurrentDropout, Input: l.dropout, Stream: stream, Row: c.Graph.FirstRow, State: c.Graph.State}
		}
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	in := append([]*engine.Tensor{x}, params...)
	for _, s := range c.Inputs[1:] {
		in = append(in, s)
		o.InitialGrad = append(o.InitialGrad, s.Differentiable)
	}
	if x.Mask != nil {
		in = append(in, x.Mask)
	}
	operation, err := op.Recurrent(c.Graph.DType, o)
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(operation, in...)
	if err != nil || !last {
		return []*engine.Tensor{y}, err
	}
	rows, u := config.Rows, l.Units
	shapes := []tensor.Shape{{rows, u}}
	if l.Sequences {
		shapes[0] = tensor.Shape{rows, config.Steps, u}
	}
	for range l.states() {
		shapes = append(shapes, tensor.Shape{rows, u})
	}
	var outs []*engine.Tensor
	from := 0
	for _, shape := range shapes {
		o, err := op.Columns(c.Graph.DType, op.ColumnsConfig{Layer: c.Name, X: y.Shape, From: from, Y: shape})
		if err != nil {
			return nil, err
		}
		part, err := c.Graph.Apply(o, y)
		if err != nil {
			return nil, err
		}
		outs = append(outs, part)
		from += shape.TotalSize() / rows
	}
	return outs, nil
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
