package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// KLDivergence is ℓ = Σ over the last axis of y·ln(y/p), with both clipped to
// [1e-7, 1]: how far the shares p of the predictions are from those of the
// targets. Both have shape (n, ..., K), the unreduced loss (n, ...).
type KLDivergence struct {
	Reduction Reduction
}

// Name implements [Loss].
func (KLDivergence) Name() string { return "kl_divergence" }

// Reduces implements [Loss].
func (l KLDivergence) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l KLDivergence) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Probabilities, 0, pred)
}

// Term implements [Loss].
func (l KLDivergence) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.Divergence{}, true, pred, target, weight)
}
