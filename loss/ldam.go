package loss

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// LDAM is cross-entropy that asks for a margin, larger for rarer classes:
//
//	ℓ = -ln softmax( s·(z - Δ_y at class y) )_y,  Δ_j = MaxMargin·(min_k n_k / n_j)^¼
//
// with n_j the number of training samples of class j. Logits z have shape
// (n, ..., K); targets are class numbers of shape (n, ...), or rows of shares
// with OneHot. With one column, of two classes, ℓ is the same on the logits
// (0, z), and targets are 0 or 1. The unreduced loss has shape (n, ...).
//
// The authors' last layer gives cosines, between -1 and 1, of normalised inputs
// and weights, for which Scale 30 is meant. They add class weights late in the
// training: balance.Deferred does that.
//
// Cao, Wei, Gaidon, Arechiga, Ma: Learning imbalanced datasets with
// label-distribution-aware margin loss, NeurIPS 2019.
type LDAM struct {
	// Counts are the numbers of training samples of each class.
	Counts []float64
	// MaxMargin is the margin of the rarest class, 0.5 if 0.
	MaxMargin float64
	// Scale is s, 30 if 0.
	Scale float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits. If not, it has to end in a
	// softmax, or a sigmoid for one column.
	FromLogits bool
	Reduction  Reduction
}

func (l LDAM) decision() decision { return decision{l.Name(), l.OneHot, l.FromLogits} }

// Name implements [Loss].
func (LDAM) Name() string { return "ldam" }

// Reduces implements [Loss].
func (l LDAM) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l LDAM) Targets(pred []int) (Target, error) {
	t, k, err := l.decision().targets(pred)
	if err == nil {
		err = checkCounts(l.Name(), l.Counts, k)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "the largest margin", l.MaxMargin, 0)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "scale", l.Scale, 0)
	}
	return t, err
}

// Term implements [Loss].
func (l LDAM) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	margin := make([]float64, len(l.Counts))
	for j, n := range l.Counts {
		margin[j] = or(l.MaxMargin, .5) * math.Pow(slices.Min(l.Counts)/n, .25)
	}
	return l.decision().term(g, &affine{scale: or(l.Scale, 30), margin: margin}, kernel.BinaryFocal{}, kernel.ClassFocal{}, pred, target, weight)
}
