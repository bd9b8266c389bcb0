package metric

import "cmp"

// Accuracy is what Keras makes of the string "accuracy": BinaryAccuracy where
// the last axis of the predictions is 1 (or there is none), else
// SparseCategoricalAccuracy for class indices and CategoricalAccuracy for
// targets of the predictions' shape.
type Accuracy struct {
	Threshold  float64 // for BinaryAccuracy, as in Precision
	FromLogits bool    // for BinaryAccuracy, as in Precision
	Label      string  // name, "accuracy" if empty
}

func (m Accuracy) Name() string         { return cmp.Or(m.Label, "accuracy") }
func (m Accuracy) Direction() Direction { return Up }
func (m Accuracy) New(trueShape, predShape []int) (State, error) {
	switch {
	case last(predShape) == 1:
		return BinaryAccuracy{Threshold: m.Threshold, FromLogits: m.FromLogits, Label: m.Name()}.New(trueShape, predShape)
	case classIndices(trueShape, predShape):
		return SparseCategoricalAccuracy{Label: m.Name()}.New(trueShape, predShape)
	}
	return CategoricalAccuracy{Label: m.Name()}.New(trueShape, predShape)
}

// classIndices says whether targets that meet several columns hold indices.
func classIndices(trueShape, predShape []int) bool {
	return len(trueShape) < len(predShape) || last(trueShape) == 1
}

// ExactAccuracy is the share of predictions that equal their targets, value by
// value: Keras's Accuracy class, for predictions that are classes already.
type ExactAccuracy struct {
	Label string // name, "accuracy" if empty
}

func (m ExactAccuracy) Name() string         { return cmp.Or(m.Label, "accuracy") }
func (m ExactAccuracy) Direction() Direction { return Up }
func (m ExactAccuracy) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		return indicator(y[0] == p[0])
	})
}

// CategoricalAccuracy is the share of rows whose largest prediction is in the
// column of the largest target. The first of equal ones counts.
type CategoricalAccuracy struct {
	Label string // name, "categorical_accuracy" if empty
}

func (m CategoricalAccuracy) Name() string         { return cmp.Or(m.Label, "categorical_accuracy") }
func (m CategoricalAccuracy) Direction() Direction { return Up }
func (m CategoricalAccuracy) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		return indicator(argmax(y) == argmax(p))
	})
}

// SparseCategoricalAccuracy is the share of rows whose largest prediction, the
// first of equal ones, is in the column that the target names.
type SparseCategoricalAccuracy struct {
	Label string // name, "sparse_categorical_accuracy" if empty
}

func (m SparseCategoricalAccuracy) Name() string {
	return cmp.Or(m.Label, "sparse_categorical_accuracy")
}
func (m SparseCategoricalAccuracy) Direction() Direction { return Up }
func (m SparseCategoricalAccuracy) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, true, func(y, p []float64, _ bool) float64 {
		return indicator(int(y[0]) == argmax(p))
	})
}

func argmax(x []float64) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
