package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// CategoricalGeneralizedCrossEntropy stands between cross-entropy (q towards 0)
// and absolute error (q towards 1), which is less misled by wrong labels:
//
//	ℓ = (1 - p_y^q) / q
//
// Predictions are probabilities (n, ..., K), taken as they are, or the output
// of a softmax; targets are class numbers, of shape (n, ...) or (n, ..., 1).
// The unreduced loss has shape (n, ...).
//
// Zhang, Sabuncu, NeurIPS 2018.
type CategoricalGeneralizedCrossEntropy struct {
	// Q is above 0 and below 1; 0 means 0.5.
	Q         float64
	Reduction Reduction
}

// Name implements [Loss].
func (CategoricalGeneralizedCrossEntropy) Name() string {
	return "categorical_generalized_cross_entropy"
}

// Reduces implements [Loss].
func (l CategoricalGeneralizedCrossEntropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CategoricalGeneralizedCrossEntropy) Targets(pred []int) (Target, error) {
	if q := or(l.Q, .5); !(q > 0 && q < 1) {
		return Target{}, fmt.Errorf("loss: %s: q %v, expected a number above 0 and below 1", l.Name(), q)
	}
	return choices(l.Name(), 0, true, pred)
}

// Term implements [Loss].
func (l CategoricalGeneralizedCrossEntropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	z, isLogits := logits(false, pred, engine.SoftmaxLink)
	k := kernel.Classes[float32, kernel.GeneralizedCE]{
		N: pred.Shape[len(pred.Shape)-1], Sparse: true, Scale: 1, F: kernel.GeneralizedCE{Q: or(l.Q, .5)},
	}
	if !isLogits {
		k.From = kernel.Probabilities
	}
	return term(g, op.LossConfig{Kernel: classes(k)}, z, target, weight)
}
