package loss

import "fmt"

// Reduction says how the losses ℓ of the rows, times their weights w, become
// one number. A row is one entry of the unreduced loss: a sample, or a timestep
// of a sample. Every reduction but None is a quotient, Σ w·ℓ over a
// denominator that depends on the weights and the number of rows alone.
type Reduction int

const (
	// SumOverBatchSize divides by the number of rows, rows of weight 0
	// included (Keras's default, "mean" there too). With a mask it divides by
	// the number of unmasked rows; weights never enter the divisor.
	SumOverBatchSize Reduction = iota
	// Sum does not divide.
	Sum
	// MeanWithSampleWeight divides by the sum of the weights as they were
	// given, before they are spread over timesteps, as Keras 3.7 and later.
	MeanWithSampleWeight
	// None leaves one value for each row. It can be evaluated, as the mean
	// over the rows, but not trained on, since training needs one number.
	None
	// CountNonzero divides by the number of rows whose weight is not 0: the
	// rule of Keras up to 2.2.5.
	CountNonzero
)

var reductionNames = [...]string{"sum_over_batch_size", "sum", "mean_with_sample_weight", "none", "count_nonzero"}

// String returns Keras's name of the reduction.
func (r Reduction) String() string {
	if r < 0 || int(r) >= len(reductionNames) {
		return fmt.Sprintf("Reduction(%d)", int(r))
	}
	return reductionNames[r]
}

// ParseReduction returns the reduction of one of Keras's names; "mean" is
// another name for sum_over_batch_size.
func ParseReduction(name string) (Reduction, error) {
	if name == "mean" {
		return SumOverBatchSize, nil
	}
	for i, n := range reductionNames {
		if n == name {
			return Reduction(i), nil
		}
	}
	return 0, fmt.Errorf("loss: unknown reduction %q, expected one of %q", name, reductionNames)
}

// Denominator returns what Σ w·ℓ is divided by. rows is the number of rows,
// weights the weights as they were given, one for each sample or for each row
// (nil for none); mask marks the rows that count (nil for all). A quotient of
// 0/0, as of rows that all weigh nothing, is 0.
func (r Reduction) Denominator(rows int, weights []float64, mask []bool) float64 {
	if len(weights) == 0 {
		weights = nil
	}
	spread := 1 // rows of one weight
	if weights != nil {
		spread = rows / len(weights)
	}
	var denominator float64
	switch r {
	case Sum:
		return 1
	case MeanWithSampleWeight:
		if mask == nil && weights != nil {
			for _, w := range weights {
				denominator += w
			}
			return denominator
		}
		for i := range rows {
			if mask == nil || mask[i] {
				denominator += weightOf(weights, i/spread)
			}
		}
	case CountNonzero:
		for i := range rows {
			if (mask == nil || mask[i]) && weightOf(weights, i/spread) != 0 {
				denominator++
			}
		}
	default:
		if mask == nil {
			return float64(rows)
		}
		for _, counts := range mask {
			if counts {
				denominator++
			}
		}
	}
	return denominator
}

// NeedsWeights reports whether the denominator depends on the weights.
func (r Reduction) NeedsWeights() bool { return r == MeanWithSampleWeight || r == CountNonzero }

func weightOf(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

// Quotient returns numerator/denominator, and 0 for 0/0 as Keras does.
func Quotient(numerator, denominator float64) float64 {
	if denominator == 0 && numerator == 0 {
		return 0
	}
	return numerator / denominator
}
