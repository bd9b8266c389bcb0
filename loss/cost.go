package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// ExpectedCost is what decisions drawn from the predictions would cost:
//
//	ℓ = Σ_j Cost[y][j]·p_j
//
// Predictions are probabilities (n, ..., K), or logits; targets are class
// numbers of shape (n, ...), or rows of shares with OneHot, over which ℓ is
// averaged. With one column, p is the chance of class 1 of two, and targets
// are 0 or 1. The unreduced loss has shape (n, ...). A model trained on it
// gives decisions, not probabilities that can be trusted.
//
// Elkan: The foundations of cost-sensitive learning, IJCAI 2001.
type ExpectedCost struct {
	// Cost[i][j] is the cost of deciding for class j where class i is true.
	// The diagonal is 0 as a rule.
	Cost [][]float64
	// OneHot says that targets are rows of shares, not class numbers.
	OneHot bool
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	Reduction  Reduction
}

// Name implements [Loss].
func (ExpectedCost) Name() string { return "expected_cost" }

// Reduces implements [Loss].
func (l ExpectedCost) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l ExpectedCost) Targets(pred []int) (Target, error) {
	t, k, err := decision{l.Name(), l.OneHot, l.FromLogits}.targets(pred)
	if err != nil {
		return Target{}, err
	}
	if len(l.Cost) != k {
		return Target{}, fmt.Errorf("loss: %s: the cost matrix has %d rows, expected one for each of %d classes", l.Name(), len(l.Cost), k)
	}
	for i, row := range l.Cost {
		if len(row) != k {
			return Target{}, fmt.Errorf("loss: %s: row %d of the cost matrix has %d numbers, expected %d", l.Name(), i, len(row), k)
		}
		for j, c := range row {
			if c-c != 0 {
				return Target{}, fmt.Errorf("loss: %s: the cost of deciding %d for %d is %v, expected a finite number", l.Name(), j, i, c)
			}
		}
	}
	return t, nil
}

// Term implements [Loss].
func (l ExpectedCost) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	n := pred.Shape[len(pred.Shape)-1]
	if n == 1 {
		f := kernel.BinaryCost{Of: [2][2]float64{{l.Cost[0][0], l.Cost[0][1]}, {l.Cost[1][0], l.Cost[1][1]}}}
		z, isLogits := logits(l.FromLogits, pred, engine.SigmoidLink)
		if !isLogits {
			return pointwise(g, f, false, pred, target, weight)
		}
		return term(g, op.LossConfig{Kernel: binary(kernel.Binary[float32, kernel.BinaryCost]{N: 1, Logits: true, Scale: 1, F: f})}, z, target, weight)
	}
	z, isLogits := logits(l.FromLogits, pred, engine.SoftmaxLink)
	k := kernel.ClassCost[float32]{N: n, Sparse: !l.OneHot, Logits: isLogits, Of: l.Cost}
	return term(g, op.LossConfig{Kernel: op.RowLoss{Float32: k, Float64: kernel.ClassCost[float64](k)}}, z, target, weight)
}
