package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Hinge is ℓ = mean over the last axis of max(1 - y·p, 0), with targets -1 and 1,
// or 0 and 1, where 0 stands for -1. Targets that mix -1 and 0 are an error;
// Keras takes 0 for -1 only in a batch without -1. Shapes are those of
// [MeanSquaredError].
type Hinge struct {
	Reduction Reduction
}

// Name implements [Loss].
func (Hinge) Name() string { return "hinge" }

// Reduces implements [Loss].
func (l Hinge) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Hinge) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Signs, 0, pred)
}

// Term implements [Loss].
func (l Hinge) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.Hinge{}, false, pred, target, weight)
}

// SquaredHinge is [Hinge] with the square of max(1 - y·p, 0).
type SquaredHinge struct {
	Reduction Reduction
}

// Name implements [Loss].
func (SquaredHinge) Name() string { return "squared_hinge" }

// Reduces implements [Loss].
func (l SquaredHinge) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l SquaredHinge) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Signs, 0, pred)
}

// Term implements [Loss].
func (l SquaredHinge) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.Hinge{Squared: true}, false, pred, target, weight)
}

// CategoricalHinge is ℓ = max( max over c of (1-y_c)·p_c - Σ y_c·p_c + 1, 0 ),
// over the last axis, with one-hot targets. Predictions and targets have shape
// (n, ..., K), the unreduced loss (n, ...).
type CategoricalHinge struct {
	Reduction Reduction
}

// Name implements [Loss].
func (CategoricalHinge) Name() string { return "categorical_hinge" }

// Reduces implements [Loss].
func (l CategoricalHinge) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CategoricalHinge) Targets(pred []int) (Target, error) {
	return choices(l.Name(), 0, false, pred)
}

// Term implements [Loss].
func (CategoricalHinge) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	n := pred.Shape[len(pred.Shape)-1]
	return term(g, op.LossConfig{Kernel: op.RowLoss{
		Float32: kernel.CategoricalHinge[float32]{N: n}, Float64: kernel.CategoricalHinge[float64]{N: n},
	}}, pred, target, weight)
}
