package loss

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
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

// Zero stands for an explicit 0 in fields where 0 means a default that is not
// 0. It is the smallest number above 0, which makes no difference to a loss.
const Zero = math.SmallestNonzeroFloat64

// or returns v, or the default where v is 0; Zero gives 0.
func or(v, byDefault float64) float64 {
	switch v {
	case 0:
		return byDefault
	case Zero:
		return 0
	}
	return v
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
	// Indices are class numbers 0..Classes-1, one for each row of the loss; any
	// whole numbers where Classes is 0.
	Indices
	// Signs are -1 and 1, or 0 and 1, not a mixture of the two.
	Signs
	// Labels are rows of class numbers 0..Classes-1.
	Labels
)

// Target describes the targets of one sample.
type Target struct {
	Shape   []int // without the batch axis; empty for one number
	Form    Form
	Classes int   // of OneHot, Indices and Labels; 2 for one column of Probabilities; else 0
	Rows    []int // the shape of one sample's unreduced loss; empty for one number
	// Ignored lists numbers that Indices may hold besides; such rows do not count.
	Ignored []int
	// Together says that the samples of a batch act on each other's loss.
	Together bool
}

// Term is a loss inside a graph.
type Term struct {
	// Sum is the scalar Σ w·ℓ. Dividing is left to the reduction, after the step.
	Sum *engine.Tensor
	// Rows is the memory that receives ℓ, unweighted.
	Rows *tensor.Dense
	// Counts receives which rows count; the others have ℓ = 0 and do not enter
	// a denominator. nil where all rows count.
	Counts []bool
}
