package metric

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// ROCAUC is the exact area under the ROC curve over all distinct scores,
// P(s+ > s-) + P(s+ = s-)/2, as scikit-learn's roc_auc_score: ties and weights
// included, probabilities or logits alike. K > 1 columns give the plain mean of
// the columns, one against the rest (macro average).
//
// The result is NaN while a column lacks one of the classes. Result sorts the
// rows that came since the last call and merges them: O(n) for n rows so far.
type ROCAUC struct {
	Label string // name, "roc_auc" if empty
}

func (m ROCAUC) Name() string         { return cmp.Or(m.Label, "roc_auc") }
func (m ROCAUC) Direction() Direction { return Up }
func (m ROCAUC) New(trueShape, predShape []int) (State, error) {
	return newRanking(m.Name(), trueShape, predShape, (*rank.Curve).ROCAUC)
}

// AveragePrecision is sum_n (R_n - R_{n-1}) P_n over all distinct scores in
// descending order, as scikit-learn's average_precision_score: ties and weights
// included, no interpolation. A useless score gets the share of positives, so
// unlike ROC AUC it shows what a rare class costs. K > 1 columns give the plain
// mean of the columns, one against the rest (macro average).
//
// A column without positives counts 0. The cost of Result is that of ROCAUC.
type AveragePrecision struct {
	Label string // name, "average_precision" if empty
}

func (m AveragePrecision) Name() string         { return cmp.Or(m.Label, "average_precision") }
func (m AveragePrecision) Direction() Direction { return Up }
func (m AveragePrecision) New(trueShape, predShape []int) (State, error) {
	return newRanking(m.Name(), trueShape, predShape, (*rank.Curve).AveragePrecision)
}

type ranking struct {
	layout
	columns   []rank.Buffer
	statistic func(*rank.Curve) float64
	value     float64
	known     bool // value is that of the rows so far
}

func newRanking(name string, trueShape, predShape []int, statistic func(*rank.Curve) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	return &ranking{layout: l, columns: make([]rank.Buffer, l.k), statistic: statistic}, nil
}

func (s *ranking) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	s.known = false
	for row := range v.rows {
		for c := range s.columns {
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			s.columns[c].Add(label, score, weight)
		}
	}
	return nil
}

func (s *ranking) Result() float64 {
	if !s.known {
		var sum float64
		for c := range s.columns {
			sum += s.statistic(s.columns[c].Curve())
		}
		s.value, s.known = sum/float64(len(s.columns)), true
	}
	return s.value
}

func (s *ranking) Reset() {
	for c := range s.columns {
		s.columns[c].Reset()
	}
	s.known = false
}

// ROCAUCScore is ROCAUC over slices. Labels are 0 or 1; weight nil means ones.
// It returns NaN and an error unless both classes have weight.
func ROCAUCScore(yTrue, score, weight []float64) (float64, error) {
	c, err := rank.New(yTrue, score, weight)
	if err != nil {
		return 0, fmt.Errorf("metric: ROC AUC: %w", err)
	}
	if err := bothClasses(c); err != nil {
		return c.ROCAUC(), fmt.Errorf("metric: ROC AUC: %w", err)
	}
	return c.ROCAUC(), nil
}

// AveragePrecisionScore is AveragePrecision over slices. Labels are 0 or 1;
// weight nil means ones. Without positives it is 0.
func AveragePrecisionScore(yTrue, score, weight []float64) (float64, error) {
	c, err := rank.New(yTrue, score, weight)
	if err != nil {
		return 0, fmt.Errorf("metric: average precision: %w", err)
	}
	return c.AveragePrecision(), nil
}

// ROCCurve returns the false and true positive rates at each threshold,
// thresholds descending over the distinct scores, a row being positive when its
// score is at least the threshold; no point is left out. The first point is
// (0, 0) at +Inf. Labels are 0 or 1; weight nil means ones. Both classes must
// have weight.
func ROCCurve(yTrue, score, weight []float64) (fpr, tpr, thresholds []float64, err error) {
	c, err := rank.New(yTrue, score, weight)
	if err == nil {
		err = bothClasses(c)
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

func bothClasses(c *rank.Curve) error {
	switch pos, neg := c.Totals(); {
	case pos == 0 && neg == 0:
		return errors.New("no rows with weight")
	case pos == 0:
		return errors.New("no positive rows with weight")
	case neg == 0:
		return errors.New("no negative rows with weight")
	}
	return nil
}
