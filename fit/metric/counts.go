package metric

import (
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Counts is a binary confusion matrix: the total weight of true and false
// positives and negatives. In all its ratios 0/0 is 0.
type Counts struct {
	TP, FP, TN, FN float64
}

func (c *Counts) add(positive, predicted bool, weight float64) {
	switch {
	case positive && predicted:
		c.TP += weight
	case predicted:
		c.FP += weight
	case positive:
		c.FN += weight
	default:
		c.TN += weight
	}
}

// Accuracy is (TP+TN) / (TP+FP+TN+FN).
func (c Counts) Accuracy() float64 { return ratio(c.TP+c.TN, c.TP+c.FP+c.TN+c.FN) }

// Precision is TP / (TP+FP).
func (c Counts) Precision() float64 { return ratio(c.TP, c.TP+c.FP) }

// Recall, also sensitivity or true positive rate, is TP / (TP+FN).
func (c Counts) Recall() float64 { return ratio(c.TP, c.TP+c.FN) }

// Specificity, also true negative rate, is TN / (TN+FP).
func (c Counts) Specificity() float64 { return ratio(c.TN, c.TN+c.FP) }

// FBeta is the harmonic mean of precision and recall in which recall counts
// beta times as much: (1+beta²)TP / ((1+beta²)TP + beta²FN + FP).
func (c Counts) FBeta(beta float64) float64 {
	b2 := beta * beta
	return ratio((1+b2)*c.TP, (1+b2)*c.TP+b2*c.FN+c.FP)
}

// F1 is FBeta(1).
func (c Counts) F1() float64 { return c.FBeta(1) }

// BalancedAccuracy is the mean of recall and specificity; a class without
// weight is left out, as scikit-learn does.
func (c Counts) BalancedAccuracy() float64 {
	switch {
	case c.TP+c.FN == 0:
		return c.Specificity()
	case c.TN+c.FP == 0:
		return c.Recall()
	}
	return (c.Recall() + c.Specificity()) / 2
}

// GeometricMean is sqrt(recall * specificity).
func (c Counts) GeometricMean() float64 { return math.Sqrt(c.Recall() * c.Specificity()) }

// IndexBalanced is the index of balanced accuracy of GeometricMean squared,
// (1 + alpha (recall - specificity)) recall specificity: alpha > 0 prefers
// classifiers that lean towards the positive class (García et al. 2009, who take
// 0.1).
func (c Counts) IndexBalanced(alpha float64) float64 {
	return (1 + alpha*(c.Recall()-c.Specificity())) * c.Recall() * c.Specificity()
}

// Matthews is the correlation of truth and prediction,
// (TP TN - FP FN) / sqrt((TP+FP)(TP+FN)(TN+FP)(TN+FN)).
func (c Counts) Matthews() float64 {
	return ratio(c.TP*c.TN-c.FP*c.FN, math.Sqrt((c.TP+c.FP)*(c.TP+c.FN))*math.Sqrt((c.TN+c.FP)*(c.TN+c.FN)))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// Confusion counts binary labels (0 or 1) against scores. A row is predicted
// positive when score >= threshold, as on scikit-learn's curves and in
// calibrate.FBeta; the metrics named after Keras's, such as Precision, want
// score > threshold. weight nil means ones.
func Confusion(yTrue, score, weight []float64, threshold float64) (Counts, error) {
	var c Counts
	if math.IsNaN(threshold) {
		return c, errors.New("metric: confusion: threshold is NaN")
	}
	if err := rank.Check(yTrue, score, weight); err != nil {
		return c, fmt.Errorf("metric: confusion: %w", err)
	}
	for i, s := range score {
		c.add(yTrue[i] == 1, s >= threshold, rank.WeightOf(weight, i))
	}
	return c, nil
}
