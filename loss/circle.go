package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Circle is the loss of embeddings, which draws those of one label together and
// the others apart. With d_ij = max(1 - p_i·p_j, 0) and the margin m,
//
//	ℓ_i = softplus( ln Σ_same exp(-γ·max(m+d,0)·(m-d)) + ln Σ_other exp(γ·max(1+m-d,0)·(1-m-d)) )
//
// over the rows of the batch with the label of row i, itself left out, and
// over the others. Predictions are (n, d), rows of length 1: end the model in
// a normalisation. Targets are labels (n), any whole numbers. The unreduced
// loss is (n); rows with a loss of 0 do not count in the reduction, as in
// Keras. Work grows with n².
//
// Sun, Cheng, Zhang, Zhang, Zheng, Wang, Wei: Circle loss, CVPR 2020.
type Circle struct {
	// Gamma is the scale, 80 if 0.
	Gamma float64
	// Margin is m, 0.4 if 0.
	Margin float64
	// KeepDiagonal compares each row with itself too (Keras's remove_diagonal
	// set to false).
	KeepDiagonal bool
	Reduction    Reduction
}

// Name implements [Loss].
func (Circle) Name() string { return "circle" }

// Reduces implements [Loss].
func (l Circle) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Circle) Targets(pred []int) (Target, error) {
	if len(pred) != 1 {
		return Target{}, fmt.Errorf("loss: circle: predictions have shape (n, ...) with %d axes, expected embeddings (n, d)", len(pred)+1)
	}
	err := checkAtLeast(l.Name(), "gamma", l.Gamma, 0)
	if err == nil {
		err = checkAtLeast(l.Name(), "margin", l.Margin, 0)
	}
	return Target{Form: Indices, Together: true}, err
}

// Term implements [Loss].
func (l Circle) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	k := kernel.Circle[float32]{
		N: pred.Shape[1], Gamma: or(l.Gamma, 80), Margin: or(l.Margin, .4), Others: !l.KeepDiagonal,
		Counts: make([]bool, pred.Shape[0]),
	}
	return term(g, op.LossConfig{
		Kernel: op.RowLoss{Float32: k, Float64: kernel.Circle[float64](k)}, Together: true, Counts: k.Counts,
	}, pred, target, weight)
}
