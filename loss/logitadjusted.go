package loss

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// LogitAdjusted is cross-entropy on logits that are moved by the frequencies of
// the classes, so that the model itself learns what is best when all classes
// count the same:
//
//	ℓ = -ln softmax( z + τ·ln π )_y,  π_j = n_j / Σ n
//
// with n_j the number of training samples of class j. The model's predictions
// stay those of z. Shapes and targets are those of [LDAM]; with one column z
// moves by τ·ln(n_1/n_0).
//
// Menon, Jayasumana, Rawat, Jain, Veit, Kumar: Long-tail learning via logit
// adjustment, ICLR 2021.
type LogitAdjusted struct {
	// Counts are the numbers of training samples of each class, or numbers in
	// the same proportion.
	Counts []float64
	// Tau is τ, 1 if 0.
	Tau float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits. If not, it has to end in a
	// softmax, or a sigmoid for one column.
	FromLogits bool
	Reduction  Reduction
}

func (l LogitAdjusted) decision() decision { return decision{l.Name(), l.OneHot, l.FromLogits} }

// Name implements [Loss].
func (LogitAdjusted) Name() string { return "logit_adjusted" }

// Reduces implements [Loss].
func (l LogitAdjusted) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l LogitAdjusted) Targets(pred []int) (Target, error) {
	t, k, err := l.decision().targets(pred)
	if err == nil {
		err = checkCounts(l.Name(), l.Counts, k)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "tau", l.Tau, 0)
	}
	return t, err
}

// Term implements [Loss].
func (l LogitAdjusted) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	var total float64
	for _, n := range l.Counts {
		total += n
	}
	shift := make([]float64, len(l.Counts))
	for j, n := range l.Counts {
		shift[j] = or(l.Tau, 1) * math.Log(n/total)
	}
	return l.decision().term(g, &affine{scale: 1, shift: shift}, kernel.BinaryFocal{}, kernel.ClassFocal{}, pred, target, weight)
}

// BalancedSoftmax is cross-entropy on z + ln n: [LogitAdjusted] with τ = 1.
//
// Ren, Yu, Sheng, Ma, Zhao, Yi, Li: Balanced meta-softmax for long-tailed visual
// recognition, NeurIPS 2020.
type BalancedSoftmax struct {
	// Counts are the numbers of training samples of each class.
	Counts []float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits. If not, it has to end in a
	// softmax, or a sigmoid for one column.
	FromLogits bool
	Reduction  Reduction
}

func (l BalancedSoftmax) adjusted() LogitAdjusted {
	return LogitAdjusted{Counts: l.Counts, OneHot: l.OneHot, FromLogits: l.FromLogits, Reduction: l.Reduction}
}

// Name implements [Loss].
func (BalancedSoftmax) Name() string { return "balanced_softmax" }

// Reduces implements [Loss].
func (l BalancedSoftmax) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l BalancedSoftmax) Targets(pred []int) (Target, error) { return l.adjusted().Targets(pred) }

// Term implements [Loss].
func (l BalancedSoftmax) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return l.adjusted().Term(g, pred, target, weight)
}
