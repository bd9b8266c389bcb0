package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// Identity passes its input and its mask on.
type Identity struct{ Name string }

// ActivityRegularization passes its input and its mask on and adds
// Σ L1·|x| + L2·x² of the batch, divided by its size, to the loss.
type ActivityRegularization struct {
	L1, L2 float64
	Name   string
}

// Class implements [Layer].
func (Identity) Class() string { return "Identity" }

// Class implements [Layer].
func (ActivityRegularization) Class() string { return "ActivityRegularization" }

// GivenName implements [Layer].
func (l Identity) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l ActivityRegularization) GivenName() string { return l.Name }

// Build implements [Single].
func (Identity) Build(in []int) (Built, error) { return Built{Out: in}, nil }

// Build implements [Single].
func (l ActivityRegularization) Build(in []int) (Built, error) {
	return Built{Out: in}, regularizer.L1L2{L1: l.L1, L2: l.L2}.Check(in)
}

// Apply implements [Single].
func (Identity) Apply(c Call) (*engine.Tensor, error) { return c.Input, nil }

// Apply implements [Single].
func (l ActivityRegularization) Apply(c Call) (*engine.Tensor, error) {
	if l.L1 == 0 && l.L2 == 0 {
		return c.Input, nil
	}
	return c.penalize(regularizer.L1L2{L1: l.L1, L2: l.L2}, c.Input, nil)
}
