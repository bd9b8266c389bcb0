package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// CTC is the loss of sequences of labels whose places in time are not known:
// minus the logarithm of the probability that the softmax of the predictions,
// one draw for each timestep, spells the labels once repeats are merged and
// blanks are left out. Class 0 is the blank.
//
// Predictions are logits (n, T, K). Targets are (n, L) class numbers, filled
// up at the end with 0, which is no label. The unreduced loss is (n). Labels
// that T steps cannot spell have an infinite loss.
//
// Graves, Fernández, Gomez, Schmidhuber: Connectionist temporal
// classification, ICML 2006.
type CTC struct {
	// MaxLabels is L, the length of a row of targets. It is needed.
	MaxLabels int
	Reduction Reduction
}

// Name implements [Loss].
func (CTC) Name() string { return "ctc" }

// Reduces implements [Loss].
func (l CTC) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CTC) Targets(pred []int) (Target, error) {
	if len(pred) != 2 || pred[1] < 2 {
		return Target{}, fmt.Errorf("loss: ctc: predictions of a sample have shape %v, expected (timesteps, classes) with at least 2 classes", pred)
	}
	if l.MaxLabels < 1 {
		return Target{}, fmt.Errorf("loss: ctc: MaxLabels is %d, expected the length of a row of targets", l.MaxLabels)
	}
	return Target{Shape: []int{l.MaxLabels}, Form: Labels, Classes: pred[1]}, nil
}

// Term implements [Loss].
func (l CTC) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	k := kernel.NewCTC[float32](pred.Shape[1], pred.Shape[2], l.MaxLabels)
	return term(g, op.LossConfig{Kernel: op.RowLoss{Float32: k, Float64: kernel.CTC[float64](k)}}, pred, target, weight)
}
