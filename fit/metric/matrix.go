package metric

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Matrix is a confusion matrix: the total weight of each pair of classes, rows
// by truth and columns by prediction. In all its ratios 0/0 is 0.
type Matrix [][]float64

func newMatrix(classes int) Matrix {
	cells, m := make([]float64, classes*classes), make(Matrix, classes)
	for c := range m {
		m[c] = cells[c*classes:][:classes:classes]
	}
	return m
}

// ConfusionMatrix counts classes from 0 to classes-1; weight nil means ones.
func ConfusionMatrix(yTrue, yPred []int, weight []float64, classes int) (Matrix, error) {
	if classes < 1 {
		return nil, fmt.Errorf("metric: confusion matrix: %d classes, want at least 1", classes)
	}
	if len(yTrue) != len(yPred) || weight != nil && len(weight) != len(yTrue) {
		return nil, fmt.Errorf("metric: confusion matrix: %d labels, %d predictions and %d weights, want equal lengths", len(yTrue), len(yPred), len(weight))
	}
	m := newMatrix(classes)
	for i, y := range yTrue {
		p, w := yPred[i], rank.WeightOf(weight, i)
		if min(y, p) < 0 || max(y, p) >= classes {
			return nil, fmt.Errorf("metric: confusion matrix: row %d: label %d and prediction %d, want classes from 0 to %d", i, y, p, classes-1)
		}
		if err := rank.CheckRow(0, 0, w); err != nil {
			return nil, fmt.Errorf("metric: confusion matrix: row %d: %w", i, err)
		}
		m[y][p] += w
	}
	return m, nil
}

// Class counts one class against the rest; it is the zero Counts for a class
// that the matrix does not have.
func (m Matrix) Class(c int) Counts {
	var n Counts
	if c < 0 || c >= len(m) {
		return n
	}
	for y, row := range m {
		for p, w := range row {
			n.add(y == c, p == c, w)
		}
	}
	return n
}

// Accuracy is the share of weight on the diagonal.
func (m Matrix) Accuracy() float64 {
	var hit, all float64
	for y, row := range m {
		for p, w := range row {
			hit += w * indicator(y == p)
			all += w
		}
	}
	return ratio(hit, all)
}

// BalancedAccuracy is the mean recall of the classes that occur among the
// labels: what Accuracy would be if these were equally frequent. Adjusted moves
// guessing to 0: (b - 1/K) / (1 - 1/K) for K such classes.
func (m Matrix) BalancedAccuracy(adjusted bool) float64 {
	var sum, classes float64
	for y, row := range m {
		if n := total(row, false); n > 0 {
			sum += row[y] / n
			classes++
		}
	}
	mean := ratio(sum, classes)
	if adjusted {
		chance := ratio(1, classes)
		mean = ratio(mean-chance, 1-chance)
	}
	return mean
}

// Matthews is the correlation of labels and predictions for any number of
// classes (Gorodkin 2004): with N the total weight, t_k and p_k the weights of
// class k among labels and predictions, and c the weight on the diagonal,
//
//	(c N - Σ t_k p_k) / sqrt((N² - Σ p_k²)(N² - Σ t_k²)).
//
// It is 0 where all labels or all predictions are of one class.
func (m Matrix) Matthews() float64 {
	var all, hit, tp, tt, pp float64
	for c := range m {
		t, p := m.sums(c)
		all += t
		hit += m[c][c]
		tp += t * p
		tt += t * t
		pp += p * p
	}
	return ratio(hit*all-tp, math.Sqrt(max(all*all-pp, 0))*math.Sqrt(max(all*all-tt, 0)))
}

// Disagreement says what it costs in Kappa to take one class for another.
type Disagreement int

const (
	Nominal   Disagreement = iota // 1 for any two classes
	Linear                        // their distance: classes are ordered
	Quadratic                     // its square
)

// Kappa is Cohen's, 1 - Σ w O / Σ w E: the disagreement that was observed (O)
// against that of the same classes assigned by chance (E), weighed by w. It is
// 0 where chance cannot disagree.
func (m Matrix) Kappa(d Disagreement) float64 {
	var observed, expected, all float64
	for y, row := range m {
		all += total(row, false)
		t, _ := m.sums(y)
		for p, w := range row {
			_, predicted := m.sums(p)
			cost := indicator(y != p)
			if d != Nominal {
				cost = math.Abs(float64(y - p))
			}
			if d == Quadratic {
				cost *= cost
			}
			observed += cost * w
			expected += cost * t * predicted
		}
	}
	if expected == 0 {
		return 0
	}
	return 1 - observed*all/expected
}

// GeometricMean is the K-th root of the product of the recalls of the K classes
// that occur among labels or predictions. A recall of 0 counts as correction,
// which keeps one missed class from hiding all others; 0 leaves it. Two classes
// that both occur give sqrt(sensitivity * specificity). Source: Kubat and Matwin
// (1997); numbers as imbalanced-learn's.
func (m Matrix) GeometricMean(correction float64) float64 {
	var sum, classes float64
	for c, row := range m {
		labels, predicted := m.sums(c)
		if labels+predicted == 0 {
			continue
		}
		recall := ratio(row[c], labels)
		if recall == 0 {
			recall = correction
		}
		sum += math.Log(recall)
		classes++
	}
	if classes == 0 {
		return 0
	}
	return math.Exp(sum / classes)
}

// sums is the weight of class c among labels and among predictions.
func (m Matrix) sums(c int) (labels, predicted float64) {
	for i, row := range m {
		labels += m[c][i]
		predicted += row[c]
	}
	return labels, predicted
}
