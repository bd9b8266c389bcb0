package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// CategoricalFocalCrossentropy is [CategoricalCrossentropy] that counts what is
// already predicted well for less:
//
//	ℓ = Σ over the last axis of -α_c·(1-p_c)^γ·y_c·ln p_c
//
// Shapes and the use of logits are those of CategoricalCrossentropy.
//
// Lin, Goyal, Girshick, He, Dollár: Focal loss for dense object detection,
// ICCV 2017.
type CategoricalFocalCrossentropy struct {
	// Alpha holds one α for all classes, or one for each; nil means 0.25.
	Alpha []float64
	// Gamma is γ, 2 if 0; [Zero] gives cross-entropy.
	Gamma float64
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// LabelSmoothing s moves targets towards equal shares: y(1-s) + s/K.
	LabelSmoothing float64
	// Axis is the axis of the classes, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (CategoricalFocalCrossentropy) Name() string { return "categorical_focal_crossentropy" }

// Reduces implements [Loss].
func (l CategoricalFocalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CategoricalFocalCrossentropy) Targets(pred []int) (Target, error) {
	t, err := choices(l.Name(), l.Axis, false, pred)
	if err == nil {
		err = checkFocal(l.Name(), l.Alpha, l.Gamma, t.Classes)
	}
	if err == nil {
		err = checkSmoothing(l.Name(), l.LabelSmoothing)
	}
	return t, err
}

// Term implements [Loss].
func (l CategoricalFocalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return focalTerm(g, l.FromLogits, l.Axis, op.LossConfig{}, kernel.Classes[float32, kernel.ClassFocal]{
		Smoothing: l.LabelSmoothing, F: focal(l.Alpha, l.Gamma),
	}, pred, target, weight)
}

// SparseCategoricalFocalCrossentropy is [CategoricalFocalCrossentropy] with
// targets that are class numbers 0..K-1, of shape (n, ...) or (n, ..., 1).
// Keras 3.16 has none.
type SparseCategoricalFocalCrossentropy struct {
	// Alpha holds one α for all classes, or one for each; nil means 0.25.
	Alpha []float64
	// Gamma is γ, 2 if 0; [Zero] gives cross-entropy.
	Gamma float64
	// FromLogits says that the model gives logits, not probabilities.
	FromLogits bool
	// IgnoreClass is that of [SparseCategoricalCrossentropy].
	IgnoreClass []int
	// Axis is the axis of the classes, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (SparseCategoricalFocalCrossentropy) Name() string {
	return "sparse_categorical_focal_crossentropy"
}

// Reduces implements [Loss].
func (l SparseCategoricalFocalCrossentropy) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l SparseCategoricalFocalCrossentropy) Targets(pred []int) (Target, error) {
	t, err := choices(l.Name(), l.Axis, true, pred)
	if err == nil {
		err = checkFocal(l.Name(), l.Alpha, l.Gamma, t.Classes)
	}
	t.Ignored = l.IgnoreClass
	return t, err
}

// Term implements [Loss].
func (l SparseCategoricalFocalCrossentropy) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	return focalTerm(g, l.FromLogits, l.Axis, ignoring(l.IgnoreClass, weight), kernel.Classes[float32, kernel.ClassFocal]{
		Sparse: true, F: focal(l.Alpha, l.Gamma),
	}, pred, target, weight)
}

func focal(alpha []float64, gamma float64) kernel.ClassFocal {
	if alpha == nil {
		alpha = []float64{.25}
	}
	return kernel.ClassFocal{Alpha: alpha, Gamma: or(gamma, 2)}
}

func checkFocal(name string, alpha []float64, gamma float64, classes int) error {
	if alpha != nil {
		if err := checkEach(name, "alpha", alpha, classes, true, 0); err != nil {
			return err
		}
	}
	return checkAtLeast(name, "gamma", gamma, 0)
}

func focalTerm(g *engine.Graph, fromLogits bool, axis int, c op.LossConfig, k kernel.Classes[float32, kernel.ClassFocal], pred, target, weight *engine.Tensor) (_ *Term, err error) {
	if k.N, c.Order, err = lay(axis, pred.Shape); err != nil {
		return nil, err
	}
	z, isLogits := softmaxLogits(fromLogits, c.Order, pred)
	k.From, k.Scale = source(isLogits), 1
	c.Kernel = classes(k)
	return term(g, c, z, target, weight)
}
