package rank

import (
	"errors"
	"fmt"
	"math"
)

// CheckRow is what a row must be: a label of 0 or 1, a score that is not NaN, a
// finite weight that is not negative.
func CheckRow(label, score, weight float64) error {
	switch {
	case math.IsNaN(score):
		return errors.New("score is NaN")
	case label != 0 && label != 1:
		return fmt.Errorf("label is %v, want 0 or 1", label)
	case !(weight >= 0) || math.IsInf(weight, 1):
		return fmt.Errorf("weight is %v, want a finite number that is not negative", weight)
	}
	return nil
}

// Check reports the first reason why the rows cannot be ranked: unequal lengths
// or a row that CheckRow rejects. weights nil means ones.
func Check(labels, scores, weights []float64) error {
	if err := checkLengths(len(labels), len(scores), weights != nil, len(weights)); err != nil {
		return err
	}
	for i, s := range scores {
		if err := CheckRow(labels[i], s, WeightOf(weights, i)); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

// WeightOf is the weight of row i, 1 where weights is nil.
func WeightOf(weights []float64, i int) float64 {
	if weights == nil {
		return 1
	}
	return weights[i]
}

func checkLengths(labels, scores int, weighted bool, weights int) error {
	if labels != scores {
		return fmt.Errorf("%d labels against %d scores", labels, scores)
	}
	if weighted && weights != scores {
		return fmt.Errorf("%d weights against %d scores", weights, scores)
	}
	return nil
}
