package loss

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
)

// CosineSimilarity is minus the cosine of the angle between predictions and
// targets along an axis, from -1 for the same direction to 1:
//
//	ℓ = -Σ p·y / (‖p‖·‖y‖)
//
// with lengths of at least 1e-7. Both have shape (n, ..., c), the unreduced
// loss the same without the axis.
type CosineSimilarity struct {
	// Axis is the axis of the vectors, counted with the batch axis; 0 means the last.
	Axis      int
	Reduction Reduction
}

// Name implements [Loss].
func (CosineSimilarity) Name() string { return "cosine_similarity" }

// Reduces implements [Loss].
func (l CosineSimilarity) Reduces() Reduction { return l.Reduction }

// Targets implements [Loss].
func (l CosineSimilarity) Targets(pred []int) (Target, error) {
	return likePredictions(l.Name(), Values, l.Axis, pred)
}

// Term implements [Loss].
func (l CosineSimilarity) Term(g *engine.Graph, pred, target, weight *engine.Tensor) (*Term, error) {
	n, order, err := lay(l.Axis, pred.Shape)
	if err != nil {
		return nil, err
	}
	return term(g, op.LossConfig{Order: order, Kernel: op.RowLoss{
		Float32: kernel.Cosine[float32]{N: n}, Float64: kernel.Cosine[float64]{N: n},
	}}, pred, target, weight)
}
