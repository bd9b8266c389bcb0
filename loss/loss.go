package loss

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Loss is what a fit makes small. The zero value of each loss is Keras's
// default. A loss knows targets, predictions and one weight for each row;
// where the weights come from is decided before, in package balance.
type Loss interface {
	// Name is Keras's name of the loss.
	Name() string
	// Reduces is the loss's reduction.
	Reduces() Reduction
	// Targets says what the targets of predictions of a shape, without the
	// batch axis, look like.
	Targets(pred []int) (Target, error)
	// Term adds the loss to a graph. It is called by package fit.
	Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error)
}

// Form is the meaning of a target array.
type Form int

const (
	// Values are numbers to be predicted.
	Values Form = iota
	// Probabilities are 0, 1 or a share between them.
	Probabilities
	// OneHot rows hold a share for each class.
	OneHot
	// Indices are class numbers 0..Classes-1.
	Indices
)

// Target describes the targets of one sample.
type Target struct {
	Shape   []int // without the batch axis; empty for one number
	Form    Form
	Classes int   // of OneHot and Indices; 2 for one column of Probabilities; else 0
	Rows    []int // the shape of one sample's unreduced loss; empty for one number
}

// Term is a loss inside a graph.
type Term struct {
	// Sum is the scalar Σ w·ℓ. Dividing is left to the reduction, after the step.
	Sum *engine.Tensor
	// Rows is the memory that receives ℓ, unweighted.
	Rows *tensor.Dense
}

// term adds a row loss of a kind to the graph.
func term(g *engine.Graph, kind op.LossKind, smoothing float64, pred, target, weight *engine.Tensor) (*Term, error) {
	o, rows, err := op.Loss(g.DType, op.LossConfig{Kind: kind, Pred: pred.Shape, Smoothing: smoothing})
	if err != nil {
		return nil, err
	}
	sum, err := g.Apply(o, pred, target, weight)
	if err != nil {
		return nil, err
	}
	return &Term{Sum: sum, Rows: rows}, nil
}

// logits returns what the link was applied to, if pred is its output, so that
// the fused and more exact form of a cross-entropy can be used.
func logits(pred *engine.Tensor, link engine.Link) (*engine.Tensor, bool) {
	if pred.Link == link && pred.Logits != nil {
		return pred.Logits, true
	}
	return nil, false
}

func lastAxis(name string, pred []int) (rows []int, n int, err error) {
	if len(pred) == 0 {
		return nil, 0, fmt.Errorf("loss: %s: predictions need at least one axis after the batch axis", name)
	}
	return pred[:len(pred)-1], pred[len(pred)-1], nil
}

func checkSmoothing(name string, s float64) error {
	if !(s >= 0 && s <= 1) {
		return fmt.Errorf("loss: %s: label smoothing %v, expected 0 to 1", name, s)
	}
	return nil
}
