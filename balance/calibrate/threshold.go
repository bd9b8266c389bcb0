package calibrate

import (
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// BestFBeta returns the threshold with the highest F-beta score, and that
// score, over all distinct scores:
//
//	F = (1+beta²) TP / ((1+beta²) TP + beta² FN + FP)
//
// A row is predicted positive when its score is at least the threshold. Labels
// are 0 or 1; weight nil means ones. Of equal maxima the highest threshold
// counts. Choose it on validation rows: on the rows that are reported the score
// is too good. beta must be positive and some positive row must have weight.
func BestFBeta(y, score, weight []float64, beta float64) (threshold, value float64, err error) {
	if !(beta > 0) || math.IsInf(beta, 1) {
		return 0, 0, fmt.Errorf("calibrate: beta is %v, want a positive number", beta)
	}
	c, err := rank.New(y, score, weight)
	if err != nil {
		return 0, 0, fmt.Errorf("calibrate: %w", err)
	}
	positive, _ := c.Totals()
	if positive == 0 {
		return 0, 0, errors.New("calibrate: no positive rows with weight, so every F-beta score is 0")
	}
	b2 := beta * beta
	for i, s := range c.Score {
		// TP + FN is the weight of the positives, whatever the threshold.
		f := (1 + b2) * c.TP[i] / (b2*positive + c.TP[i] + c.FP[i])
		if f > value {
			threshold, value = s, f
		}
	}
	return threshold, value, nil
}
