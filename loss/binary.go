package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// BinaryCrossentropy is the loss of yes-or-no predictions, one for each column:
//
//	ℓ = -mean over the last axis of ( a·y·ln p + (1-y)·ln(1-p) ),  a = PosWeight, 1 without
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
	// Axis is the axis of the mean, counted with the batch axis; 0 means the last.
	Axis int
	// PosWeight multiplies the loss of positive targets: one number, or one for
	// each label of targets of several, along Axis. The usual choice is the
	// number of negatives over that of positives. nil means 1. Keras has no
	// such option; PyTorch calls it pos_weight.
	PosWeight []float64
	Reduction Reduction
}

// Name implements [Loss].
func (BinaryCrossentropy) Name() string { return "binary_crossentropy" }

// Reduces implements [Loss].
func (l BinaryCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l BinaryCrossentropy) Targets(pred []int) (Target, error) {
	t, err := answers(l.Name(), l.Axis, pred)
	if err != nil {
		return Target{}, err
	}
	if l.PosWeight != nil {
		_, n, _ := along(l.Name(), l.Axis, pred)
		if err := checkEach(l.Name(), "the weight of positives", l.PosWeight, n, true, 0); err != nil {
			return Target{}, err
		}
	}
	return t, checkSmoothing(l.Name(), l.LabelSmoothing)
}

// Term implements [Loss].
func (l BinaryCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	z, isLogits := logits(l.FromLogits, pred, engine.SigmoidLink)
	n, order, err := lay(l.Axis, pred.Shape)
	if err != nil {
		return nil, err
	}
	c := op.LossConfig{Order: order}
	switch k := (kernel.SigmoidCE[float32]{N: n, Smoothing: l.LabelSmoothing}); {
	case l.PosWeight != nil:
		c.Kernel = binary(kernel.Binary[float32, kernel.PositiveWeight]{
			N: n, Smoothing: l.LabelSmoothing, Bound: kernel.Epsilon, Logits: isLogits, Scale: 1,
			F: kernel.PositiveWeight{Pos: l.PosWeight},
		})
	case isLogits:
		c.Kernel = op.RowLoss{Float32: k, Float64: kernel.SigmoidCE[float64](k)}
	default:
		c.Kernel = op.RowLoss{Float32: kernel.BinaryCE[float32](k), Float64: kernel.BinaryCE[float64](k)}
	}
	return term(g, c, z, target, weight)
}
