package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
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
	// Axis is the axis of the classes, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (CategoricalCrossentropy) Name() string { return "categorical_crossentropy" }

// Reduces implements [Loss].
func (l CategoricalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CategoricalCrossentropy) Targets(pred []int) (Target, error) {
	t, err := choices(l.Name(), l.Axis, false, pred)
	if err != nil {
		return Target{}, err
	}
	return t, checkSmoothing(l.Name(), l.LabelSmoothing)
}

// Term implements [Loss].
func (l CategoricalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return classTerm(g, l.FromLogits, l.Axis, op.LossConfig{}, kernel.SoftmaxCE[float32]{Smoothing: l.LabelSmoothing}, pred, target, weight)
}

// SparseCategoricalCrossentropy is [CategoricalCrossentropy] with targets that
// are class numbers 0..K-1, of shape (n, ...) or (n, ..., 1).
type SparseCategoricalCrossentropy struct {
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// IgnoreClass lists numbers, classes or not, whose rows do not count: they
	// add nothing to the loss, and the reduction divides by the other rows
	// alone. In a fit, class weights and metrics leave them out, too. Keras
	// takes one number, and its metrics see all rows.
	IgnoreClass []int
	// Axis is the axis of the classes, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (SparseCategoricalCrossentropy) Name() string { return "sparse_categorical_crossentropy" }

// Reduces implements [Loss].
func (l SparseCategoricalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l SparseCategoricalCrossentropy) Targets(pred []int) (Target, error) {
	t, err := choices(l.Name(), l.Axis, true, pred)
	t.Ignored = l.IgnoreClass
	return t, err
}

// Term implements [Loss].
func (l SparseCategoricalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return classTerm(g, l.FromLogits, l.Axis, ignoring(l.IgnoreClass, weight), kernel.SoftmaxCE[float32]{Sparse: true}, pred, target, weight)
}

// ignoring makes room for which rows count, where some may not.
func ignoring(classes []int, weight *engine.Tensor) op.LossConfig {
	if len(classes) == 0 {
		return op.LossConfig{}
	}
	return op.LossConfig{Ignored: classes, Counts: make([]bool, weight.Shape.TotalSize())}
}

// classTerm adds a cross-entropy over classes.
func classTerm(g *engine.Graph, fromLogits bool, axis int, c op.LossConfig, k kernel.SoftmaxCE[float32], pred, target, weight *engine.Tensor) (_ *Term, err error) {
	if k.N, c.Order, err = lay(axis, pred.Shape); err != nil {
		return nil, err
	}
	z, isLogits := softmaxLogits(fromLogits, c.Order, pred)
	if isLogits {
		c.Kernel = op.RowLoss{Float32: k, Float64: kernel.SoftmaxCE[float64](k)}
	} else {
		c.Kernel = op.RowLoss{Float32: kernel.CategoricalCE[float32](k), Float64: kernel.CategoricalCE[float64](k)}
	}
	return term(g, c, z, target, weight)
}

// softmaxLogits is logits for classes: a softmax runs over the last axis, so
// its logits serve rows along that axis alone.
func softmaxLogits(fromLogits bool, order []int, pred *engine.Tensor) (*engine.Tensor, bool) {
	if order != nil {
		return pred, fromLogits
	}
	return logits(fromLogits, pred, engine.SoftmaxLink)
}
