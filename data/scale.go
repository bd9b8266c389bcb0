package data

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/tensor"
)

// StandardScaler brings the columns of (n,d) tensors to mean 0 and standard
// deviation 1: (x - Mean) / Scale. The standard deviation is the population's
// (divisor n). A column that does not vary, or only by as much as rounding of
// its mean explains, has Scale 1. As scikit-learn's StandardScaler.
//
// Fit it on the training part only. Mean and Scale are the fitted state and may
// be stored and restored.
type StandardScaler struct {
	Mean, Scale []float64
}

// Fit computes Mean and Scale in float64 from the float32 or float64 tensor x of
// shape (n,d). NaN or an infinity is an error that names row and column.
func (s *StandardScaler) Fit(x tensor.Tensor) error {
	d, err := matrix(x)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if d.Dtype() == tensor.Float32 {
		return fit(s, d.Float32s(), d.Shape()[1])
	}
	return fit(s, d.Float64s(), d.Shape()[1])
}

func fit[F float32 | float64](s *StandardScaler, x []F, cols int) error {
	n := float64(len(x) / cols)
	mean, variance := make([]float64, cols), make([]float64, cols)
	// Sums of differences to the first row: a constant column gives exactly 0.
	for i, v := range x {
		f := float64(v)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return notFinite(f, i, cols)
		}
		mean[i%cols] += f - float64(x[i%cols])
	}
	for j := range mean {
		mean[j] = float64(x[j]) + mean[j]/n
	}
	for i, v := range x {
		diff := float64(v) - mean[i%cols]
		variance[i%cols] += diff * diff
	}
	const eps = 0x1p-52
	for j, v := range variance {
		v /= n
		// The bound of scikit-learn on what rounding makes of a constant.
		if bound := n * eps * mean[j]; v <= bound*bound {
			variance[j] = 1
		} else {
			variance[j] = math.Sqrt(v)
		}
	}
	s.Mean, s.Scale = mean, variance
	return nil
}

// Transform returns (x - Mean) / Scale for x (n,d), in the dtype of x. x is left
// as it is. NaN or an infinity is an error that names row and column.
func (s *StandardScaler) Transform(x tensor.Tensor) (*tensor.Dense, error) {
	return s.apply(x, func(v float64, j int) float64 { return (v - s.Mean[j]) / s.Scale[j] })
}

// Inverse returns x Scale + Mean for x (n,d), which undoes Transform.
func (s *StandardScaler) Inverse(x tensor.Tensor) (*tensor.Dense, error) {
	return s.apply(x, func(v float64, j int) float64 { return v*s.Scale[j] + s.Mean[j] })
}

func (s *StandardScaler) apply(x tensor.Tensor, f func(v float64, col int) float64) (*tensor.Dense, error) {
	if len(s.Mean) == 0 || len(s.Mean) != len(s.Scale) {
		return nil, errors.New("data: standard scaler is not fitted: call Fit first")
	}
	d, err := matrix(x)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if cols := d.Shape()[1]; cols != len(s.Mean) {
		return nil, fmt.Errorf("data: tensor has %d columns, the standard scaler was fitted on %d", cols, len(s.Mean))
	}
	out := like(d, d.Shape()[0])
	if d.Dtype() == tensor.Float32 {
		err = mapColumns(out.Float32s(), d.Float32s(), len(s.Mean), f)
	} else {
		err = mapColumns(out.Float64s(), d.Float64s(), len(s.Mean), f)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func mapColumns[F float32 | float64](dst, src []F, cols int, f func(float64, int) float64) error {
	for i, v := range src {
		x := float64(v)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return notFinite(x, i, cols)
		}
		dst[i] = F(f(x, i%cols))
	}
	return nil
}

func matrix(x tensor.Tensor) (*tensor.Dense, error) {
	d, err := rowsOf(x)
	if err == nil && d.Dims() != 2 {
		err = fmt.Errorf("tensor of shape %v, want (rows, columns)", d.Shape())
	}
	return d, err
}

func notFinite(v float64, i, cols int) error {
	return fmt.Errorf("data: %v in row %d, column %d, want a finite number", v, i/cols, i%cols)
}
