package layer

import (
	"errors"
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/internal/op"
)

// MergeMode says what becomes of the outputs of the two directions.
type MergeMode int

// Keras's merge modes.
const (
	MergeConcat MergeMode = iota // next to each other
	MergeSum
	MergeMul
	MergeAve
	MergeNone // two outputs
)

// String returns Keras's name of the mode.
func (m MergeMode) String() string {
	if m < MergeConcat || m > MergeNone {
		return fmt.Sprintf("MergeMode(%d)", int(m))
	}
	return [...]string{"concat", "sum", "mul", "ave", "none"}[m]
}

// Bidirectional goes through sequences in both directions, with two layers that
// have weights of their own, and merges what they put out (Schuster and Paliwal
// 1997). Sequences of the backward layer are turned round before, so that equal
// timesteps meet.
//
// Input (n, T, d); output as that of Layer, twice as wide with MergeConcat.
// With ReturnState of Layer the states of the forward and of the backward layer
// follow, and further inputs are initial states in that order. Weights: those
// of the forward layer, forward_lstm/kernel and so on, and of the backward
// layer. A mask is passed on with ReturnSequences; masked steps then put out
// zeros, whatever ZeroOutputForMask says, as in Keras.
type Bidirectional struct {
	Layer         Layer // an LSTM, GRU, SimpleRNN or RNN
	BackwardLayer Layer // nil for Layer with GoBackwards
	MergeMode     MergeMode
	Name          string
}

// Class implements [Layer].
func (Bidirectional) Class() string { return "Bidirectional" }

// GivenName implements [Layer].
func (l Bidirectional) GivenName() string { return l.Name }

// directions returns the two layers and their names.
func (l Bidirectional) directions() (loops [2]loop, called [2]string, err error) {
	if l.MergeMode < MergeConcat || l.MergeMode > MergeNone {
		return loops, called, fmt.Errorf("unknown merge mode %d", int(l.MergeMode))
	}
	forward, ok := l.Layer.(looper)
	if !ok {
		return loops, called, fmt.Errorf("expected a recurrent layer, got %T", l.Layer)
	}
	name := nameOf(forward)
	loops[0], loops[1] = forward.loop(), forward.loop()
	loops[1].backwards = true
	called = [2]string{"forward_" + strings.TrimPrefix(name, "forward_"), "backward_" + strings.TrimPrefix(name, "backward_")}
	if l.BackwardLayer != nil {
		backward, ok := l.BackwardLayer.(looper)
		if !ok {
			return loops, called, fmt.Errorf("expected a recurrent backward layer, got %T", l.BackwardLayer)
		}
		loops[1], called[1] = backward.loop(), nameOf(backward)
	}
	switch f, b := loops[0], loops[1]; {
	case f.backwards == b.backwards:
		return loops, called, errors.New("expected layers of which one goes backwards, got two in one direction")
	case f.sequences != b.sequences || f.state != b.state || f.stateful != b.stateful:
		return loops, called, errors.New("expected layers that agree in ReturnSequences, ReturnState and Stateful")
	case called[0] == called[1]:
		return loops, called, fmt.Errorf("expected layers of different names, got %q twice", called[0])
	}
	for i := range loops {
		loops[i].zeroMasked = loops[i].sequences
	}
	return loops, called, nil
}

// nameOf returns a layer's name inside a wrapper.
func nameOf(l Layer) string {
	if name := l.GivenName(); name != "" {
		return name
	}
	return names.Snake(l.Class())
}

// inputs cuts the inputs of both directions out of all.
func inputsOf[T any](all []T, loops [2]loop) (parts [2][]T) {
	rest := all[1:]
	for i, l := range loops {
		parts[i] = all[:1:1]
		if len(rest) > 0 {
			n := min(l.states(), len(rest))
			parts[i], rest = append(parts[i], rest[:n]...), rest[n:]
		}
	}
	return parts
}

// Build implements [Multi].
func (l Bidirectional) Build(in [][]int) (Built, error) {
	loops, called, err := l.directions()
	if err != nil {
		return Built{}, err
	}
	if n := loops[0].states() + loops[1].states(); len(in) != 1 && len(in) != 1+n {
		return Built{}, fmt.Errorf("expected sequences and, if any, %d initial states, got %d inputs", n, len(in))
	}
	var b Built
	var outs [2][][]int
	for i, part := range inputsOf(in, loops) {
		built, err := loops[i].build(part)
		if err != nil {
			return Built{}, fmt.Errorf("%s: %w", called[i], err)
		}
		for _, w := range built.Weights {
			w.Name = called[i] + "/" + w.Name
			b.Weights = append(b.Weights, w)
		}
		b.Frozen = b.Frozen || built.Frozen
		b.States = append(b.States, built.States...)
		outs[i] = built.Outs
	}
	first, second := outs[0][0], outs[1][0]
	switch wide := len(first) - 1; {
	case l.MergeMode == MergeNone:
		b.Outs = [][]int{first, second}
	case l.MergeMode == MergeConcat:
		first[wide] += second[wide]
		b.Outs = [][]int{first}
	case first[wide] != second[wide]:
		return Built{}, fmt.Errorf("expected layers of as many units to merge by %v, got %d and %d", l.MergeMode, first[wide], second[wide])
	default:
		b.Outs = [][]int{first}
	}
	b.Outs = append(append(b.Outs, outs[0][1:]...), outs[1][1:]...)
	return b, nil
}

// Apply implements [Multi].
func (l Bidirectional) Apply(c Call) ([]*engine.Tensor, error) {
	loops, called, err := l.directions()
	if err != nil {
		return nil, err
	}
	var merged [2]*engine.Tensor
	var states []*engine.Tensor
	rest, kept := c.Params, c.States
	for i, part := range inputsOf(c.Inputs, loops) {
		n := loops[i].arrays()
		of := c
		of.Name, of.Inputs, of.Input, of.Params, rest = c.Name+"/"+called[i], part, part[0], rest[:n], rest[n:]
		if loops[i].stateful {
			of.States, kept = kept[:loops[i].states()], kept[loops[i].states():]
		}
		outs, err := loops[i].apply(of)
		if err != nil {
			return nil, err
		}
		merged[i], states = outs[0], append(states, outs[1:]...)
	}
	mask := merged[0].Mask
	if loops[1].sequences {
		if merged[1], err = c.reversed(merged[1]); err != nil {
			return nil, err
		}
	}
	if l.MergeMode == MergeNone {
		return append([]*engine.Tensor{merged[0], merged[1].WithMask(mask)}, states...), nil
	}
	kind := map[MergeMode]kernel.Pair{
		MergeConcat: kernel.PairConcat, MergeSum: kernel.PairSum, MergeMul: kernel.PairMultiply, MergeAve: kernel.PairAverage,
	}[l.MergeMode]
	o, err := op.Pair(c.Graph.DType, op.PairConfig{Layer: c.Name, A: merged[0].Shape, B: merged[1].Shape, Kind: kind})
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, merged[0], merged[1])
	if err != nil {
		return nil, err
	}
	return append([]*engine.Tensor{y.WithMask(mask)}, states...), nil
}
