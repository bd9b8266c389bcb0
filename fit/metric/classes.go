package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// The metrics in this file judge the class of each row: with one column, class
// 1 where the prediction is above the threshold and class 0 elsewhere; with
// more, the column of the largest prediction, the first of equal ones. Targets
// are labels 0 and 1, class indices, or one-hot rows. Formulas and what 0/0
// gives: the methods of Matrix with the same names.

// BalancedAccuracy is Matrix.BalancedAccuracy, the mean recall of the classes.
type BalancedAccuracy struct {
	Adjusted   bool    // guessing scores 0
	Threshold  float64 // for one column, as in Precision
	FromLogits bool    // for one column, as in Precision
	Label      string  // name, "balanced_accuracy" if empty
}

func (m BalancedAccuracy) Name() string         { return cmp.Or(m.Label, "balanced_accuracy") }
func (m BalancedAccuracy) Direction() Direction { return Up }
func (m BalancedAccuracy) New(trueShape, predShape []int) (State, error) {
	return newConfusion(m.Name(), trueShape, predShape, m.Threshold, m.FromLogits,
		func(n Matrix) float64 { return n.BalancedAccuracy(m.Adjusted) })
}

// MatthewsCorrelation is Matrix.Matthews, also MCC and phi.
type MatthewsCorrelation struct {
	Threshold  float64 // for one column, as in Precision
	FromLogits bool    // for one column, as in Precision
	Label      string  // name, "matthews_correlation" if empty
}

func (m MatthewsCorrelation) Name() string         { return cmp.Or(m.Label, "matthews_correlation") }
func (m MatthewsCorrelation) Direction() Direction { return Up }
func (m MatthewsCorrelation) New(trueShape, predShape []int) (State, error) {
	return newConfusion(m.Name(), trueShape, predShape, m.Threshold, m.FromLogits, Matrix.Matthews)
}

// CohenKappa is Matrix.Kappa, agreement beyond chance.
type CohenKappa struct {
	Disagreement Disagreement // default Nominal
	Threshold    float64      // for one column, as in Precision
	FromLogits   bool         // for one column, as in Precision
	Label        string       // name, "cohen_kappa" if empty
}

func (m CohenKappa) Name() string         { return cmp.Or(m.Label, "cohen_kappa") }
func (m CohenKappa) Direction() Direction { return Up }
func (m CohenKappa) New(trueShape, predShape []int) (State, error) {
	if m.Disagreement < Nominal || m.Disagreement > Quadratic {
		return nil, fmt.Errorf("metric: %s: unknown disagreement %d", m.Name(), m.Disagreement)
	}
	return newConfusion(m.Name(), trueShape, predShape, m.Threshold, m.FromLogits,
		func(n Matrix) float64 { return n.Kappa(m.Disagreement) })
}

// GeometricMean is Matrix.GeometricMean of the recalls of the classes.
type GeometricMean struct {
	Correction float64 // stands for a recall of 0
	Threshold  float64 // for one column, as in Precision
	FromLogits bool    // for one column, as in Precision
	Label      string  // name, "geometric_mean" if empty
}

func (m GeometricMean) Name() string         { return cmp.Or(m.Label, "geometric_mean") }
func (m GeometricMean) Direction() Direction { return Up }
func (m GeometricMean) New(trueShape, predShape []int) (State, error) {
	if !(m.Correction >= 0 && m.Correction <= 1) {
		return nil, fmt.Errorf("metric: %s: correction is %v, want a recall", m.Name(), m.Correction)
	}
	return newConfusion(m.Name(), trueShape, predShape, m.Threshold, m.FromLogits,
		func(n Matrix) float64 { return n.GeometricMean(m.Correction) })
}

// confusion is the state of every metric of a confusion matrix.
type confusion struct {
	layout
	cut    float64 // for one column
	matrix Matrix
	result func(Matrix) float64
}

func newConfusion(name string, trueShape, predShape []int, threshold float64, fromLogits bool, result func(Matrix) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	s := &confusion{layout: l, matrix: newMatrix(max(l.k, 2)), result: result}
	if l.k > 1 && (threshold != 0 || fromLogits) {
		return nil, fmt.Errorf("metric: %s: threshold %v and FromLogits %v with %d columns, of which the largest counts: they are for one column", name, threshold, fromLogits, l.k)
	}
	if s.cut, err = cutOf(name, threshold, fromLogits); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *confusion) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	cut := b.round(s.cut)
	for row := range v.rows {
		truth, pred, err := s.classes(&v, row, cut)
		if err != nil {
			return err
		}
		s.matrix[truth][pred] += v.weightAt(row * s.k)
	}
	return nil
}

func (s *confusion) Result() float64 { return s.result(s.matrix) }

func (s *confusion) Reset() {
	for _, row := range s.matrix {
		clear(row)
	}
}

// classes is the true and the predicted class of a row.
func (l *layout) classes(v *view, row int, cut float64) (truth, pred int, err error) {
	if l.k == 1 {
		label, score, _, err := l.binary(v, row, 0)
		return int(label), int(indicator(score > cut)), err
	}
	p := v.pred[row*l.k:][:l.k]
	y := v.truth[row:][:1]
	if l.sparse {
		truth = int(y[0])
	} else {
		y = v.truth[row*l.k:][:l.k]
		truth = argmax(y)
	}
	if err := l.noNaN(row, y, p); err != nil {
		return 0, 0, err
	}
	if w := v.weightAt(row * l.k); !(w >= 0) || math.IsInf(w, 1) {
		return 0, 0, fmt.Errorf("metric: %s: row %d: weight is %v, want a finite number that is not negative", l.name, row, w)
	}
	if !l.sparse && (y[truth] != 1 || total(y, false) != 1 || slices.Min(y) != 0) {
		return 0, 0, fmt.Errorf("metric: %s: row %d: target %v, want one 1 and zeros", l.name, row, y)
	}
	return truth, argmax(p), nil
}

// cutOf is the threshold in the unit of the predictions.
func cutOf(name string, threshold float64, fromLogits bool) (float64, error) {
	cut := orDefault(threshold, 0.5)
	if !(cut >= 0 && cut <= 1) {
		return 0, fmt.Errorf("metric: %s: threshold is %v, want a probability", name, cut)
	}
	if fromLogits {
		cut = math.Log(cut) - math.Log1p(-cut)
	}
	return cut, nil
}
