package loss

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// term adds a loss to the graph. c says what differs from a kernel of rows
// that lie together.
func term(g *engine.Graph, c op.LossConfig, pred, target, weight *engine.Tensor) (*Term, error) {
	c.Pred, c.Target, c.Rows = pred.Shape, target.Shape, weight.Shape.TotalSize()
	o, rows, err := op.Loss(g.DType, c)
	if err != nil {
		return nil, err
	}
	sum, err := g.Apply(o, pred, target, weight)
	if err != nil {
		return nil, err
	}
	return &Term{Sum: sum, Rows: rows, Counts: c.Counts}, nil
}

// logits returns what to compute a loss on: the logits, if pred is said to be
// logits or is the output of the link, so that the more exact form of a loss
// can be used; otherwise pred itself.
func logits(fromLogits bool, pred *engine.Tensor, link engine.Link) (*engine.Tensor, bool) {
	if !fromLogits && pred.Link == link && pred.Logits != nil {
		return pred.Logits, true
	}
	return pred, fromLogits
}

func columns[F kernel.Pointwise](k kernel.Columns[float32, F]) op.RowLoss {
	return op.RowLoss{Float32: k, Float64: kernel.Columns[float64, F](k)}
}

func binary[F kernel.BinaryForm](k kernel.Binary[float32, F]) op.RowLoss {
	return op.RowLoss{Float32: k, Float64: kernel.Binary[float64, F](k)}
}

func classes[F kernel.ClassForm](k kernel.Classes[float32, F]) op.RowLoss {
	return op.RowLoss{Float32: k, Float64: kernel.Classes[float64, F](k)}
}

// source says what predictions over classes hold.
func source(logits bool) kernel.Source {
	if logits {
		return kernel.Logits
	}
	return kernel.Shares
}

// axisOf returns the place of an axis in shapes of a rank, batch axis
// included: 0 stands for the last one, negative numbers count from the end.
func axisOf(name string, axis, rank int) (int, error) {
	at := axis
	if axis <= 0 {
		at += rank
	}
	if axis == 0 {
		at = rank - 1
	}
	if at < 1 || at >= rank {
		return 0, fmt.Errorf("loss: %s: axis %d of predictions with %d axes, expected 1 to %d, or -1 to -%d counted from the end", name, axis, rank, rank-1, rank-1)
	}
	return at, nil
}

// along takes an axis out of the shape of one sample's predictions.
func along(name string, axis int, pred []int) (rows []int, n int, err error) {
	if len(pred) == 0 {
		return nil, 0, fmt.Errorf("loss: %s: predictions need at least one axis after the batch axis", name)
	}
	at, err := axisOf(name, axis, len(pred)+1)
	if err != nil {
		return nil, 0, err
	}
	return slices.Delete(slices.Clone(pred), at-1, at), pred[at-1], nil
}

// lay returns the length of rows along an axis, and their order in memory.
func lay(axis int, pred tensor.Shape) (n int, order []int, err error) {
	at, err := axisOf("", axis, len(pred))
	if err != nil {
		return 0, nil, err
	}
	return pred[at], arrange(pred, at), nil
}

// arrange lists the elements of an array so that those that differ only along
// the given axes follow each other; nil if they do already.
func arrange(shape tensor.Shape, inner ...int) []int {
	strides, size := make([]int, len(shape)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = size
		size *= shape[i]
	}
	var axes []int
	for i := range shape {
		if !slices.Contains(inner, i) {
			axes = append(axes, i)
		}
	}
	axes = append(axes, inner...)
	if slices.IsSorted(axes) {
		return nil
	}
	order := make([]int, 0, size)
	at := make([]int, len(shape))
	for range size {
		place := 0
		for i, v := range at {
			place += v * strides[i]
		}
		order = append(order, place)
		for i := len(axes) - 1; i >= 0; i-- {
			if at[axes[i]]++; at[axes[i]] < shape[axes[i]] {
				break
			}
			at[axes[i]] = 0
		}
	}
	return order
}

// likePredictions are targets with a number for each prediction, and rows
// along an axis.
func likePredictions(name string, form Form, axis int, pred []int) (Target, error) {
	rows, _, err := along(name, axis, pred)
	return Target{Shape: pred, Form: form, Rows: rows}, err
}

// answers are targets of yes-or-no predictions.
func answers(name string, axis int, pred []int) (Target, error) {
	t, err := likePredictions(name, Probabilities, axis, pred)
	if err == nil && pred[len(pred)-1] == 1 {
		t.Classes = 2
	}
	return t, err
}

// choices are targets over classes: a share for each, or class numbers.
func choices(name string, axis int, sparse bool, pred []int) (Target, error) {
	rows, k, err := along(name, axis, pred)
	if err != nil {
		return Target{}, err
	}
	if k < 2 { // its cross-entropy is 0 whatever the model says
		return Target{}, fmt.Errorf("loss: %s: the predictions have one column, expected one for each class; for two classes in one column use BinaryCrossentropy", name)
	}
	if sparse {
		return Target{Shape: rows, Form: Indices, Classes: k, Rows: rows}, nil
	}
	return Target{Shape: pred, Form: OneHot, Classes: k, Rows: rows}, nil
}

func checkSmoothing(name string, s float64) error {
	return checkRange(name, "label smoothing", s, 0, 1)
}

// checkRange is an error unless v is a number from lo to hi.
func checkRange(name, what string, v, lo, hi float64) error {
	if !(v >= lo && v <= hi) {
		return fmt.Errorf("loss: %s: %s %v, expected %v to %v", name, what, v, lo, hi)
	}
	return nil
}

// checkAtLeast is an error unless v is a finite number of at least lo.
func checkAtLeast(name, what string, v, lo float64) error {
	if !(v >= lo && v-v == 0) {
		return fmt.Errorf("loss: %s: %s %v, expected a finite number of at least %v", name, what, v, lo)
	}
	return nil
}

// checkEach checks numbers given for the classes or columns: want of them, or
// one for all where one may be enough, each at least lo.
func checkEach(name, what string, v []float64, want int, one bool, lo float64) error {
	if len(v) != want && !(one && len(v) == 1) {
		return fmt.Errorf("loss: %s: %d numbers for %s, expected %d", name, len(v), what, want)
	}
	for _, x := range v {
		if err := checkAtLeast(name, what, x, lo); err != nil {
			return err
		}
	}
	return nil
}
