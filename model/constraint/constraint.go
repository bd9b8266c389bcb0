package constraint

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Constraint moves weights back into a set. A struct of a user's own may be one.
type Constraint interface {
	// Name is Keras's name, "max_norm".
	Name() string
	// Check says whether settings and the shape of a weight fit.
	Check(shape []int) error
	// Constrain changes w, an array of float32 or float64. It allocates nothing.
	Constrain(w *tensor.Dense)
}

// Zero stands for an explicit 0, where 0 means Keras's default.
const Zero = math.SmallestNonzeroFloat64

// NonNeg sets negative weights to 0.
type NonNeg struct{}

// Name implements [Constraint].
func (NonNeg) Name() string { return "non_neg" }

// Check implements [Constraint].
func (NonNeg) Check([]int) error { return nil }

// Constrain implements [Constraint].
func (NonNeg) Constrain(w *tensor.Dense) {
	if w.Dtype() == tensor.Float32 {
		nonNeg(w.Float32s())
	} else {
		nonNeg(w.Float64s())
	}
}

func nonNeg[T kernel.Float](w []T) {
	for i, v := range w {
		if !(v >= 0) {
			w[i] = 0
		}
	}
}

// MaxNorm shrinks vectors of weights that are longer than MaxValue:
// w·min(‖w‖, MaxValue)/(1e-7 + ‖w‖). Axes says along which axes a vector lies,
// nil for the first: in a dense kernel (inputs, units) the weights into one
// unit. Those of a convolution lie along all axes but the last.
type MaxNorm struct {
	MaxValue float64 // 0 means 2
	Axes     []int
}

// Name implements [Constraint].
func (MaxNorm) Name() string { return "max_norm" }

// Check implements [Constraint].
func (c MaxNorm) Check(shape []int) error {
	if m := or(c.MaxValue, 2); !(m >= 0 && m <= math.MaxFloat64) {
		return fmt.Errorf("constraint: expected a finite norm of at least 0, got %v", m)
	}
	return checkAxes(c.Axes, shape)
}

// Constrain implements [Constraint].
func (c MaxNorm) Constrain(w *tensor.Dense) { rescale(w, c.Axes, 0, or(c.MaxValue, 2), 1) }

// UnitNorm gives vectors of weights the length 1, w/(1e-7 + ‖w‖). Axes is as in
// [MaxNorm].
type UnitNorm struct{ Axes []int }

// Name implements [Constraint].
func (UnitNorm) Name() string { return "unit_norm" }

// Check implements [Constraint].
func (c UnitNorm) Check(shape []int) error { return checkAxes(c.Axes, shape) }

// Constrain implements [Constraint].
func (c UnitNorm) Constrain(w *tensor.Dense) { rescale(w, c.Axes, 1, 1, 1) }

// MinMaxNorm moves the length of vectors of weights into a range:
// w·(Rate·clip(‖w‖, MinValue, MaxValue) + (1-Rate)·‖w‖)/(1e-7 + ‖w‖). Axes is
// as in [MaxNorm].
type MinMaxNorm struct {
	MinValue float64
	MaxValue float64 // 0 means 1
	Rate     float64 // 0 means 1
	Axes     []int
}

// Name implements [Constraint].
func (MinMaxNorm) Name() string { return "min_max_norm" }

// Check implements [Constraint].
func (c MinMaxNorm) Check(shape []int) error {
	if most := or(c.MaxValue, 1); !(c.MinValue >= 0 && c.MinValue <= most && most <= math.MaxFloat64) {
		return fmt.Errorf("constraint: expected finite norms, 0 or more and the least not above the most, got %v and %v", c.MinValue, most)
	}
	if r := or(c.Rate, 1); !(r >= 0 && r <= 1) {
		return fmt.Errorf("constraint: expected a rate from 0 to 1, got %v", r)
	}
	return checkAxes(c.Axes, shape)
}

// Constrain implements [Constraint].
func (c MinMaxNorm) Constrain(w *tensor.Dense) {
	rescale(w, c.Axes, c.MinValue, or(c.MaxValue, 1), or(c.Rate, 1))
}

func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}
