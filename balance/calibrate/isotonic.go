package calibrate

import (
	"errors"
	"fmt"
	"sort"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Isotonic maps a score to the best non-decreasing probability: Fit minimises
// Σ w (y - f(score))² over all non-decreasing f by pooling adjacent violators
// (Ayer et al. 1955; for calibration Zadrozny & Elkan 2002). Rows of equal score
// share a probability.
//
// It bends to any shape and so wants many positives, some hundreds. It makes
// ties, and its ends may be exactly 0 or 1, where log loss can be infinite. The
// result is that of scikit-learn's IsotonicRegression(out_of_bounds="clip").
type Isotonic struct {
	// Score ascends, Probability does not descend; both have one entry for
	// each end of a step. In between Apply goes along straight lines, outside
	// it stays at the first or last value.
	Score, Probability []float64
}

// Fit finds the steps; see Calibrator for what it asks of the rows.
func (f *Isotonic) Fit(y, score, weight []float64) error {
	if err := fitRows(y, score, weight); err != nil {
		return err
	}
	c, err := rank.New(y, score, weight)
	if err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	type step struct{ from, to, pos, neg float64 }
	mean := func(s step) float64 { return s.pos / (s.pos + s.neg) }
	var steps []step
	for i := len(c.Score) - 1; i >= 0; i-- {
		// TP and FP count from the highest score down.
		s := step{c.Score[i], c.Score[i], c.TP[i], c.FP[i]}
		if i > 0 {
			s.pos -= c.TP[i-1]
			s.neg -= c.FP[i-1]
		}
		if s.pos+s.neg == 0 {
			continue // lost beside far greater weights
		}
		for n := len(steps); n > 0 && mean(steps[n-1]) >= mean(s); n = len(steps) {
			below := steps[n-1]
			s = step{below.from, s.to, below.pos + s.pos, below.neg + s.neg}
			steps = steps[:n-1]
		}
		steps = append(steps, s)
	}
	var fitted Isotonic
	for _, s := range steps {
		fitted.Score, fitted.Probability = append(fitted.Score, s.from), append(fitted.Probability, mean(s))
		if s.to > s.from {
			fitted.Score, fitted.Probability = append(fitted.Score, s.to), append(fitted.Probability, mean(s))
		}
	}
	*f = fitted
	return nil
}

// Apply returns the probability of class 1 for each score. Without steps, as in
// the zero value, it returns an error.
func (f *Isotonic) Apply(score []float64) ([]float64, error) {
	n := len(f.Score)
	if n == 0 {
		return nil, errors.New("calibrate: isotonic regression has no steps, fit it first")
	}
	if len(f.Probability) != n {
		return nil, fmt.Errorf("calibrate: isotonic regression has %d scores and %d probabilities", n, len(f.Probability))
	}
	for i := range n {
		if i > 0 && !(f.Score[i] > f.Score[i-1] && f.Probability[i] >= f.Probability[i-1]) {
			return nil, fmt.Errorf("calibrate: isotonic regression goes down at its entry %d", i)
		}
		if err := probability(i, f.Probability[i]); err != nil {
			return nil, err
		}
	}
	if err := finite(score); err != nil {
		return nil, err
	}
	out := make([]float64, len(score))
	for i, s := range score {
		switch at := sort.SearchFloat64s(f.Score, s); {
		case at == n:
			out[i] = f.Probability[n-1]
		case at == 0 || f.Score[at] == s:
			out[i] = f.Probability[at]
		default:
			from, to := f.Probability[at-1], f.Probability[at]
			// Halves, lest the distance of two huge scores overflow.
			part := (s/2 - f.Score[at-1]/2) / (f.Score[at]/2 - f.Score[at-1]/2)
			out[i] = from + part*(to-from)
		}
	}
	return out, nil
}
