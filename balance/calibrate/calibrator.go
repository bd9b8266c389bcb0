package calibrate

import (
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Calibrator is a map from scores to probabilities that is fitted to rows whose
// labels are known: Platt, Temperature, Isotonic, Beta. What Fit finds lies in
// exported fields, so any archive of structs keeps it.
//
// Fit it on rows that the model was not trained on and that were not resampled:
// the probabilities hold for the class shares of those rows. Labels are 0 or 1,
// of several classes for Temperature their index; weight nil means ones. Fit
// leaves the fields as they were if it returns an error, which it does unless
// two classes have weight, and for a score that is infinite or NaN. Apply
// returns new memory.
type Calibrator interface {
	Fit(y, score, weight []float64) error
	Apply(score []float64) ([]float64, error)
}

// fitRows checks the rows of a fit.
func fitRows(y, score, weight []float64) error {
	if err := rank.Check(y, score, weight); err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	if err := finite(score); err != nil {
		return err
	}
	if len(y) == 0 {
		return errors.New("calibrate: no rows to fit to")
	}
	var of [2]float64
	for i, label := range y {
		of[int(label)] += rank.WeightOf(weight, i)
	}
	if of[0] == 0 || of[1] == 0 {
		return fmt.Errorf("calibrate: weights of negative and positive rows are %v and %v, want both positive", of[0], of[1])
	}
	if total := of[0] + of[1]; math.IsInf(total, 1) {
		return errors.New("calibrate: weights sum to infinity")
	}
	return nil
}

func finite(score []float64) error {
	for i, s := range score {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return fmt.Errorf("calibrate: row %d: score is %v, want a finite number", i, s)
		}
	}
	return nil
}

func probabilities(score []float64) error {
	for i, s := range score {
		if err := probability(i, s); err != nil {
			return err
		}
	}
	return nil
}

// sigmoid is 1 / (1 + e^-z). It goes to 0 and 1 without overflow.
func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// softplus is ln(1 + e^z).
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }
