package metric

import (
	"cmp"
	"fmt"
)

// The metrics in this file are the best value of one ratio over those
// thresholds at which another ratio reaches a floor; 0 where none does. As in
// Keras the thresholds are 0, 1/199, 2/199, ..., 1, of which a model of rare
// events may use only the first few: see KerasAUC. PrecisionRecallCurve and
// ROCCurve have all of them. Labels are as in Precision; scores must lie in
// [0, 1].

// SensitivityAtSpecificity is the highest recall at a specificity of at least
// Specificity.
type SensitivityAtSpecificity struct {
	Specificity   float64 // the floor, in (0, 1]; Zero means 0
	NumThresholds int     // at least 1, which stands at 0.5; 0 means 200
	Classes       []int   // as in Precision
	Label         string  // name, "sensitivity_at_specificity" if empty
}

func (m SensitivityAtSpecificity) Name() string {
	return cmp.Or(m.Label, "sensitivity_at_specificity")
}
func (m SensitivityAtSpecificity) Direction() Direction { return Up }
func (m SensitivityAtSpecificity) New(trueShape, predShape []int) (State, error) {
	return newConstrained(m.Name(), trueShape, predShape, floor{"Specificity", m.Specificity, m.NumThresholds, m.Classes}, Counts.Specificity, Counts.Recall)
}

// SpecificityAtSensitivity is the highest specificity at a recall of at least
// Sensitivity.
type SpecificityAtSensitivity struct {
	Sensitivity   float64 // the floor, in (0, 1]; Zero means 0
	NumThresholds int     // as in SensitivityAtSpecificity
	Classes       []int   // as in Precision
	Label         string  // name, "specificity_at_sensitivity" if empty
}

func (m SpecificityAtSensitivity) Name() string {
	return cmp.Or(m.Label, "specificity_at_sensitivity")
}
func (m SpecificityAtSensitivity) Direction() Direction { return Up }
func (m SpecificityAtSensitivity) New(trueShape, predShape []int) (State, error) {
	return newConstrained(m.Name(), trueShape, predShape, floor{"Sensitivity", m.Sensitivity, m.NumThresholds, m.Classes}, Counts.Recall, Counts.Specificity)
}

// PrecisionAtRecall is the highest precision at a recall of at least Recall.
type PrecisionAtRecall struct {
	Recall        float64 // the floor, in (0, 1]; Zero means 0
	NumThresholds int     // as in SensitivityAtSpecificity
	Classes       []int   // as in Precision
	Label         string  // name, "precision_at_recall" if empty
}

func (m PrecisionAtRecall) Name() string         { return cmp.Or(m.Label, "precision_at_recall") }
func (m PrecisionAtRecall) Direction() Direction { return Up }
func (m PrecisionAtRecall) New(trueShape, predShape []int) (State, error) {
	return newConstrained(m.Name(), trueShape, predShape, floor{"Recall", m.Recall, m.NumThresholds, m.Classes}, Counts.Recall, Counts.Precision)
}

// RecallAtPrecision is the highest recall at a precision of at least Precision.
type RecallAtPrecision struct {
	Precision     float64 // the floor, in (0, 1]; Zero means 0
	NumThresholds int     // as in SensitivityAtSpecificity
	Classes       []int   // as in Precision
	Label         string  // name, "recall_at_precision" if empty
}

func (m RecallAtPrecision) Name() string         { return cmp.Or(m.Label, "recall_at_precision") }
func (m RecallAtPrecision) Direction() Direction { return Up }
func (m RecallAtPrecision) New(trueShape, predShape []int) (State, error) {
	return newConstrained(m.Name(), trueShape, predShape, floor{"Precision", m.Precision, m.NumThresholds, m.Classes}, Counts.Precision, Counts.Recall)
}

// floor holds the fields that the metrics above share.
type floor struct {
	field      string
	value      float64
	thresholds int
	classes    []int
}

type constrained struct {
	buckets
	floor        float64
	held, wanted func(Counts) float64
}

func newConstrained(name string, trueShape, predShape []int, f floor, held, wanted func(Counts) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	n := cmp.Or(f.thresholds, 200)
	switch {
	case !(f.value > 0 && f.value <= 1):
		return nil, fmt.Errorf("metric: %s: %s is %v, want a number above 0 and up to 1, or Zero", name, f.field, f.value)
	case n < 1:
		return nil, fmt.Errorf("metric: %s: %d thresholds, want at least 1", name, n)
	case n > maxThresholds:
		return nil, fmt.Errorf("metric: %s: %d thresholds, want at most %d", name, n, maxThresholds)
	}
	thresholds := []float64{0.5}
	if n > 1 {
		thresholds = make([]float64, n)
		for i := range thresholds {
			thresholds[i] = float64(i) / float64(n-1)
		}
	}
	s := &constrained{buckets: newBuckets(l, thresholds, 1, false), floor: orDefault(f.value, 0), held: held, wanted: wanted}
	if s.skip, err = l.others("class", f.classes); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *constrained) Result() float64 {
	var best float64
	s.descend(0, func(_ int, at Counts) {
		if s.held(at) >= s.floor {
			best = max(best, s.wanted(at))
		}
	})
	return best
}
