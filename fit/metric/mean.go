package metric

import (
	"cmp"
	"fmt"
	"math"
)

// MeanSquaredError is the mean of (p - y)².
type MeanSquaredError struct {
	Label string // name, "mean_squared_error" if empty
}

func (m MeanSquaredError) Name() string         { return cmp.Or(m.Label, "mean_squared_error") }
func (m MeanSquaredError) Direction() Direction { return Down }
func (m MeanSquaredError) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		return (p[0] - y[0]) * (p[0] - y[0])
	})
}

// MeanAbsoluteError is the mean of |p - y|.
type MeanAbsoluteError struct {
	Label string // name, "mean_absolute_error" if empty
}

func (m MeanAbsoluteError) Name() string         { return cmp.Or(m.Label, "mean_absolute_error") }
func (m MeanAbsoluteError) Direction() Direction { return Down }
func (m MeanAbsoluteError) New(trueShape, predShape []int) (State, error) {
	return newMean(m.Name(), trueShape, predShape, func(y, p []float64, _ bool) float64 {
		return math.Abs(p[0] - y[0])
	})
}

// mean is the state of every metric that averages over rows or single values:
// sum(weight * value) / sum(weight).
type mean struct {
	layout
	value       func(y, p []float64, single bool) float64
	finish      func(mean float64) float64 // nil: the mean itself
	sum, weight float64
}

// MaskAware marks a state that, as in Keras, leaves out what a mask takes out:
// package fit multiplies its weights by the mask. The others see no masks.
type MaskAware interface{ maskAware() }

func (*mean) maskAware() {}

// newMean averages over single values; y and p have length 1.
func newMean(name string, trueShape, predShape []int, value func(y, p []float64, single bool) float64) (State, error) {
	l, err := alignEach(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	return &mean{layout: l, value: value}, nil
}

// newRowMean averages over rows; y is one class index if sparse, else it has
// the length of p.
func newRowMean(name string, trueShape, predShape []int, sparse bool, value func(y, p []float64, single bool) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	if l.sparse != sparse {
		want := "the same shape"
		if sparse {
			want = "class indices"
		}
		return nil, fmt.Errorf("metric: %s: targets of shape %v against predictions of shape %v (without the batch axis), want %s", name, trueShape, predShape, want)
	}
	return &mean{layout: l, value: value}, nil
}

func (s *mean) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	targets := s.k
	if s.sparse {
		targets = 1
	}
	for row := range v.rows {
		p := v.pred[row*s.k:][:s.k]
		y := v.truth[row*targets:][:targets]
		if err := s.noNaN(row, y, p); err != nil {
			return err
		}
		w := v.weightAt(row * s.k)
		s.sum += w * s.value(y, p, b.Single)
		s.weight += w
	}
	return nil
}

func (s *mean) Result() float64 {
	m := ratio(s.sum, s.weight)
	if s.finish != nil {
		m = s.finish(m)
	}
	return m
}

func (s *mean) Reset() { s.sum, s.weight = 0, 0 }
