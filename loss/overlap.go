package loss

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Dice is the loss of regions, such as the pixels of a class:
//
//	ℓ = 1 - 2·Σ y·p / (Σ y + Σ p + 1e-7)
//
// with sums over Axis. Predictions and targets have the same shape and lie in
// [0,1]. See [Tversky] for what a loss over the batch axis means.
type Dice struct {
	// Axis lists the axes of the sums, counted with the batch axis, negative
	// from the end; nil means all.
	Axis      []int
	Reduction Reduction
}

// Name implements [Loss].
func (Dice) Name() string { return "dice" }

// Reduces implements [Loss].
func (l Dice) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Dice) Targets(pred []int) (Target, error) { return regions(l.Name(), l.Axis, pred) }

// Term implements [Loss].
func (l Dice) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	// Half of the floor: numerator and denominator are those of ℓ, halved.
	k := kernel.Overlap[float32]{FalsePos: .5, FalseNeg: .5, Floor: kernel.Epsilon / 2, Power: 1}
	return overlap(g, k, l.Axis, l.Reduction, pred, target, weight)
}

// Tversky is [Dice] with a price of its own for each kind of mistake:
//
//	ℓ = (1 - TP / (TP + α·FP + β·FN + 1e-7))^(1/γ)
//	TP = Σ y·p, FP = Σ (1-y)·p, FN = Σ y·(1-p), sums over Axis
//
// Predictions and targets have the same shape and lie in [0,1]. The unreduced
// loss has the shape of the axes that are left.
//
// Where the batch axis is among the summed ones, as it is by default, the loss
// is that of the batch, and each sample gets a copy of it: its mean is the
// loss, and weights w multiply it by their mean, as in Keras. With the
// reduction Sum each sample gets an equal part, so that the sum is the loss.
//
// Salehi, Erdogmus, Gholipour, MLMI 2017; with γ, Abraham, Khan, ISBI 2019.
type Tversky struct {
	// Alpha is the price of false positives, 0.5 if 0.
	Alpha float64
	// Beta is the price of false negatives, 0.5 if 0.
	Beta float64
	// Gamma is γ, 1 if 0. Above 1 it raises the price of regions that are
	// nearly right (focal Tversky, 4/3 there). Keras has no such option.
	Gamma float64
	// Axis lists the axes of the sums, counted with the batch axis, negative
	// from the end; nil means all.
	Axis      []int
	Reduction Reduction
}

// Name implements [Loss].
func (Tversky) Name() string { return "tversky" }

// Reduces implements [Loss].
func (l Tversky) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Tversky) Targets(pred []int) (Target, error) {
	for _, v := range []struct {
		what  string
		value float64
	}{{"alpha", l.Alpha}, {"beta", l.Beta}, {"gamma", l.Gamma}} {
		if err := checkAtLeast(l.Name(), v.what, v.value, 0); err != nil {
			return Target{}, err
		}
	}
	if l.Gamma == Zero {
		return Target{}, fmt.Errorf("loss: %s: gamma 0, expected a number above 0", l.Name())
	}
	return regions(l.Name(), l.Axis, pred)
}

// Term implements [Loss].
func (l Tversky) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	k := kernel.Overlap[float32]{FalsePos: or(l.Alpha, .5), FalseNeg: or(l.Beta, .5), Floor: kernel.Epsilon, Power: 1 / or(l.Gamma, 1)}
	return overlap(g, k, l.Axis, l.Reduction, pred, target, weight)
}

// summed resolves a list of axes of shapes of a rank, batch axis included.
func summed(name string, axis []int, rank int) ([]int, error) {
	var out []int
	for _, a := range axis {
		at := a
		if a < 0 {
			at += rank
		}
		if at < 0 || at >= rank {
			return nil, fmt.Errorf("loss: %s: axis %d of predictions with %d axes, expected 0 to %d, or -1 to -%d counted from the end", name, a, rank, rank-1, rank)
		}
		if slices.Contains(out, at) {
			return nil, fmt.Errorf("loss: %s: axis %d is given twice", name, a)
		}
		out = append(out, at)
	}
	for at := range rank {
		if axis == nil {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out, nil
}

// regions are targets of the predictions' shape, and the rows that are left
// once the axes are summed.
func regions(name string, axis, pred []int) (Target, error) {
	if axis != nil && len(axis) == 0 {
		return Target{}, fmt.Errorf("loss: %s: no axis to sum over, expected some, or nil for all", name)
	}
	t, err := answers(name, 0, pred)
	if err != nil {
		return Target{}, err
	}
	inner, err := summed(name, axis, len(pred)+1)
	if err != nil {
		return Target{}, err
	}
	t.Rows = nil
	for i, v := range pred {
		if !slices.Contains(inner, i+1) {
			t.Rows = append(t.Rows, v)
		}
	}
	t.Together = inner[0] == 0
	return t, nil
}

func overlap(g *engine.Graph, k kernel.Overlap[float32], axis []int, r Reduction, pred, target, weight *engine.Tensor) (*Term, error) {
	inner, err := summed("", axis, len(pred.Shape))
	if err != nil {
		return nil, err
	}
	c := op.LossConfig{Order: arrange(pred.Shape, inner...)}
	k.N = 1
	for _, at := range inner {
		k.N *= pred.Shape[at]
	}
	if inner[0] == 0 {
		c.Values, c.Share = pred.Shape.TotalSize()/k.N, 1
		if r == Sum {
			c.Share = 1 / float64(pred.Shape[0])
		}
	}
	c.Kernel = op.RowLoss{Float32: k, Float64: kernel.Overlap[float64](k)}
	return term(g, c, pred, target, weight)
}
