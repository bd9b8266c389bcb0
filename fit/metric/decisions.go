package metric

import (
	"fmt"
	"math"
	"slices"
)

// rule says which predictions are positive; its fields are those of Precision.
type rule struct {
	threshold  float64
	fromLogits bool
	topK       int
	classes    []int
}

// decisions is the state of every metric that counts predictions above a
// threshold.
type decisions struct {
	layout
	cut    float64 // in the unit of the predictions
	topK   int     // 0: no limit
	top    []bool  // columns of the current row within its top k
	skip   []bool  // columns that do not count; nil: all count
	counts Counts
	result func(Counts) float64
}

func newDecisions(name string, trueShape, predShape []int, r rule, result func(Counts) float64) (State, error) {
	l, err := align(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	s := &decisions{layout: l, cut: orDefault(r.threshold, 0.5), topK: r.topK, result: result}
	if !(s.cut >= 0 && s.cut <= 1) {
		return nil, fmt.Errorf("metric: %s: threshold is %v, want a probability", name, s.cut)
	}
	if r.fromLogits {
		s.cut = math.Log(s.cut) - math.Log1p(-s.cut)
	}
	if s.topK < 0 || s.topK > l.k {
		return nil, fmt.Errorf("metric: %s: the top %d of %d columns", name, s.topK, l.k)
	}
	if s.topK > 0 {
		s.top = make([]bool, l.k)
		if r.threshold == 0 {
			s.cut = math.Inf(-1)
		}
	}
	if r.classes != nil {
		s.skip = slices.Repeat([]bool{true}, l.k)
		for _, c := range r.classes {
			if c < 0 || c >= l.k {
				return nil, fmt.Errorf("metric: %s: class %d, want one from 0 to %d", name, c, l.k-1)
			}
			s.skip[c] = false
		}
	}
	return s, nil
}

func (s *decisions) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	cut := b.round(s.cut)
	for row := range v.rows {
		s.markTop(v.pred[row*s.k:][:s.k])
		for c := range s.k {
			if s.skip != nil && s.skip[c] {
				continue
			}
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			s.counts.add(label == 1, score > cut && (s.topK == 0 || s.top[c]), weight)
		}
	}
	return nil
}

// markTop marks the largest predictions of a row, the first of equal ones.
func (s *decisions) markTop(pred []float64) {
	clear(s.top)
	for range s.topK {
		best := -1
		for c, p := range pred {
			if !s.top[c] && (best < 0 || p > pred[best]) {
				best = c
			}
		}
		s.top[best] = true
	}
}

func (s *decisions) Result() float64 { return s.result(s.counts) }
func (s *decisions) Reset()          { s.counts = Counts{} }
