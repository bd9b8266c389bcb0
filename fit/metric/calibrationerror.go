package metric

import (
	"cmp"
	"fmt"
	"math"
)

// CalibrationError is the expected calibration error over bins of equal width
// (Naeini et al. 2015),
//
//	Σ_b (n_b / n) |share of hits - mean probability|.
//
// With one column, the probability is that of class 1 and a hit is a label of
// 1. With more, it is the largest probability of the row, and a hit is a row
// whose class has it. Bins are open below and closed above, so 0 is in the
// first one. Rare events crowd the first bin: calibrate.Reliability has bins of
// equal weight, and the whole table.
type CalibrationError struct {
	Bins       int    // 0 means 15
	FromLogits bool   // predictions are logits of a sigmoid (one column) or a softmax; else they must lie in [0, 1]
	Label      string // name, "calibration_error" if empty
}

func (m CalibrationError) Name() string         { return cmp.Or(m.Label, "calibration_error") }
func (m CalibrationError) Direction() Direction { return Down }
func (m CalibrationError) New(trueShape, predShape []int) (State, error) {
	l, err := align(m.Name(), trueShape, predShape)
	if err != nil {
		return nil, err
	}
	bins := cmp.Or(m.Bins, 15)
	if bins < 1 {
		return nil, fmt.Errorf("metric: %s: %d bins, want at least 1", l.name, bins)
	}
	return &calibrationError{layout: l, logits: m.FromLogits, bins: make([]calibrationBin, bins)}, nil
}

// calibrationBin holds sums over its rows.
type calibrationBin struct{ weight, predicted, hits float64 }

type calibrationError struct {
	layout
	logits bool
	bins   []calibrationBin
}

func (s *calibrationError) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	for row := range v.rows {
		truth, top, err := s.classes(&v, row, 0)
		if err != nil {
			return err
		}
		z := v.pred[row*s.k:][:s.k]
		p, hit := z[0], truth == 1
		if s.k > 1 {
			p, hit = z[top], truth == top
		}
		switch {
		case s.logits && s.k == 1:
			p = sigmoid(p)
		case s.logits:
			p = math.Exp(p - total(z, true))
		case p < 0 || p > 1:
			return fmt.Errorf("metric: %s: row %d: prediction is %v, want a probability or FromLogits", s.name, row, p)
		}
		w := v.weightAt(row * s.k)
		at := &s.bins[s.bin(p)]
		at.weight += w
		at.predicted += w * p
		at.hits += w * indicator(hit)
	}
	return nil
}

// bin compares p with the edges themselves: p times the number of bins may
// round across one.
func (s *calibrationError) bin(p float64) int {
	n := float64(len(s.bins))
	i := min(max(int(math.Ceil(p*n))-1, 0), len(s.bins)-1)
	if i > 0 && p <= float64(i)/n {
		i--
	} else if i+1 < len(s.bins) && p > float64(i+1)/n {
		i++
	}
	return i
}

func (s *calibrationError) Result() float64 {
	var sum, all float64
	for _, b := range s.bins {
		sum += math.Abs(b.hits - b.predicted)
		all += b.weight
	}
	return ratio(sum, all)
}

func (s *calibrationError) Reset() { clear(s.bins) }
