package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// decision is what the losses have in common that serve a choice among classes
// both ways: K columns and a softmax, or one column and a sigmoid for two.
type decision struct {
	name       string
	oneHot     bool
	fromLogits bool
}

// targets returns the targets, and the number of classes.
func (d decision) targets(pred []int) (Target, int, error) {
	if len(pred) > 0 && pred[len(pred)-1] == 1 {
		t, err := answers(d.name, 0, pred)
		return t, 2, err
	}
	t, err := choices(d.name, 0, !d.oneHot, pred)
	return t, t.Classes, err
}

// affine is what happens to logits first; see kernel.Classes. The zero value
// is nothing.
type affine struct {
	scale                float64
	slope, margin, shift []float64 // slope for several columns only
}

// term adds the loss: two is its form for one column, many for several.
// Without the affine change of logits, probabilities serve as well.
func (d decision) term(g *engine.Graph, a *affine, two kernel.BinaryFocal, many kernel.ClassFocal, pred, target, weight *engine.Tensor) (*Term, error) {
	n := pred.Shape[len(pred.Shape)-1]
	link := engine.SoftmaxLink
	if n == 1 {
		link = engine.SigmoidLink
	}
	z, isLogits := logits(d.fromLogits, pred, link)
	if a == nil {
		a = &affine{scale: 1}
	} else if !isLogits {
		return nil, fmt.Errorf("loss: %s: needs logits: end the model in a softmax (a sigmoid for one column), or in nothing and set FromLogits", d.name)
	}
	if n > 1 {
		return term(g, op.LossConfig{Kernel: classes(kernel.Classes[float32, kernel.ClassFocal]{
			N: n, Sparse: !d.oneHot, From: source(isLogits), Scale: a.scale, Slope: a.slope, Margin: a.margin, Shift: a.shift, F: many,
		})}, z, target, weight)
	}
	k := kernel.Binary[float32, kernel.BinaryFocal]{N: 1, Bound: kernel.Epsilon, Logits: isLogits, Scale: a.scale, F: two}
	if a.margin != nil {
		k.Margin = [2]float64{a.margin[0], a.margin[1]}
	}
	if a.shift != nil {
		k.Shift = a.shift[1] - a.shift[0]
	}
	return term(g, op.LossConfig{Kernel: binary(k)}, z, target, weight)
}

// checkCounts is an error unless there is a count above 0 for each class.
func checkCounts(name string, counts []float64, classes int) error {
	if err := checkEach(name, "the counts of classes", counts, classes, false, 0); err != nil {
		return err
	}
	for c, n := range counts {
		if n == 0 {
			return fmt.Errorf("loss: %s: class %d has a count of 0, expected a number above 0", name, c)
		}
	}
	return nil
}
