package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Cell makes the next state from an input and the last state: an [LSTMCell],
// [GRUCell] or [SimpleRNNCell], or several as [StackedRNNCells].
type Cell interface {
	Class() string
	GivenName() string
	// stack returns the cells one by one.
	stack() []Cell
}

// single is a cell that is no stack.
type single interface {
	Cell
	recurrent() recurrent
}

// StackedRNNCells are cells of which each takes in what the one before it puts
// out.
type StackedRNNCells struct {
	Cells []Cell
	Name  string
}

// Class is Keras's name of the kind of cell.
func (StackedRNNCells) Class() string { return "StackedRNNCells" }

// GivenName is the name that the user gave, or "".
func (l StackedRNNCells) GivenName() string { return l.Name }

func (l StackedRNNCells) stack() (all []Cell) {
	for _, cell := range l.Cells {
		if cell == nil {
			return append(all, nil)
		}
		all = append(all, cell.stack()...)
	}
	return all
}

// RNN goes through sequences with a cell. Input (n, T, d), output (n, u), what
// the last cell of the stack puts out at the last step, or (n, T, u) with
// ReturnSequences. Further inputs, if any, are the states before the first
// step, and further outputs, with ReturnState, those after the last one: cell by
// cell h, and of an LSTMCell c, each (n, Units of the cell). Masked steps leave
// all states as they were. Weights: those of the cell, and of a stack those of
// its cells, stacked_rnn_cells/lstm_cell/kernel and so on. With one cell it is
// [LSTM], [GRU] or [SimpleRNN].
type RNN struct {
	Cell                Cell
	ReturnSequences     bool
	ReturnState         bool                    // put out the states after the last step, too
	GoBackwards         bool                    // from the last timestep to the first; the output is in that order
	Stateful            bool                    // the states before the first step are those after the last batch; see [Input.BatchSize]
	ZeroOutputForMask   bool                    // a masked timestep puts out zeros, not the output before it
	ActivityRegularizer regularizer.Regularizer // of the output
	Frozen              bool
	Name                string
}

// Class implements [Layer].
func (RNN) Class() string { return "RNN" }

// GivenName implements [Layer].
func (l RNN) GivenName() string { return l.Name }

// Build implements [Multi].
func (l RNN) Build(in [][]int) (Built, error) {
	if l.Cell == nil {
		return Built{}, fmt.Errorf("expected a cell, got nil")
	}
	all := l.Cell.stack()
	if len(all) == 0 {
		return Built{}, fmt.Errorf("expected at least one cell, got none")
	}
	taken := map[string]bool{}
	for i, cell := range all {
		if _, ok := cell.(single); !ok {
			return Built{}, fmt.Errorf("cell %d: expected an LSTMCell, GRUCell or SimpleRNNCell, got %T", i, cell)
		}
	}
	for _, name := range l.loop().names {
		if taken[name] {
			return Built{}, fmt.Errorf("expected cells of different names, got %q twice", name)
		}
		taken[name] = true
	}
	return l.loop().build(in)
}

// Apply implements [Multi].
func (l RNN) Apply(c Call) ([]*engine.Tensor, error) { return l.loop().apply(c) }

func (l RNN) loop() loop {
	made := loop{
		sequences: l.ReturnSequences, state: l.ReturnState, backwards: l.GoBackwards, stateful: l.Stateful,
		zeroMasked: l.ZeroOutputForMask, activity: l.ActivityRegularizer, frozen: l.Frozen,
	}
	counts := map[string]int{}
	_, stacked := l.Cell.(StackedRNNCells)
	if l.Cell == nil {
		return made
	}
	for _, cell := range l.Cell.stack() {
		one, ok := cell.(single)
		if !ok {
			return loop{} // Build says so
		}
		made.cells = append(made.cells, one.recurrent())
		if !stacked {
			continue
		}
		name := nameOf(cell)
		if n := counts[name]; n > 0 && cell.GivenName() == "" {
			name = fmt.Sprintf("%s_%d", name, n)
		}
		counts[nameOf(cell)]++
		made.names = append(made.names, nameOf(l.Cell)+"/"+name)
	}
	return made
}
