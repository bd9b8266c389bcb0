package metric

import (
	"math"
	"slices"
)

// Direction says which way a metric gets better.
type Direction int

// A count such as TruePositives has no direction of its own.
const (
	None Direction = iota
	Up
	Down
)

// Zero stands for an explicit 0 in a field where 0 means the default, such as
// Precision.Threshold.
const Zero = math.SmallestNonzeroFloat64

// orDefault resolves a field in which 0 means def.
func orDefault(field, def float64) float64 {
	switch field {
	case 0:
		return def
	case Zero:
		return 0
	}
	return field
}

// Values is a row-major array and its shape; axis 0 is the rows of the batch.
type Values struct {
	Data  []float64
	Shape []int
}

// Batch is what a metric sees after a forward pass.
type Batch struct {
	True, Pred Values
	// Weight.Data nil means no weights. Otherwise the weights align with the
	// leading axes of the predictions: (n), (n, 1) or (n, T).
	Weight Values
	// Single says that Pred was computed in float32: thresholds are rounded to
	// float32 before they are compared, so that 0.3 is not above 0.3.
	Single bool
}

// Metric is a configuration.
type Metric interface {
	// Name is the key in logs and History: Keras's, or the Label field.
	Name() string
	Direction() Direction
	// New makes the running state for a model whose targets and predictions
	// have these shapes, which leave out the batch axis.
	New(trueShape, predShape []int) (State, error)
}

// State accumulates over batches.
type State interface {
	// Update adds a batch. It keeps neither b nor its slices, and allocates
	// only to grow a buffer of scores. After an error the state holds an
	// unspecified part of the batch; Reset makes it usable again.
	Update(b *Batch) error
	// Result is the value over all batches since Reset.
	Result() float64
	Reset()
}

// round rounds a threshold as the batch demands.
func (b *Batch) round(threshold float64) float64 {
	if b.Single {
		return float64(float32(threshold))
	}
	return threshold
}

// size is the number of values that a shape holds.
func size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// last is the length of the last axis, 1 without axes.
func last(shape []int) int {
	if len(shape) == 0 {
		return 1
	}
	return shape[len(shape)-1]
}

// sameButUnit says whether the shapes are equal, or would be if the longer one
// lost a last axis of length 1.
func sameButUnit(a, b []int) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a) == len(b)+1 && last(a) == 1 {
		a = a[:len(b)]
	}
	return slices.Equal(a, b)
}
