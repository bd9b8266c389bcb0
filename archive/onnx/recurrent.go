package onnx

import (
	"slices"

	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// A cell is one of LSTM, GRU and SimpleRNN.
type cell struct {
	op          string // the operator: LSTM, GRU or RNN
	units       int
	act, gate   layer.CellFunc
	noBias      bool
	resetBefore bool
}

// A loop goes through sequences with cells, each on what the one before it puts
// out.
type loop struct {
	cells                                   []cell
	sequences, state, backwards, zeroMasked bool
}

// loopOf is false of what is no recurrent layer, and of stateful ones: a runtime
// forgets everything between two calls.
func loopOf(l layer.Layer) (loop, bool) {
	switch l := l.(type) {
	case layer.LSTM:
		c := cell{op: "LSTM", units: l.Units, act: l.Activation, gate: l.RecurrentActivation, noBias: l.NoBias}
		return loop{[]cell{c}, l.ReturnSequences, l.ReturnState, l.GoBackwards, l.ZeroOutputForMask}, !l.Stateful
	case layer.GRU:
		c := cell{op: "GRU", units: l.Units, act: l.Activation, gate: l.RecurrentActivation, noBias: l.NoBias, resetBefore: l.ResetBefore}
		return loop{[]cell{c}, l.ReturnSequences, l.ReturnState, l.GoBackwards, l.ZeroOutputForMask}, !l.Stateful
	case layer.SimpleRNN:
		c := cell{op: "RNN", units: l.Units, act: l.Activation, noBias: l.NoBias}
		return loop{[]cell{c}, l.ReturnSequences, l.ReturnState, l.GoBackwards, l.ZeroOutputForMask}, !l.Stateful
	case layer.RNN:
		return loop{cellsOf(l.Cell), l.ReturnSequences, l.ReturnState, l.GoBackwards, l.ZeroOutputForMask}, !l.Stateful
	}
	return loop{}, false
}

func cellsOf(c layer.Cell) []cell {
	switch c := c.(type) {
	case layer.LSTMCell:
		return []cell{{op: "LSTM", units: c.Units, act: c.Activation, gate: c.RecurrentActivation, noBias: c.NoBias}}
	case layer.GRUCell:
		return []cell{{op: "GRU", units: c.Units, act: c.Activation, gate: c.RecurrentActivation, noBias: c.NoBias, resetBefore: c.ResetBefore}}
	case layer.SimpleRNNCell:
		return []cell{{op: "RNN", units: c.Units, act: c.Activation, noBias: c.NoBias}}
	case layer.StackedRNNCells:
		var all []cell
		for _, one := range c.Cells {
			all = append(all, cellsOf(one)...)
		}
		return all
	}
	return nil
}

// states is the number of states of a cell, arrays that of its weights.
func (c cell) states() int {
	if c.op == "LSTM" {
		return 2
	}
	return 1
}

func (c cell) arrays() int {
	if c.noBias {
		return 2
	}
	return 3
}

// function gives an activation, Keras's default for nil.
func function(f layer.CellFunc, otherwise layer.ActivationFunc) layer.ActivationFunc {
	if f == nil {
		return otherwise
	}
	known, err := layer.ParseActivation(f.String())
	if err != nil {
		return otherwise // which Build has refused
	}
	return known
}

func (c call) recurrent(l layer.Layer) ([]value, error) {
	loop, ok := loopOf(l)
	if !ok {
		return nil, errNot
	}
	return c.loop(loop), nil
}

// loop adds the cells of a loop; further inputs are initial states.
func (c call) loop(l loop) []value {
	x, mask, initial, weights := c.in[0], c.in[0].mask, c.in[1:], c.weights
	var states []value
	if l.backwards {
		x = c.reverse(x)
		if mask != nil {
			turned := c.reverse(*mask)
			mask = &turned
		}
	}
	for i, cell := range l.cells {
		last := i == len(l.cells)-1
		r := run{
			cell: cell, call: call{graph: c.graph, weights: weights[:cell.arrays()]},
			sequences: l.sequences || !last, zeroMasked: l.zeroMasked && last,
		}
		weights = weights[cell.arrays():]
		if len(initial) > 0 {
			r.initial, initial = initial[:cell.states()], initial[cell.states():]
		}
		y, after := r.through(x.masked(mask))
		x, states = y, append(states, after...)
	}
	outs := []value{x}
	if l.sequences {
		outs[0] = x.masked(c.in[0].mask)
	}
	if l.state {
		outs = append(outs, states...)
	}
	return outs
}

func (c call) bidirectional(l layer.Bidirectional) ([]value, error) {
	var loops [2]loop
	var ok [2]bool
	loops[0], ok[0] = loopOf(l.Layer)
	loops[1], ok[1] = loops[0], true
	loops[1].backwards = true
	if l.BackwardLayer != nil {
		loops[1], ok[1] = loopOf(l.BackwardLayer)
	}
	if !ok[0] || !ok[1] {
		return nil, errNot
	}
	var merged [2]value
	var states []value
	weights, initial := c.weights, c.in[1:]
	for i, loop := range loops {
		loop.zeroMasked = loop.sequences
		of := call{graph: c.graph, in: c.in[:1:1]}
		for _, cell := range loop.cells {
			of.weights, weights = append(of.weights, weights[:cell.arrays()]...), weights[cell.arrays():]
			if len(initial) > 0 {
				of.in, initial = append(of.in, initial[:cell.states()]...), initial[cell.states():]
			}
		}
		outs := of.loop(loop)
		merged[i], states = outs[0], append(states, outs[1:]...)
	}
	a, b := merged[0], merged[1]
	if loops[1].sequences {
		b = c.reverse(b)
	}
	var y value
	switch l.MergeMode {
	case layer.MergeNone:
		return append([]value{a, b.masked(a.mask)}, states...), nil
	case layer.MergeSum:
		y = c.both("Add", a, b)
	case layer.MergeMul:
		y = c.both("Mul", a, b)
	case layer.MergeAve:
		y = c.with("Mul", c.both("Add", a, b), c.number(0.5))
	default:
		y = c.concat([]value{a, b}, len(a.shape)-1)
	}
	return append([]value{y.masked(a.mask)}, states...), nil
}

// timeDistributed makes all timesteps rows of one batch.
func (c call) timeDistributed(l layer.TimeDistributed) ([]value, error) {
	x := c.in[0]
	row := c.reshape(x, x.shape[1:]...)
	if x.mask != nil && len(x.mask.shape) > 1 {
		mask := c.reshape(*x.mask, x.mask.shape[1:]...)
		row.mask = &mask
	}
	var outs []value
	var err error
	if m, ok := l.Layer.(*model.Model); ok {
		outs, err = c.model(m, c.graph.layer+"/", []value{row})
	} else {
		outs, err = call{graph: c.graph, in: []value{row}, weights: c.weights}.layer(l.Layer)
	}
	if err != nil {
		return nil, err
	}
	y := outs[0]
	shape := append([]int{x.shape[0]}, slices.Clone(y.shape)...)
	return []value{c.reshape(y, shape...).masked(x.mask)}, nil
}
