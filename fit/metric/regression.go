package metric

import (
	"cmp"
	"math"
)

// RootMeanSquaredError is the square root of the mean of (p - y)² over all
// values.
type RootMeanSquaredError struct {
	Label string // name, "root_mean_squared_error" if empty
}

func (m RootMeanSquaredError) Name() string         { return cmp.Or(m.Label, "root_mean_squared_error") }
func (m RootMeanSquaredError) Direction() Direction { return Down }
func (m RootMeanSquaredError) New(trueShape, predShape []int) (State, error) {
	s, err := MeanSquaredError{Label: m.Name()}.New(trueShape, predShape)
	if err != nil {
		return nil, err
	}
	s.(*mean).finish = math.Sqrt
	return s, nil
}

// MeanAbsolutePercentageError is the mean of 100 |p - y| / max(|y|, 1e-7).
type MeanAbsolutePercentageError struct {
	Label string // name, "mean_absolute_percentage_error" if empty
}

func (m MeanAbsolutePercentageError) Name() string {
	return cmp.Or(m.Label, "mean_absolute_percentage_error")
}
func (m MeanAbsolutePercentageError) Direction() Direction { return Down }
func (m MeanAbsolutePercentageError) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		return 100 * math.Abs(p[0]-y[0]) / max(math.Abs(y[0]), fuzz)
	})
}

// MeanSquaredLogarithmicError is the mean of (ln(1+p) - ln(1+y))². Values below
// 1e-7, negative ones too, count as 1e-7.
type MeanSquaredLogarithmicError struct {
	Label string // name, "mean_squared_logarithmic_error" if empty
}

func (m MeanSquaredLogarithmicError) Name() string {
	return cmp.Or(m.Label, "mean_squared_logarithmic_error")
}
func (m MeanSquaredLogarithmicError) Direction() Direction { return Down }
func (m MeanSquaredLogarithmicError) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		d := math.Log1p(max(p[0], fuzz)) - math.Log1p(max(y[0], fuzz))
		return d * d
	})
}

// LogCoshError is the mean of ln(cosh(p - y)): about (p - y)²/2 for small
// errors and |p - y| - ln 2 for large ones.
type LogCoshError struct {
	Label string // name, "logcosh" if empty
}

func (m LogCoshError) Name() string         { return cmp.Or(m.Label, "logcosh") }
func (m LogCoshError) Direction() Direction { return Down }
func (m LogCoshError) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		e := math.Abs(p[0] - y[0]) // the function is even, and so cannot overflow
		return e + math.Log1p(math.Exp(-2*e)) - math.Ln2
	})
}

// Poisson is the mean of p - y ln(p + 1e-7), the Poisson loss of a predicted
// rate p without the terms that depend on y alone. A negative rate makes it NaN.
type Poisson struct {
	Label string // name, "poisson" if empty
}

func (m Poisson) Name() string         { return cmp.Or(m.Label, "poisson") }
func (m Poisson) Direction() Direction { return Down }
func (m Poisson) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		return p[0] - y[0]*math.Log(p[0]+fuzz)
	})
}

// KLDivergence is the mean over rows of sum y ln(y / p), the Kullback-Leibler
// divergence of the targets from the predictions, both clipped to [1e-7, 1].
type KLDivergence struct {
	Label string // name, "kl_divergence" if empty
}

func (m KLDivergence) Name() string         { return cmp.Or(m.Label, "kl_divergence") }
func (m KLDivergence) Direction() Direction { return Down }
func (m KLDivergence) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		var sum float64
		for c := range p {
			t := min(max(y[c], fuzz), 1)
			sum += t * math.Log(t/min(max(p[c], fuzz), 1))
		}
		return sum
	})
}
