package metric

import (
	"cmp"
	"fmt"
)

// The metrics in this file score each class against the rest and join the
// scores by Average, as scikit-learn does: classes that occur among neither
// targets nor predictions are left out. A row's class is the column of the
// largest prediction, the first of equal ones; with a Threshold, every column
// above it counts, for targets of any number of labels. One column stands for
// two classes. FBetaScore does the same for F-beta, with Keras's numbers.

// PrecisionScore is the precision of the classes.
type PrecisionScore struct {
	Average   Average // default Macro
	Threshold float64 // positive is what is above; 0: the largest, or above 0.5 in one column; Zero means 0
	Classes   []int   // join these classes only; nil means all
	Label     string  // name, "macro_precision", "micro_precision" or "weighted_precision" if empty
}

func (m PrecisionScore) Name() string         { return cmp.Or(m.Label, m.Average.String()+"_precision") }
func (m PrecisionScore) Direction() Direction { return Up }
func (m PrecisionScore) New(trueShape, predShape []int) (State, error) {
	return newClasswise(m.Name(), trueShape, predShape, m.Average, m.Threshold, m.Classes, Counts.Precision)
}

// RecallScore is the recall of the classes. Its macro average is
// BalancedAccuracy where all classes occur among the targets.
type RecallScore struct {
	Average   Average // default Macro
	Threshold float64 // as in PrecisionScore
	Classes   []int   // as in PrecisionScore
	Label     string  // name, "macro_recall", "micro_recall" or "weighted_recall" if empty
}

func (m RecallScore) Name() string         { return cmp.Or(m.Label, m.Average.String()+"_recall") }
func (m RecallScore) Direction() Direction { return Up }
func (m RecallScore) New(trueShape, predShape []int) (State, error) {
	return newClasswise(m.Name(), trueShape, predShape, m.Average, m.Threshold, m.Classes, Counts.Recall)
}

// SpecificityScore is the specificity of the classes. Weights count in it for
// true negatives too; imbalanced-learn (0.14) counts rows there.
type SpecificityScore struct {
	Average   Average // default Macro
	Threshold float64 // as in PrecisionScore
	Classes   []int   // as in PrecisionScore
	Label     string  // name, "macro_specificity", "micro_specificity" or "weighted_specificity" if empty
}

func (m SpecificityScore) Name() string         { return cmp.Or(m.Label, m.Average.String()+"_specificity") }
func (m SpecificityScore) Direction() Direction { return Up }
func (m SpecificityScore) New(trueShape, predShape []int) (State, error) {
	return newClasswise(m.Name(), trueShape, predShape, m.Average, m.Threshold, m.Classes, Counts.Specificity)
}

// IndexBalancedAccuracyScore is Counts.IndexBalanced of the classes.
type IndexBalancedAccuracyScore struct {
	Average   Average // default Macro
	Alpha     float64 // 0 means 0.1; Zero means 0
	Threshold float64 // as in PrecisionScore
	Classes   []int   // as in PrecisionScore
	Label     string  // name, "macro_index_balanced_accuracy" and so on if empty
}

func (m IndexBalancedAccuracyScore) Name() string {
	return cmp.Or(m.Label, m.Average.String()+"_index_balanced_accuracy")
}
func (m IndexBalancedAccuracyScore) Direction() Direction { return Up }
func (m IndexBalancedAccuracyScore) New(trueShape, predShape []int) (State, error) {
	alpha, err := alphaOf(m.Name(), m.Alpha)
	if err != nil {
		return nil, err
	}
	return newClasswise(m.Name(), trueShape, predShape, m.Average, m.Threshold, m.Classes,
		func(c Counts) float64 { return c.IndexBalanced(alpha) })
}

func alphaOf(name string, alpha float64) (float64, error) {
	alpha = orDefault(alpha, 0.1)
	if !(alpha >= 0 && alpha <= 1) {
		return 0, fmt.Errorf("metric: %s: alpha is %v, want a number from 0 to 1", name, alpha)
	}
	return alpha, nil
}

type classwise struct {
	layout
	average   Average
	cut       float64 // of one column, or of each if threshold
	threshold bool
	counts    []Counts
	skip      []bool
	of        func(Counts) float64
}

func newClasswise(name string, trueShape, predShape []int, average Average, threshold float64, classes []int, of func(Counts) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	if average < Macro || average > Weighted {
		return nil, fmt.Errorf("metric: %s: unknown average %d", name, average)
	}
	s := &classwise{layout: l, average: average, threshold: threshold != 0 && l.k > 1, counts: make([]Counts, max(l.k, 2)), of: of}
	if s.cut, err = cutOf(name, threshold, false); err != nil {
		return nil, err
	}
	if s.skip, err = pickClasses(name, "class", classes, len(s.counts)); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *classwise) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	cut := b.round(s.cut)
	for row := range v.rows {
		if !s.threshold {
			truth, pred, err := s.classes(&v, row, cut)
			if err != nil {
				return err
			}
			for c := range s.counts {
				s.counts[c].add(truth == c, pred == c, v.weightAt(row*s.k))
			}
			continue
		}
		for c := range s.counts {
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			s.counts[c].add(label == 1, score > cut, weight)
		}
	}
	return nil
}

func (s *classwise) Reset() { clear(s.counts) }

func (s *classwise) Result() float64 { return s.average.of(s.counts, s.skip, s.of) }

// of joins the scores of the classes that occur and are not skipped.
func (a Average) of(classes []Counts, skip []bool, score func(Counts) float64) float64 {
	var all Counts
	var sum, weights float64
	for i, c := range classes {
		if skip != nil && skip[i] || c.TP+c.FP+c.FN == 0 {
			continue
		}
		all = Counts{all.TP + c.TP, all.FP + c.FP, all.TN + c.TN, all.FN + c.FN}
		weight := 1.0
		if a == Weighted {
			weight = c.TP + c.FN
		}
		sum += weight * score(c)
		weights += weight
	}
	if a == Micro {
		return score(all)
	}
	return ratio(sum, weights)
}

var averages = [...]string{Macro: "macro", Micro: "micro", Weighted: "weighted"}

// String is "macro", "micro" or "weighted".
func (a Average) String() string {
	if a < 0 || int(a) >= len(averages) {
		return fmt.Sprintf("average(%d)", int(a))
	}
	return averages[a]
}
