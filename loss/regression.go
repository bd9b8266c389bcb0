package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// MeanSquaredError is ℓ = mean over the last axis of (p-y)². Predictions have
// shape (n, ..., c), targets the same, or (n, ...) when c is 1; the unreduced
// loss has shape (n, ...).
type MeanSquaredError struct {
	Reduction Reduction
}

// Name implements [Loss].
func (MeanSquaredError) Name() string { return "mean_squared_error" }

// Reduces implements [Loss].
func (l MeanSquaredError) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l MeanSquaredError) Targets(pred []int) (Target, error) {
	rows, _, err := lastAxis(l.Name(), pred)
	return Target{Shape: pred, Form: Values, Rows: rows}, err
}

// Term implements [Loss].
func (MeanSquaredError) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return term(g, op.SquaredError, 0, pred, target, weight)
}
