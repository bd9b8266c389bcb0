package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Poly1 is cross-entropy, or focal loss, with another first term of its
// expansion in 1-p_y:
//
//	ℓ = -(1-p_y)^γ·ln p_y + ε·(1-p_y)^(γ+1)
//
// Predictions have shape (n, ..., K); targets are class numbers of shape
// (n, ...), or rows of shares with OneHot, over which ℓ is summed. With one
// column, p is the chance of class 1 and targets are 0 or 1. The unreduced
// loss has shape (n, ...). Logits are used where the model has them.
//
// Leng, Tan, Liu, Cubuk, Shi, Cheng, Anguelov: PolyLoss, ICLR 2022.
type Poly1 struct {
	// Epsilon is ε, at least -1; 0 means 2, which was best on ImageNet.
	Epsilon float64
	// Gamma is γ; 0 gives cross-entropy.
	Gamma float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	Reduction  Reduction
}

func (l Poly1) decision() decision { return decision{l.Name(), l.OneHot, l.FromLogits} }

// Name implements [Loss].
func (Poly1) Name() string { return "poly1" }

// Reduces implements [Loss].
func (l Poly1) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Poly1) Targets(pred []int) (Target, error) {
	t, _, err := l.decision().targets(pred)
	if err == nil {
		err = checkAtLeast(l.Name(), "epsilon", l.Epsilon, -1)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "gamma", l.Gamma, 0)
	}
	return t, err
}

// Term implements [Loss].
func (l Poly1) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	epsilon, gamma := or(l.Epsilon, 2), or(l.Gamma, 0)
	return l.decision().term(g, nil, kernel.BinaryFocal{Gamma: gamma, Poly: epsilon}, kernel.ClassFocal{Gamma: gamma, Poly: epsilon}, pred, target, weight)
}
