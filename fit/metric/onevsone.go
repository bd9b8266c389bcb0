package metric

import (
	"cmp"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// ROCAUCOneVsOne is the area under the ROC curve of several classes, pair by
// pair, as scikit-learn's roc_auc_score with multi_class="ovo":
//
//	A(a,b) = (P(s_a of a > s_a of b) + P(s_b of b > s_b of a)) / 2
//
// where only rows of the classes a and b are ranked, each by the score of one of
// them, and ties count half. The mean over all pairs is the M of Hand and Till
// and does not change with the shares of the classes, as ROCAUC does, for which
// the frequent ones are most of the rest. Weighted takes the mean by the weight
// of the rows of each pair. Predictions have a column for each class. Targets are
// class indices or one-hot.
//
// The state keeps 32(K-1) bytes for each row of K classes. The result is NaN
// while a class has no rows.
//
// Hand, Till: A simple generalisation of the area under the ROC curve for multiple
// class classification problems, Machine Learning 45, 2001.
type ROCAUCOneVsOne struct {
	Average Average // Macro, the default, or Weighted
	Label   string  // name, "roc_auc_ovo" if empty
}

func (m ROCAUCOneVsOne) Name() string         { return cmp.Or(m.Label, "roc_auc_ovo") }
func (m ROCAUCOneVsOne) Direction() Direction { return Up }
func (m ROCAUCOneVsOne) New(trueShape, predShape []int) (State, error) {
	l, err := align(m.Name(), trueShape, predShape)
	switch {
	case err != nil:
		return nil, err
	case l.k == 1:
		return nil, fmt.Errorf("metric: %s: one column has no pairs of classes: use ROCAUC", l.name)
	case m.Average != Macro && m.Average != Weighted:
		return nil, fmt.Errorf("metric: %s: average %d, want Macro or Weighted", l.name, m.Average)
	}
	return &oneVsOne{layout: l, average: m.Average, against: make([]rank.Buffer, l.k*l.k)}, nil
}

type oneVsOne struct {
	layout
	average Average
	against []rank.Buffer // at a·k + b the scores s_a of the rows of a and of b
	value   float64
	known   bool // value is that of the rows so far
}

func (s *oneVsOne) Update(b *Batch) error {
	v, err := s.openRows(b)
	if err != nil {
		return err
	}
	s.known = false
	for row := range v.rows {
		class, _, err := s.classes(&v, row, 0)
		if err != nil {
			return err
		}
		p, weight := v.pred[row*s.k:][:s.k], v.weightAt(row*s.k)
		for other := range s.k {
			if other != class {
				s.against[class*s.k+other].Add(1, p[class], weight)
				s.against[other*s.k+class].Add(0, p[other], weight)
			}
		}
	}
	return nil
}

func (s *oneVsOne) Result() float64 {
	if !s.known {
		var sum, weights float64
		for a := range s.k {
			for b := range a {
				there, back := s.against[a*s.k+b].Curve(), s.against[b*s.k+a].Curve()
				weight := 1.0
				if s.average == Weighted {
					pos, neg := there.Totals()
					weight = pos + neg
				}
				sum += weight * (there.ROCAUC() + back.ROCAUC()) / 2
				weights += weight
			}
		}
		s.value, s.known = sum/weights, true
	}
	return s.value
}

func (s *oneVsOne) Reset() {
	for i := range s.against {
		s.against[i].Reset()
	}
	s.known = false
}
