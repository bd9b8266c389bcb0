package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Asymmetric is the loss of many labels of which few are positive. It focuses
// on positives and negatives by an exponent each, and drops negatives that are
// easy enough altogether:
//
//	ℓ = -Σ over the last axis of y·(1-p)^γ₊·ln p + (1-y)·m^γ₋·ln(1-m),  m = max(p - Clip, 0)
//
// Predictions and targets have shape (n, ..., c), the unreduced loss (n, ...).
// The authors' program adds up all samples (reduction [Sum]) and leaves the
// focusing factors out of the gradient; here the gradient is that of ℓ. Where
// the model ends in a sigmoid the loss is computed on the logits; other
// probabilities are kept 1e-8 away from 0 and 1.
//
// Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor: Asymmetric
// loss for multi-label classification, ICCV 2021.
type Asymmetric struct {
	// GammaPos is γ₊, 1 if 0; [Zero] was best for the authors on MS-COCO.
	GammaPos float64
	// GammaNeg is γ₋, 4 if 0.
	GammaNeg float64
	// Clip is the probability up to which negatives cost nothing, 0.05 if 0.
	Clip float64
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	Reduction  Reduction
}

// Name implements [Loss].
func (Asymmetric) Name() string { return "asymmetric" }

// Reduces implements [Loss].
func (l Asymmetric) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Asymmetric) Targets(pred []int) (Target, error) {
	t, err := answers(l.Name(), 0, pred)
	if err == nil {
		err = checkAtLeast(l.Name(), "gamma of positives", l.GammaPos, 0)
	}
	if err == nil {
		err = checkAtLeast(l.Name(), "gamma of negatives", l.GammaNeg, 0)
	}
	if err == nil {
		err = checkRange(l.Name(), "clip", l.Clip, 0, 1)
	}
	return t, err
}

// Term implements [Loss].
func (l Asymmetric) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	z, isLogits := logits(l.FromLogits, pred, engine.SigmoidLink)
	return term(g, op.LossConfig{Kernel: binary(kernel.Binary[float32, kernel.Asymmetric]{
		N: pred.Shape[len(pred.Shape)-1], Sum: true, Bound: 1e-8, Logits: isLogits, Scale: 1,
		F: kernel.Asymmetric{Pos: or(l.GammaPos, 1), Neg: or(l.GammaNeg, 4), Clip: or(l.Clip, .05)},
	})}, z, target, weight)
}
