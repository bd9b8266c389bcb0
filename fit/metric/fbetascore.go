package metric

import (
	"cmp"
	"fmt"
	"math"
)

// Average joins the scores of the classes.
type Average int

const (
	Macro    Average = iota // plain mean of the classes
	Micro                   // one score from the counts of all classes together
	Weighted                // mean of the classes by the weight of their positive rows
)

// FBetaScore is Keras's FBetaScore: the F-beta score of each column of one-hot
// (or class index) targets, joined by Average. Keras's default, one number per
// class, is Classes with one of them. Each fraction has 1e-7 added to its
// denominator, as there. For a binary output take FBeta or F1.
type FBetaScore struct {
	Average   Average // default Macro
	Beta      float64 // weight of recall against precision; 0 means 1
	Threshold float64 // positive is what is above; 0: what equals the row's maximum; Zero means 0
	Classes   []int   // score these columns only; nil means all
	Label     string  // name, "fbeta_score" if empty
}

func (m FBetaScore) Name() string         { return cmp.Or(m.Label, "fbeta_score") }
func (m FBetaScore) Direction() Direction { return Up }
func (m FBetaScore) New(trueShape, predShape []int) (State, error) {
	l, err := align(m.Name(), trueShape, predShape)
	if err != nil {
		return nil, err
	}
	m.Beta = cmp.Or(m.Beta, 1)
	switch {
	case !(m.Beta > 0) || math.IsInf(m.Beta, 1):
		return nil, fmt.Errorf("metric: %s: beta is %v, want a positive number", l.name, m.Beta)
	case math.IsNaN(m.Threshold):
		return nil, fmt.Errorf("metric: %s: threshold is NaN", l.name)
	case m.Average < Macro || m.Average > Weighted:
		return nil, fmt.Errorf("metric: %s: unknown average %d", l.name, m.Average)
	case l.k == 1 && m.Threshold == 0:
		return nil, fmt.Errorf("metric: %s: one column is always the maximum of its row: set a threshold, or use F1 or FBeta", l.name)
	}
	s := &fBetaScore{layout: l, FBetaScore: m, counts: make([]Counts, l.k)}
	if s.skip, err = l.others("class", m.Classes); err != nil {
		return nil, err
	}
	return s, nil
}

type fBetaScore struct {
	layout
	FBetaScore
	counts []Counts
	skip   []bool
}

func (s *fBetaScore) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	for row := range v.rows {
		p := v.pred[row*s.k:][:s.k]
		top := p[argmax(p)]
		for c := range p {
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			hit := score == top && math.Abs(score) > 1e-9
			if s.Threshold != 0 {
				hit = score > b.round(orDefault(s.Threshold, 0))
			}
			s.counts[c].add(label == 1, hit, weight)
		}
	}
	return nil
}

func (s *fBetaScore) Reset() { clear(s.counts) }

func (s *fBetaScore) Result() float64 {
	var all Counts
	var sum, classes, weighted, weights float64
	for i, c := range s.counts {
		if s.skip != nil && s.skip[i] {
			continue
		}
		classes++
		all.TP += c.TP
		all.FP += c.FP
		all.FN += c.FN
		f := s.score(c)
		sum += f
		weighted += (c.TP + c.FN) * f
		weights += c.TP + c.FN
	}
	switch s.Average {
	case Micro:
		return s.score(all)
	case Weighted:
		return weighted / (weights + fuzz)
	}
	return ratio(sum, classes)
}

func (s *fBetaScore) score(c Counts) float64 {
	precision := c.TP / (c.TP + c.FP + fuzz)
	recall := c.TP / (c.TP + c.FN + fuzz)
	b2 := s.Beta * s.Beta
	return (1 + b2) * precision * recall / (b2*precision + recall + fuzz)
}
