package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// CategoricalCrossentropy is the loss of one class out of K, with targets that
// give every class its share (one-hot rows as a rule):
//
//	ℓ = -Σ over the last axis of y·ln p
//
// Predictions and targets have shape (n, ..., K), the unreduced loss (n, ...).
//
// Where the model ends in a softmax, the loss and its gradient are computed on
// the logits. Other probabilities are divided by their sum and clipped to
// [1e-7, 1-1e-7] first, as Keras does.
type CategoricalCrossentropy struct {
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// LabelSmoothing s moves targets towards equal shares: y(1-s) + s/K.
	LabelSmoothing float64
	Reduction      Reduction
}

// Name implements [Loss].
func (CategoricalCrossentropy) Name() string { return "categorical_crossentropy" }

// Reduces implements [Loss].
func (l CategoricalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CategoricalCrossentropy) Targets(pred []int) (Target, error) {
	rows, k, err := classAxis(l.Name(), pred)
	if err != nil {
		return Target{}, err
	}
	return Target{Shape: pred, Form: OneHot, Classes: k, Rows: rows}, checkSmoothing(l.Name(), l.LabelSmoothing)
}

// Term implements [Loss].
func (l CategoricalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	if l.FromLogits {
		return term(g, op.SoftmaxCE, l.LabelSmoothing, pred, target, weight)
	}
	if z, ok := logits(pred, engine.SoftmaxLink); ok {
		return term(g, op.SoftmaxCE, l.LabelSmoothing, z, target, weight)
	}
	return term(g, op.CategoricalCE, l.LabelSmoothing, pred, target, weight)
}

// SparseCategoricalCrossentropy is [CategoricalCrossentropy] with targets that
// are class numbers 0..K-1, of shape (n, ...) or (n, ..., 1).
type SparseCategoricalCrossentropy struct {
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	Reduction  Reduction
}

// Name implements [Loss].
func (SparseCategoricalCrossentropy) Name() string { return "sparse_categorical_crossentropy" }

// Reduces implements [Loss].
func (l SparseCategoricalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l SparseCategoricalCrossentropy) Targets(pred []int) (Target, error) {
	rows, k, err := classAxis(l.Name(), pred)
	return Target{Shape: rows, Form: Indices, Classes: k, Rows: rows}, err
}

// Term implements [Loss].
func (l SparseCategoricalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	if l.FromLogits {
		return term(g, op.SparseSoftmaxCE, 0, pred, target, weight)
	}
	if z, ok := logits(pred, engine.SoftmaxLink); ok {
		return term(g, op.SparseSoftmaxCE, 0, z, target, weight)
	}
	return term(g, op.SparseCE, 0, pred, target, weight)
}

// classAxis is lastAxis for losses over classes: one column cannot be a choice
// of classes, its cross-entropy is 0 whatever the model says.
func classAxis(name string, pred []int) (rows []int, k int, err error) {
	rows, k, err = lastAxis(name, pred)
	if err == nil && k < 2 {
		err = fmt.Errorf("loss: %s: the predictions have one column, expected one for each class; for two classes in one column use BinaryCrossentropy", name)
	}
	return rows, k, err
}
