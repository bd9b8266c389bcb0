package layer

import (
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// loop is what recurrent layers of one or more cells have in common. Each cell
// takes in what the one before it puts out.
type loop struct {
	cells      []recurrent
	names      []string // of the cells, before the names of their weights; nil for none
	sequences  bool
	state      bool // the states are outputs, too
	backwards  bool
	zeroMasked bool
	stateful   bool // the states before the first step are those after the last batch
	activity   regularizer.Regularizer
	frozen     bool
}

// looper is a layer that goes through sequences step by step.
type looper interface {
	Layer
	loop() loop
}

// states returns how many states the cells have together.
func (l loop) states() (n int) {
	for _, cell := range l.cells {
		n += cell.states()
	}
	return n
}

// arrays returns how many weights the cells have together.
func (l loop) arrays() (n int) {
	for _, cell := range l.cells {
		n += cell.arrays()
	}
	return n
}

func (l loop) build(in [][]int) (Built, error) {
	if len(l.cells) == 0 {
		return Built{}, errors.New("expected cells, got none")
	}
	if n := len(in); n != 1 && n != 1+l.states() {
		return Built{}, fmt.Errorf("expected sequences and, if any, %d initial states, got %d inputs", l.states(), n)
	}
	if len(in[0]) != 2 {
		return Built{}, fmt.Errorf("expected sequences, of shape (timesteps, features), got shape %v", in[0])
	}
	b := Built{Frozen: l.frozen}
	inputs, initial := in[0][1], in[1:]
	var states [][]int
	for i, cell := range l.cells {
		weights, err := cell.weights(inputs)
		if err != nil {
			return Built{}, err
		}
		for _, w := range weights {
			if l.names != nil {
				w.Name = l.names[i] + "/" + w.Name
			}
			b.Weights = append(b.Weights, w)
		}
		for range cell.states() {
			if len(initial) > 0 {
				if s := initial[0]; len(s) != 1 || s[0] != cell.Units {
					return Built{}, fmt.Errorf("expected an initial state of shape [%d], got shape %v", cell.Units, s)
				}
				initial = initial[1:]
			}
			states = append(states, []int{cell.Units})
		}
		inputs = cell.Units
	}
	out := []int{inputs}
	if l.sequences {
		out = []int{in[0][0], inputs}
	}
	b.Outs = [][]int{out}
	if l.state {
		b.Outs = append(b.Outs, states...)
	}
	if l.stateful {
		b.States = states
	}
	return b, nil
}

func (l loop) apply(c Call) ([]*engine.Tensor, error) {
	x, mask, initial, params := c.Inputs[0], c.Inputs[0].Mask, c.Inputs[1:], c.Params
	var states []*engine.Tensor
	var err error
	if l.stateful && len(initial) == 0 {
		for _, kept := range c.States {
			s, err := c.Graph.Kept(kept, x.Shape[0])
			if err != nil {
				return nil, err
			}
			initial = append(initial, s)
		}
	}
	for i, cell := range l.cells {
		last := i == len(l.cells)-1
		cell.Sequences = l.sequences || !last
		cell.Backwards = l.backwards && i == 0 // what it puts out is in the order in which the next one goes
		cell.ZeroMasked = l.zeroMasked && last
		if i == 1 && l.backwards && mask != nil {
			if mask, err = c.reversed(mask); err != nil {
				return nil, err
			}
		}
		if cell.recurrentDropout == 0 { // otherwise the input is dropped gate by gate
			if x, err = c.dropSteps(x, cell.dropout); err != nil {
				return nil, err
			}
		}
		of, n := c, cell.arrays()
		of.Params, params = params[:n], params[n:]
		of.Inputs = []*engine.Tensor{x.WithMask(mask)}
		if len(initial) > 0 {
			of.Inputs = append(of.Inputs, initial[:cell.states()]...)
			initial = initial[cell.states():]
		}
		outs, err := cell.apply(of, l.state || l.stateful)
		if err != nil {
			return nil, err
		}
		x, states = outs[0], append(states, outs[1:]...)
	}
	for i, kept := range c.States {
		c.Graph.Keep(kept, states[i])
	}
	if !l.state {
		states = nil
	}
	y, err := c.penalize(l.activity, x, nil)
	if err != nil {
		return nil, err
	}
	if l.sequences {
		y = y.WithMask(c.Inputs[0].Mask)
	}
	return append([]*engine.Tensor{y}, states...), nil
}

// dropSteps drops features of sequences in training, the same ones at every
// step.
func (c Call) dropSteps(x *engine.Tensor, rate float64) (*engine.Tensor, error) {
	if rate == 0 {
		return x, nil
	}
	stream := c.Graph.Stream()
	if !c.Graph.Training {
		return x, nil
	}
	o, err := op.StepDropout(c.Graph.DType, op.StepDropoutConfig{
		Layer: c.Name, X: x.Shape, Rate: rate, Stream: stream, Row: c.Graph.FirstRow, State: c.Graph.State,
	})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}

// reversed returns sequences, or a mask, with the timesteps in the opposite
// order.
func (c Call) reversed(x *engine.Tensor) (*engine.Tensor, error) {
	o, err := op.Reverse(c.Graph.DType, op.ReverseConfig{Layer: c.Name, X: x.Shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}
