package metric

import (
	"math"
	"testing"
)

// Values of scikit-learn 1.9.1 where it has the metric.
func TestRegression(t *testing.T) {
	y, p := []float64{3, 5, 2.5, 7}, []float64{2.5, 5, 4, 8}
	for name, c := range map[string]struct {
		metric Metric
		y, p   []float64
		want   float64
	}{
		"root mean squared error":          {RootMeanSquaredError{}, []float64{3, -.5, 2, 7}, []float64{2.5, 0, 2, 8}, .6123724356957945},
		"mean squared logarithmic error":   {MeanSquaredLogarithmicError{}, y, p, .03973012298459379},
		"logarithms of negatives":          {MeanSquaredLogarithmicError{}, []float64{-3, 0}, []float64{0, -8}, 0},
		"percentage":                       {MeanAbsolutePercentageError{}, []float64{2, -4}, []float64{1, -5}, 37.5},
		"percentage of 0":                  {MeanAbsolutePercentageError{}, []float64{0}, []float64{1e-7}, 100},
		"logcosh, small":                   {LogCoshError{}, []float64{1}, []float64{1.5}, math.Log(math.Cosh(.5))},
		"logcosh, too large for cosh":      {LogCoshError{}, []float64{0}, []float64{-2000}, 2000 - math.Ln2},
		"Poisson":                          {Poisson{}, []float64{2, 0}, []float64{3, 1}, (3 - 2*math.Log(3+1e-7) + 1) / 2},
		"Poisson of rate 0":                {Poisson{}, []float64{1}, []float64{0}, -math.Log(1e-7)},
		"Poisson of a negative rate":       {Poisson{}, []float64{1}, []float64{-1}, math.NaN()},
		"divergence from itself":           {KLDivergence{}, []float64{.3}, []float64{.3}, 0},
		"divergence where nothing is left": {KLDivergence{}, []float64{1}, []float64{0}, math.Log(1e7)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(1, c.y, c.p, nil)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{3}, "class indices", RootMeanSquaredError{})
	refused(t, nil, []int{3}, "the same shape", KLDivergence{})
}
