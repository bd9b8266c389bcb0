package regularizer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Orthogonal pushes the rows of a matrix apart, or its columns: Factor times
// the mean of |cos| of the angles between all pairs (Keras's
// OrthogonalRegularizer). A row of zeros counts as orthogonal to all. The mean
// over no pair, as of a single row, is 0.
type Orthogonal struct {
	Factor  float64 // 0 means 0.01
	Columns bool    // the columns, not the rows
}

// Name implements [Regularizer].
func (Orthogonal) Name() string { return "orthogonal_regularizer" }

// Check implements [Regularizer].
func (r Orthogonal) Check(shape []int) error {
	if len(shape) != 2 {
		return fmt.Errorf("regularizer: expected a matrix, got shape %v", shape)
	}
	return checkStrength("factor", r.Factor)
}

// Penalty implements [Regularizer].
func (r Orthogonal) Penalty(w, grad *tensor.Dense, scale float64) float64 {
	rows, columns := w.Shape()[0], w.Shape()[1]
	if w.Dtype() == tensor.Float32 {
		return kernel.Orthogonality(w.Float32s(), floats32(grad), rows, columns, r.Columns, or(r.Factor, 0.01), scale)
	}
	return kernel.Orthogonality(w.Float64s(), floats64(grad), rows, columns, r.Columns, or(r.Factor, 0.01), scale)
}
