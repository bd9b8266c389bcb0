package metric

import (
	"cmp"
	"fmt"
	"math"
)

// The metrics in this file count decisions. A prediction is positive when it is
// above the threshold, strictly, as in Keras. Labels are 0 or 1, or class
// indices, which count as one-hot rows; several columns are counted together
// (micro average).

// Precision is TP / (TP+FP).
type Precision struct {
	Threshold  float64 // on the probability, in [0, 1]; 0 means 0.5, Zero means 0
	FromLogits bool    // predictions are logits; the threshold stays a probability
	TopK       int     // only a row's k largest predictions can be positive, and without a Threshold they all are
	Classes    []int   // count these columns only; nil means all. Keras's class_id
	Label      string  // name, "precision" if empty
}

func (m Precision) Name() string         { return cmp.Or(m.Label, "precision") }
func (m Precision) Direction() Direction { return Up }
func (m Precision) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{m.Threshold, m.FromLogits, m.TopK, m.Classes}, Counts.Precision)
}

// Recall is TP / (TP+FN).
type Recall struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	TopK       int     // as in Precision
	Classes    []int   // as in Precision
	Label      string  // name, "recall" if empty
}

func (m Recall) Name() string         { return cmp.Or(m.Label, "recall") }
func (m Recall) Direction() Direction { return Up }
func (m Recall) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{m.Threshold, m.FromLogits, m.TopK, m.Classes}, Counts.Recall)
}

// Specificity is TN / (TN+FP), the recall of the negatives.
type Specificity struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Classes    []int   // as in Precision
	Label      string  // name, "specificity" if empty
}

func (m Specificity) Name() string         { return cmp.Or(m.Label, "specificity") }
func (m Specificity) Direction() Direction { return Up }
func (m Specificity) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits, classes: m.Classes}, Counts.Specificity)
}

// IndexBalancedAccuracy is Counts.IndexBalanced.
type IndexBalancedAccuracy struct {
	Alpha      float64 // in [0, 1]; 0 means 0.1; Zero means 0
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Classes    []int   // as in Precision
	Label      string  // name, "index_balanced_accuracy" if empty
}

func (m IndexBalancedAccuracy) Name() string         { return cmp.Or(m.Label, "index_balanced_accuracy") }
func (m IndexBalancedAccuracy) Direction() Direction { return Up }
func (m IndexBalancedAccuracy) New(trueShape, predShape []int) (State, error) {
	alpha, err := alphaOf(m.Name(), m.Alpha)
	if err != nil {
		return nil, err
	}
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits, classes: m.Classes},
		func(c Counts) float64 { return c.IndexBalanced(alpha) })
}

// FBeta is Counts.FBeta at a threshold. FBetaScore is Keras's class-wise score
// of the same name.
type FBeta struct {
	Beta       float64 // weight of recall against precision; 0 means 1
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "fbeta_score" if empty
}

func (m FBeta) Name() string         { return cmp.Or(m.Label, "fbeta_score") }
func (m FBeta) Direction() Direction { return Up }
func (m FBeta) New(trueShape, predShape []int) (State, error) {
	beta := cmp.Or(m.Beta, 1)
	if !(beta > 0) || math.IsInf(beta, 1) {
		return nil, fmt.Errorf("metric: %s: beta is %v, want a positive number", m.Name(), beta)
	}
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits},
		func(c Counts) float64 { return c.FBeta(beta) })
}

// F1 is Counts.F1 at a threshold.
type F1 struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "f1_score" if empty
}

func (m F1) Name() string         { return cmp.Or(m.Label, "f1_score") }
func (m F1) Direction() Direction { return Up }
func (m F1) New(trueShape, predShape []int) (State, error) {
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits}, Counts.F1)
}

// BinaryAccuracy is the share of predictions on the right side of the
// threshold.
type BinaryAccuracy struct {
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "binary_accuracy" if empty
}

func (m BinaryAccuracy) Name() string         { return cmp.Or(m.Label, "binary_accuracy") }
func (m BinaryAccuracy) Direction() Direction { return Up }
func (m BinaryAccuracy) New(trueShape, predShape []int) (State, error) {
	if _, err := alignEach(m.Name(), trueShape, predShape); err != nil {
		return nil, err
	}
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits}, Counts.Accuracy)
}
