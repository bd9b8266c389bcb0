package compare

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Difference is how far a strategy is from the baseline in one metric, fold by
// fold.
type Difference struct {
	Mean  float64 // of strategy minus baseline over the folds
	Lower float64 // the 95 % confidence interval of Mean
	Upper float64
	T     float64
	P     float64 // two-sided, of this strategy and metric alone
	// Adjusted is P corrected for the number of strategies (Holm).
	Adjusted float64
	Wins     int // folds in which the strategy is above the baseline
	Folds    int // folds in which both have the metric
}

// correctedTest is the corrected resampled t-test. The differences d of J folds
// are not independent, for the training sets overlap; the variance of their mean
// is therefore taken to be
//
//	(1/J + n_test/n_train) s²
//
// with s² that of d, rather than s²/J, and t has J-1 degrees of freedom.
// ratio is n_test/n_train. With fewer than two folds, or where all differences
// are the same but not 0, there is no variance to judge by, and T, P and the
// interval are NaN. Without any difference P is 1.
//
// Nadeau and Bengio: Inference for the generalization error, Machine Learning
// 52 (2003).
func correctedTest(d []float64, ratio float64) Difference {
	nan := math.NaN()
	out := Difference{Mean: nan, Lower: nan, Upper: nan, T: nan, P: nan, Adjusted: nan, Folds: len(d)}
	for _, v := range d {
		if v > 0 {
			out.Wins++
		}
	}
	if len(d) == 0 {
		return out
	}
	out.Mean = stat.Mean(d, nil)
	if len(d) < 2 {
		return out
	}
	j := float64(len(d))
	if slices.Min(d) == slices.Max(d) {
		if out.Mean == 0 {
			out.Lower, out.Upper, out.T, out.P = 0, 0, 0, 1
		}
		return out
	}
	se := math.Sqrt((1/j + ratio) * stat.Variance(d, nil))
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: j - 1}
	out.T = out.Mean / se
	out.P = 2 * student.CDF(-math.Abs(out.T))
	reach := student.Quantile(.975) * se
	out.Lower, out.Upper = out.Mean-reach, out.Mean+reach
	return out
}

// holm sets Adjusted: the k-th smallest of m P is multiplied by m-k+1, and none
// is below the one before it. Strategies without P are not counted.
//
// Holm: A simple sequentially rejective multiple test procedure, Scandinavian
// Journal of Statistics 6 (1979).
func holm(tests []*Difference) {
	var sorted []*Difference
	for _, t := range tests {
		if !math.IsNaN(t.P) {
			sorted = append(sorted, t)
		}
	}
	slices.SortStableFunc(sorted, func(a, b *Difference) int { return cmp.Compare(a.P, b.P) })
	least := 0.
	for i, t := range sorted {
		least = max(least, min(1, t.P*float64(len(sorted)-i)))
		t.Adjusted = least
	}
}
