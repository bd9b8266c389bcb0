package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// BinaryFocalCrossentropy is [BinaryCrossentropy] that counts what is already
// predicted well for less:
//
//	ℓ = mean over the last axis of a·(1-p_t)^γ·bce,  p_t = y·p + (1-y)(1-p)
//
// where a is 1, or y·α + (1-y)(1-α) with ApplyClassBalancing. Shapes and the
// use of logits are those of BinaryCrossentropy.
//
// Lin, Goyal, Girshick, He, Dollár: Focal loss for dense object detection,
// ICCV 2017.
type BinaryFocalCrossentropy struct {
	// ApplyClassBalancing weighs positives by Alpha, negatives by 1-Alpha.
	ApplyClassBalancing bool
	// Alpha is 0.25 if 0.
	Alpha float64
	// Gamma is γ, 2 if 0; [Zero] gives cross-entropy.
	Gamma float64
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// LabelSmoothing s moves targets towards a half: y(1-s) + s/2.
	LabelSmoothing float64
	// Axis is the axis of the mean, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (BinaryFocalCrossentropy) Name() string { return "binary_focal_crossentropy" }

// Reduces implements [Loss].
func (l BinaryFocalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l BinaryFocalCrossentropy) Targets(pred []int) (Target, error) {
	t, err := answers(l.Name(), l.Axis, pred)
	if err == nil {
		err = checkAtLeast(l.Name(), "gamma", l.Gamma, 0)
	}
	if err == nil {
		err = checkRange(l.Name(), "alpha", l.Alpha, 0, 1)
	}
	if err == nil {
		err = checkSmoothing(l.Name(), l.LabelSmoothing)
	}
	return t, err
}

// Term implements [Loss].
func (l BinaryFocalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	z, isLogits := logits(l.FromLogits, pred, engine.SigmoidLink)
	n, order, err := lay(l.Axis, pred.Shape)
	if err != nil {
		return nil, err
	}
	return term(g, op.LossConfig{Order: order, Kernel: binary(kernel.Binary[float32, kernel.BinaryFocal]{
		N: n, Smoothing: l.LabelSmoothing, Bound: kernel.Epsilon, Logits: isLogits, Scale: 1,
		F: kernel.BinaryFocal{Gamma: or(l.Gamma, 2), Balanced: l.ApplyClassBalancing, Alpha: or(l.Alpha, .25)},
	})}, z, target, weight)
}
