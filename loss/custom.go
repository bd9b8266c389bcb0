package loss

import (
	"errors"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/gorgonia"
)

// Custom is a loss of your own, written as a Gorgonia expression:
//
//	loss.Custom{
//		Label: "quartic",
//		Rows: func(pred, target *gorgonia.Node) (*gorgonia.Node, error) {
//			e, err := gorgonia.Sub(pred, target)
//			if err != nil {
//				return nil, err
//			}
//			e, err = gorgonia.Square(e)
//			...
//			return gorgonia.Mean(e, 1)
//		},
//	}
//
// Gorgonia differentiates it; weights and reductions act on its rows as they
// do on those of any other loss. Gorgonia's own operations allocate memory at
// each step and run on one core; some of them are wrong for some shapes, so
// compare the gradient with finite differences before relying on it.
type Custom struct {
	// Label is what Name returns, "custom" if empty.
	Label string
	// Rows adds the unreduced loss to the graph of predictions and targets,
	// both with the batch axis in front. Its elements are the rows that Expect
	// announces, neither weighted nor reduced. It is called for each batch
	// size and part of a batch, and must use nothing of other graphs.
	Rows func(pred, target *gorgonia.Node) (*gorgonia.Node, error)
	// Expect says what the targets of predictions of a shape, without the
	// batch axis, look like. nil means numbers of the predictions' shape, and a
	// loss for each run along the last axis.
	Expect    func(pred []int) (Target, error)
	Reduction Reduction
}

// Name implements [Loss].
func (l Custom) Name() string {
	if l.Label == "" {
		return "custom"
	}
	return l.Label
}

// Reduces implements [Loss].
func (l Custom) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l Custom) Targets(pred []int) (Target, error) {
	if l.Rows == nil {
		return Target{}, fmt.Errorf("loss: %s: Custom.Rows is nil, expected a function", l.Name())
	}
	if l.Expect == nil {
		return likePredictions(l.Name(), Values, 0, pred)
	}
	return l.Expect(slices.Clone(pred))
}

// Term implements [Loss].
func (l Custom) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (t *Term, err error) {
	defer func() { // Gorgonia reports many mistakes by panics
		if r := recover(); r != nil {
			t, err = nil, fmt.Errorf("loss: %s: panic: %v", l.Name(), r)
		}
	}()
	node, err := l.Rows(pred.Node, target.Node)
	if err == nil && node == nil {
		err = errors.New("the expression is nil")
	}
	if err != nil {
		return nil, fmt.Errorf("loss: %s: %w", l.Name(), err)
	}
	rows := weight.Shape.TotalSize()
	if got := node.Shape(); got.TotalSize() != rows || got.IsScalar() {
		return nil, fmt.Errorf("loss: %s: the expression has shape %v, expected %d rows", l.Name(), got, rows)
	}
	if node.Dtype() != g.DType {
		return nil, fmt.Errorf("loss: %s: the expression has type %v, expected %v", l.Name(), node.Dtype(), g.DType)
	}
	o, values, err := op.WeightedSum(g.DType, node.Shape())
	if err != nil {
		return nil, err
	}
	in := &engine.Tensor{Node: node, Shape: node.Shape(), Differentiable: pred.Differentiable}
	sum, err := g.Apply(o, in, weight)
	if err != nil {
		return nil, err
	}
	return &Term{Sum: sum, Rows: values}, nil
}
