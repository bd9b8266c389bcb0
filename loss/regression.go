package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// The losses of this file compare each prediction p with its target y. In all
// of them predictions have shape (n, ..., c), targets the same, or (n, ...)
// when c is 1; the unreduced loss has shape (n, ...).

// MeanSquaredError is ℓ = mean over the last axis of (p-y)².
type MeanSquaredError struct {
	Reduction Reduction
}

// Name implements [Loss].
func (MeanSquaredError) Name() string { return "mean_squared_error" }

// Reduces implements [Loss].
func (l MeanSquaredError) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l MeanSquaredError) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (MeanSquaredError) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	n := pred.Shape[len(pred.Shape)-1]
	return term(g, op.LossConfig{Kernel: op.RowLoss{
		Float32: kernel.SquaredError[float32]{N: n}, Float64: kernel.SquaredError[float64]{N: n},
	}}, pred, target, weight)
}

// MeanAbsoluteError is ℓ = mean over the last axis of |p-y|.
type MeanAbsoluteError struct {
	Reduction Reduction
}

// Name implements [Loss].
func (MeanAbsoluteError) Name() string { return "mean_absolute_error" }

// Reduces implements [Loss].
func (l MeanAbsoluteError) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l MeanAbsoluteError) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l MeanAbsoluteError) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.AbsoluteError{}, false, pred, target, weight)
}

// MeanAbsolutePercentageError is ℓ = 100 · mean over the last axis of
// |p-y| / max(|y|, 1e-7).
type MeanAbsolutePercentageError struct {
	Reduction Reduction
}

// Name implements [Loss].
func (MeanAbsolutePercentageError) Name() string { return "mean_absolute_percentage_error" }

// Reduces implements [Loss].
func (l MeanAbsolutePercentageError) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l MeanAbsolutePercentageError) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l MeanAbsolutePercentageError) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.PercentageError{}, false, pred, target, weight)
}

// MeanSquaredLogarithmicError is ℓ = mean over the last axis of
// (ln(1+p) - ln(1+y))², with p and y raised to at least 1e-7.
type MeanSquaredLogarithmicError struct {
	Reduction Reduction
}

// Name implements [Loss].
func (MeanSquaredLogarithmicError) Name() string { return "mean_squared_logarithmic_error" }

// Reduces implements [Loss].
func (l MeanSquaredLogarithmicError) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l MeanSquaredLogarithmicError) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l MeanSquaredLogarithmicError) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.LogarithmicError{}, false, pred, target, weight)
}

// Huber is ℓ = mean over the last axis of e²/2 for errors e = p-y up to Delta,
// and Delta·|e| - Delta²/2 beyond.
type Huber struct {
	// Delta is where the loss stops growing as a square, 1 if 0.
	Delta     float64
	Reduction Reduction
}

// Name implements [Loss].
func (Huber) Name() string { return "huber_loss" }

// Reduces implements [Loss].
func (l Huber) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Huber) Targets(pred []int) (Target, error) {
	if err := checkAtLeast(l.Name(), "delta", l.Delta, 0); err != nil {
		return Target{}, err
	}
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l Huber) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.Huber{Delta: or(l.Delta, 1)}, false, pred, target, weight)
}

// LogCosh is ℓ = mean over the last axis of ln cosh(p-y), about e²/2 for small errors
// e and |e| - ln 2 for large ones.
type LogCosh struct {
	Reduction Reduction
}

// Name implements [Loss].
func (LogCosh) Name() string { return "log_cosh" }

// Reduces implements [Loss].
func (l LogCosh) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l LogCosh) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l LogCosh) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.LogCosh{}, false, pred, target, weight)
}

// Poisson is ℓ = mean over the last axis of p - y·ln(p + 1e-7), the loss of counts
// y with expectation p, which should not be negative.
type Poisson struct {
	Reduction Reduction
}

// Name implements [Loss].
func (Poisson) Name() string { return "poisson" }

// Reduces implements [Loss].
func (l Poisson) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Poisson) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, 0, pred)
}

// Term implements [Loss].
func (l Poisson) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return pointwise(g, kernel.Poisson{}, false, pred, target, weight)
}

// pointwise adds the mean, or the sum, of f over the last axis.
func pointwise[F kernel.Pointwise](g *engine.Graph, f F, sum bool, pred, target, weight *engine.Tensor) (*Term, error) {
	n := pred.Shape[len(pred.Shape)-1]
	return term(g, op.LossConfig{Kernel: columns(kernel.Columns[float32, F]{N: n, Sum: sum, F: f})}, pred, target, weight)
}
