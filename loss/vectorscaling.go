package loss

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// VectorScaling is cross-entropy on logits that are moved as those of
// [LogitAdjusted] and scaled besides, less where a class is rare, which acts to
// the end of training, when shifts no longer do:
//
//	ℓ = -ln softmax( Δ·z + τ·ln π )_y,  Δ_j = (n_j / max n)^γ,  π_j = n_j / Σ n
//
// with n_j the number of training samples of class j. Predictions have a column
// for each class, two of them for two classes, and stay those of z. Targets are
// class numbers, or with OneHot rows of shares. With Gamma 0 it is LogitAdjusted.
//
// Kini, Paraskevas, Oymak, Thrampoulidis: Label-imbalanced and group-sensitive
// classification under overparameterization, NeurIPS 2021, where γ is from 0.05
// to 0.3.
type VectorScaling struct {
	// Counts are the numbers of training samples of each class, or numbers in
	// the same proportion.
	Counts []float64
	// Gamma is γ, 0.15 if 0.
	Gamma float64
	// Tau is τ, 1 if 0.
	Tau float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits. If not, it has to end in a
	// softmax.
	FromLogits bool
	Reduction  Reduction
}

func (l VectorScaling) decision() decision { return decision{l.Name(), l.OneHot, l.FromLogits} }

// Name implements [Loss].
func (VectorScaling) Name() string { return "vector_scaling" }

// Reduces implements [Loss].
func (l VectorScaling) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l VectorScaling) Targets(pred []int) (Target, error) {
	if len(pred) > 0 && pred[len(pred)-1] == 1 {
		return Target{}, fmt.Errorf("loss: %s: predictions with one column, expected one for each class", l.Name())
	}
	t, k, err := l.decision().targets(pred)
	if err == nil {
		err = checkCounts(l.Name(), l.Counts, k)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "gamma", l.Gamma, 0)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "tau", l.Tau, 0)
	}
	return t, err
}

// Term implements [Loss].
func (l VectorScaling) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	var total float64
	for _, n := range l.Counts {
		total += n
	}
	most := slices.Max(l.Counts)
	a := &affine{scale: 1, slope: make([]float64, len(l.Counts)), shift: make([]float64, len(l.Counts))}
	for j, n := range l.Counts {
		a.slope[j] = math.Pow(n/most, or(l.Gamma, 0.15))
		a.shift[j] = or(l.Tau, 1) * math.Log(n/total)
	}
	return l.decision().term(g, a, kernel.BinaryFocal{}, kernel.ClassFocal{}, pred, target, weight)
}
