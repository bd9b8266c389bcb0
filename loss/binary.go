package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// BinaryCrossentropy is the loss of yes-or-no predictions, one for each column:
//
//	ℓ = -mean over the last axis of ( y·ln p + (1-y)·ln(1-p) )
//
// Predictions have shape (n, ..., c), targets the same, or (n, ...) when c is
// 1; targets lie in [0,1]. The unreduced loss has shape (n, ...).
//
// Where the model ends in a sigmoid, the loss and its gradient are computed on
// the logits, max(z,0) - z·y + ln(1+exp(-|z|)), which never saturates; Keras
// on TensorFlow does the same. Other probabilities are clipped to [1e-7, 1-1e-7].
type BinaryCrossentropy struct {
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// LabelSmoothing s moves targets towards a half: y(1-s) + s/2.
	LabelSmoothing float64
	Reduction      Reduction
}

// Name implements [Loss].
func (BinaryCrossentropy) Name() string { return "binary_crossentropy" }

// Reduces implements [Loss].
func (l BinaryCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l BinaryCrossentropy) Targets(pred []int) (Target, error) {
	rows, n, err := lastAxis(l.Name(), pred)
	if err != nil {
		return Target{}, err
	}
	classes := 0
	if n == 1 {
		classes = 2
	}
	return Target{Shape: pred, Form: Probabilities, Classes: classes, Rows: rows}, checkSmoothing(l.Name(), l.LabelSmoothing)
}

// Term implements [Loss].
func (l BinaryCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	if l.FromLogits {
		return term(g, op.SigmoidCE, l.LabelSmoothing, pred, target, weight)
	}
	if z, ok := logits(pred, engine.SigmoidLink); ok {
		return term(g, op.SigmoidCE, l.LabelSmoothing, z, target, weight)
	}
	return term(g, op.BinaryCE, l.LabelSmoothing, pred, target, weight)
}
