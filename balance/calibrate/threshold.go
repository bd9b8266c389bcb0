package calibrate

import (
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Criterion chooses the threshold of a decision, among all distinct scores: a
// row is predicted positive when its score is at least the threshold. FBeta,
// GMean, PrecisionFloor, RecallFloor, Costs and RowCosts are criteria;
// Bootstrap tells how far their choice depends on the rows.
//
// Labels are 0 or 1; weight nil means ones. value is what was made best. Of
// equally good thresholds the highest counts. Choose on validation rows: on
// the rows that are reported the value is too good. Rows of one class only,
// or a floor that is out of reach, give an error that is ErrNoThreshold.
type Criterion interface {
	Threshold(y, score, weight []float64) (threshold, value float64, err error)
}

// ErrNoThreshold says that rows do not allow a choice: a class has no weight, or
// no threshold reaches the floor.
var ErrNoThreshold = errors.New("no threshold can be chosen")

// FBeta asks for the highest F-beta score,
//
//	F = (1+beta²) TP / ((1+beta²) TP + beta² FN + FP)
//
// Some positive row must have weight; negative ones need not.
type FBeta struct {
	// Beta is how many times recall counts for more than precision, finite;
	// 0 means 1.
	Beta float64
}

func (f FBeta) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	beta := f.Beta
	if beta == 0 {
		beta = 1
	}
	if !(beta > 0) || math.IsInf(beta, 1) {
		return 0, 0, fmt.Errorf("calibrate: beta is %v, want a positive number", beta)
	}
	b2 := beta * beta
	// TP + FN is the weight of the positives, whatever the threshold.
	return highest(y, score, weight, false, func(tp, fp, pos, _ float64) float64 {
		return (1 + b2) * tp / (b2*pos + tp + fp)
	})
}

// GMean asks for the highest geometric mean of sensitivity and specificity,
//
//	sqrt(TP/(TP+FN) · TN/(TN+FP)),
//
// which does not depend on the class shares (Kubat & Matwin 1997).
type GMean struct{}

func (GMean) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	return highest(y, score, weight, true, func(tp, fp, pos, neg float64) float64 {
		return math.Sqrt(tp / pos * ((neg - fp) / neg))
	})
}

// PrecisionFloor asks for the highest recall among thresholds whose precision
// is at least Precision, in (0, 1].
type PrecisionFloor struct {
	Precision float64
}

func (f PrecisionFloor) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	if !(f.Precision > 0 && f.Precision <= 1) {
		return 0, 0, fmt.Errorf("calibrate: precision floor is %v, want it above 0 and at most 1", f.Precision)
	}
	return highest(y, score, weight, true, func(tp, fp, pos, _ float64) float64 {
		if tp/(tp+fp) < f.Precision {
			return math.Inf(-1)
		}
		return tp / pos
	})
}

// RecallFloor asks for the highest precision among thresholds whose recall is
// at least Recall, in (0, 1]. The lowest score always reaches it.
type RecallFloor struct {
	Recall float64
}

func (f RecallFloor) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	if !(f.Recall > 0 && f.Recall <= 1) {
		return 0, 0, fmt.Errorf("calibrate: recall floor is %v, want it above 0 and at most 1", f.Recall)
	}
	return highest(y, score, weight, true, func(tp, fp, pos, _ float64) float64 {
		if tp/pos < f.Recall {
			return math.Inf(-1)
		}
		return tp / (tp + fp)
	})
}

// highest goes through the thresholds from the highest down. value sees the
// weights of true and false positives and of the classes, and says -Inf where
// a threshold will not do.
func highest(y, score, weight []float64, both bool, value func(tp, fp, pos, neg float64) float64) (threshold, best float64, err error) {
	c, err := rank.New(y, score, weight)
	if err != nil {
		return 0, 0, fmt.Errorf("calibrate: %w", err)
	}
	pos, neg := c.Totals()
	if pos == 0 {
		return 0, 0, fmt.Errorf("calibrate: %w: no positive rows with weight", ErrNoThreshold)
	}
	if both && neg == 0 {
		return 0, 0, fmt.Errorf("calibrate: %w: no negative rows with weight", ErrNoThreshold)
	}
	best = math.Inf(-1)
	for i, s := range c.Score {
		if v := value(c.TP[i], c.FP[i], pos, neg); v > best {
			threshold, best = s, v
		}
	}
	if math.IsInf(best, -1) {
		return 0, 0, fmt.Errorf("calibrate: %w: none reaches the floor", ErrNoThreshold)
	}
	return threshold, best, nil
}
