package metric

import (
	"fmt"
	"math"
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
	s := &decisions{layout: l, topK: r.topK, result: result}
	if s.cut, err = cutOf(name, r.threshold, r.fromLogits); err != nil {
		return nil, err
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
	if s.skip, err = l.others("class", r.classes); err != nil {
		return nil, err
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
