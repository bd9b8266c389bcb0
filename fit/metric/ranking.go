package metric

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// The metrics in this file rank all rows of an epoch. Their state keeps each
// row's score and weight in 16 bytes, for each column that is ranked; the sign
// of the weight is the label. Result sorts the rows that came since the last
// call and merges them, O(n) for n rows so far, and takes 24 bytes more for each
// distinct score.

// ROCAUC is the exact area under the ROC curve over all distinct scores,
// P(s+ > s-) + P(s+ = s-)/2, as scikit-learn's roc_auc_score: ties and weights
// included, probabilities or logits alike. K > 1 columns, one against the rest,
// are joined by Average; [ROCAUCOneVsOne] takes the classes pair by pair.
//
// The result is NaN while a column lacks one of the classes.
type ROCAUC struct {
	Average Average // default Macro; Micro ranks all columns together
	Label   string  // name, "roc_auc" if empty
}

func (m ROCAUC) Name() string         { return cmp.Or(m.Label, "roc_auc") }
func (m ROCAUC) Direction() Direction { return Up }
func (m ROCAUC) New(trueShape, predShape []int) (State, error) {
	return newRanking(m.Name(), trueShape, predShape, m.Average, (*rank.Curve).ROCAUC)
}

// PartialROCAUC is the area under the ROC curve up to a false positive rate of
// MaxFPR = f, standardised so that guessing scores 0.5 and the best is 1
// (McClish 1989): (1 + (area - f²/2) / (f - f²/2)) / 2, as scikit-learn's
// roc_auc_score with max_fpr. Between two points the curve is a line. Columns
// and missing classes as in ROCAUC.
type PartialROCAUC struct {
	MaxFPR  float64 // in (0, 1]; 0 means 0.1
	Average Average // as in ROCAUC
	Label   string  // name, "partial_roc_auc" if empty
}

func (m PartialROCAUC) Name() string         { return cmp.Or(m.Label, "partial_roc_auc") }
func (m PartialROCAUC) Direction() Direction { return Up }
func (m PartialROCAUC) New(trueShape, predShape []int) (State, error) {
	most := cmp.Or(m.MaxFPR, 0.1)
	if !(most > 0 && most <= 1) {
		return nil, fmt.Errorf("metric: %s: MaxFPR is %v, want a number above 0 and up to 1", m.Name(), most)
	}
	return newRanking(m.Name(), trueShape, predShape, m.Average, func(c *rank.Curve) float64 { return c.PartialROCAUC(most) })
}

// AveragePrecision is sum_n (R_n - R_{n-1}) P_n over all distinct scores in
// descending order, as scikit-learn's average_precision_score: ties and weights
// included, no interpolation. A useless score gets the share of positives, so
// unlike ROC AUC it shows what a rare class costs. K > 1 columns, one against
// the rest, are joined by Average.
//
// A column without positives counts 0.
type AveragePrecision struct {
	Average Average // as in ROCAUC
	Label   string  // name, "average_precision" if empty
}

func (m AveragePrecision) Name() string         { return cmp.Or(m.Label, "average_precision") }
func (m AveragePrecision) Direction() Direction { return Up }
func (m AveragePrecision) New(trueShape, predShape []int) (State, error) {
	return newRanking(m.Name(), trueShape, predShape, m.Average, (*rank.Curve).AveragePrecision)
}

type ranking struct {
	layout
	average   Average
	columns   []rank.Buffer // one under Micro
	statistic func(*rank.Curve) float64
	value     float64
	known     bool // value is that of the rows so far
}

func newRanking(name string, trueShape, predShape []int, average Average, statistic func(*rank.Curve) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	columns := l.k
	switch average {
	case Macro, Weighted:
	case Micro:
		columns = 1
	default:
		return nil, fmt.Errorf("metric: %s: unknown average %d", name, average)
	}
	return &ranking{layout: l, average: average, columns: make([]rank.Buffer, columns), statistic: statistic}, nil
}

func (s *ranking) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	s.known = false
	for row := range v.rows {
		for c := range s.k {
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			s.columns[c%len(s.columns)].Add(label, score, weight)
		}
	}
	return nil
}

func (s *ranking) Result() float64 {
	if !s.known {
		var sum, weights float64
		for c := range s.columns {
			curve, weight := s.columns[c].Curve(), 1.0
			if s.average == Weighted {
				weight, _ = curve.Totals()
			}
			sum += weight * s.statistic(curve)
			weights += weight
		}
		s.value, s.known = ratio(sum, weights), true
	}
	return s.value
}

func (s *ranking) Reset() {
	for c := range s.columns {
		s.columns[c].Reset()
	}
	s.known = false
}

// ROCAUCScore is ROCAUC over slices of float32 or float64. Labels are 0 or 1;
// weight nil means ones. It returns NaN and an error unless both classes have
// weight. Rows are sorted on all processors, with the same result on any number
// of them.
func ROCAUCScore[F float32 | float64](yTrue, score, weight []F) (float64, error) {
	a, err := rank.Measure(yTrue, score, weight)
	if err == nil {
		err = bothClasses(a.Pos, a.Neg)
	}
	if err != nil {
		return a.ROCAUC, fmt.Errorf("metric: ROC AUC: %w", err)
	}
	return a.ROCAUC, nil
}

// PartialROCAUCScore is PartialROCAUC over slices. Labels are 0 or 1; weight nil
// means ones. It returns NaN and an error unless both classes have weight.
func PartialROCAUCScore(yTrue, score, weight []float64, maxFPR float64) (float64, error) {
	if !(maxFPR > 0 && maxFPR <= 1) {
		return 0, fmt.Errorf("metric: partial ROC AUC: maximal false positive rate is %v, want a number above 0 and up to 1", maxFPR)
	}
	c, err := rank.New(yTrue, score, weight)
	if err != nil {
		return 0, fmt.Errorf("metric: partial ROC AUC: %w", err)
	}
	if err := bothClasses(c.Totals()); err != nil {
		return math.NaN(), fmt.Errorf("metric: partial ROC AUC: %w", err)
	}
	return c.PartialROCAUC(maxFPR), nil
}

// AveragePrecisionScore is AveragePrecision over slices of float32 or float64,
// as fast as ROCAUCScore. Labels are 0 or 1; weight nil means ones. Without
// positives it is 0.
func AveragePrecisionScore[F float32 | float64](yTrue, score, weight []F) (float64, error) {
	a, err := rank.Measure(yTrue, score, weight)
	if err != nil {
		return 0, fmt.Errorf("metric: average precision: %w", err)
	}
	return a.AveragePrecision, nil
}

// ROCCurve returns the false and true positive rates at each threshold,
// thresholds descending over the distinct scores, a row being positive when its
// score is at least the threshold; no point is left out. The first point is
// (0, 0) at +Inf. Labels are 0 or 1; weight nil means ones. Both classes must
// have weight.
func ROCCurve(yTrue, score, weight []float64) (fpr, tpr, thresholds []float64, err error) {
	c, err := rank.New(yTrue, score, weight)
	if err == nil {
		err = bothClasses(c.Totals())
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("metric: ROC curve: %w", err)
	}
	fpr, tpr, thresholds = c.ROC()
	return fpr, tpr, thresholds, nil
}

// PrecisionRecallCurve returns precision and recall at each threshold,
// thresholds ascending over the distinct scores, a row being positive when its
// score is at least the threshold. A last point, precision 1 and recall 0, has
// no threshold. Labels are 0 or 1; weight nil means ones. Without positives the
// recall is 1 at every threshold, as in scikit-learn.
func PrecisionRecallCurve(yTrue, score, weight []float64) (precision, recall, thresholds []float64, err error) {
	c, err := rank.New(yTrue, score, weight)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("metric: precision-recall curve: %w", err)
	}
	precision, recall, thresholds = c.PrecisionRecall()
	return precision, recall, thresholds, nil
}

func bothClasses(pos, neg float64) error {
	switch {
	case pos == 0 && neg == 0:
		return errors.New("no rows with weight")
	case pos == 0:
		return errors.New("no positive rows with weight")
	case neg == 0:
		return errors.New("no negative rows with weight")
	}
	return nil
}
