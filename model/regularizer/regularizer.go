package regularizer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Regularizer is a penalty on an array. A struct of a user's own may be one.
type Regularizer interface {
	// Name is Keras's name, "l2".
	Name() string
	// Check says whether settings and the shape of an array fit.
	Check(shape []int) error
	// Penalty returns the penalty of w, an array of float32 or float64, and
	// adds scale times its gradient to grad, which is as w, or nil where no
	// gradient is wanted. It allocates nothing.
	Penalty(w, grad *tensor.Dense, scale float64) float64
}

// Zero stands for an explicit strength of 0, where 0 means Keras's default.
const Zero = math.SmallestNonzeroFloat64

// L1 is L1·Σ|w|.
type L1 struct {
	L1 float64 // 0 means 0.01
}

// Name implements [Regularizer].
func (L1) Name() string { return "l1" }

// Check implements [Regularizer].
func (r L1) Check([]int) error { return checkStrength("l1", r.L1) }

// Additive says that the penalty is a sum over the elements.
func (L1) Additive() {}

// Penalty implements [Regularizer].
func (r L1) Penalty(w, grad *tensor.Dense, scale float64) float64 {
	return elasticNet(w, grad, or(r.L1, 0.01), 0, scale)
}

// L2 is L2·Σw², without the half that other places have.
type L2 struct {
	L2 float64 // 0 means 0.01
}

// Name implements [Regularizer].
func (L2) Name() string { return "l2" }

// Check implements [Regularizer].
func (r L2) Check([]int) error { return checkStrength("l2", r.L2) }

// Additive says that the penalty is a sum over the elements.
func (L2) Additive() {}

// Penalty implements [Regularizer].
func (r L2) Penalty(w, grad *tensor.Dense, scale float64) float64 {
	return elasticNet(w, grad, 0, or(r.L2, 0.01), scale)
}

// L1L2 is L1·Σ|w| + L2·Σw². Here 0 is 0, as in Keras.
type L1L2 struct{ L1, L2 float64 }

// Name implements [Regularizer].
func (L1L2) Name() string { return "l1_l2" }

// Check implements [Regularizer].
func (r L1L2) Check([]int) error {
	if err := checkStrength("l1", r.L1); err != nil {
		return err
	}
	return checkStrength("l2", r.L2)
}

// Additive says that the penalty is a sum over the elements.
func (L1L2) Additive() {}

// Penalty implements [Regularizer].
func (r L1L2) Penalty(w, grad *tensor.Dense, scale float64) float64 {
	return elasticNet(w, grad, r.L1, r.L2, scale)
}

func elasticNet(w, grad *tensor.Dense, l1, l2, scale float64) float64 {
	if w.Dtype() == tensor.Float32 {
		return kernel.ElasticNet(w.Float32s(), floats32(grad), l1, l2, scale)
	}
	return kernel.ElasticNet(w.Float64s(), floats64(grad), l1, l2, scale)
}

func floats32(d *tensor.Dense) []float32 {
	if d == nil {
		return nil
	}
	return d.Float32s()
}

func floats64(d *tensor.Dense) []float64 {
	if d == nil {
		return nil
	}
	return d.Float64s()
}

func checkStrength(name string, v float64) error {
	if !(v >= 0 && v <= math.MaxFloat64) {
		return fmt.Errorf("regularizer: expected a finite %s of at least 0, got %v", name, v)
	}
	return nil
}

func or(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}
