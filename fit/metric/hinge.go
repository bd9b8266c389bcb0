package metric

import "cmp"

// Hinge is the mean of max(1 - y p, 0) for labels y of -1 and 1. Where all
// targets of the epoch are 0 or 1, 0 stands for -1; Keras decides that batch by
// batch.
type Hinge struct {
	Label string // name, "hinge" if empty
}

func (m Hinge) Name() string         { return cmp.Or(m.Label, "hinge") }
func (m Hinge) Direction() Direction { return Down }
func (m Hinge) New(trueShape, predShape []int) (State, error) {
	return newHinge(m.Name(), trueShape, predShape, func(margin float64) float64 { return margin })
}

// SquaredHinge is the mean of max(1 - y p, 0)², with the labels of Hinge.
type SquaredHinge struct {
	Label string // name, "squared_hinge" if empty
}

func (m SquaredHinge) Name() string         { return cmp.Or(m.Label, "squared_hinge") }
func (m SquaredHinge) Direction() Direction { return Down }
func (m SquaredHinge) New(trueShape, predShape []int) (State, error) {
	return newHinge(m.Name(), trueShape, predShape, func(margin float64) float64 { return margin * margin })
}

// hinge keeps the sum for both readings of a 0, because which one holds is
// known only at the end of the epoch.
type hinge struct {
	layout
	of                   func(margin float64) float64
	given, mapped, count float64 // sums with targets as given and as 2y-1, and of weights
	graded               bool    // a target was neither 0 nor 1
}

func newHinge(name string, trueShape, predShape []int, of func(float64) float64) (State, error) {
	l, err := alignEach(name, trueShape, predShape)
	if err != nil {
		return nil, err
	}
	return &hinge{layout: l, of: of}, nil
}

func (s *hinge) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	for i, p := range v.pred {
		y, w := v.truth[i], v.weightAt(i)
		if err := s.noNaN(i, v.truth[i:][:1], v.pred[i:][:1]); err != nil {
			return err
		}
		if w == 0 {
			continue
		}
		s.graded = s.graded || y != 0 && y != 1
		s.given += w * s.of(max(1-y*p, 0))
		s.mapped += w * s.of(max(1-(2*y-1)*p, 0))
		s.count += w
	}
	return nil
}

func (s *hinge) Result() float64 {
	if s.graded {
		return ratio(s.given, s.count)
	}
	return ratio(s.mapped, s.count)
}

func (s *hinge) Reset() { s.given, s.mapped, s.count, s.graded = 0, 0, 0, false }

// CategoricalHinge is the mean over rows of
//
//	max(max_c (1 - y_c) p_c - sum_c y_c p_c + 1, 0)
//
// for one-hot targets: how far the largest other score comes within 1 of that
// of the true class.
type CategoricalHinge struct {
	Label string // name, "categorical_hinge" if empty
}

func (m CategoricalHinge) Name() string         { return cmp.Or(m.Label, "categorical_hinge") }
func (m CategoricalHinge) Direction() Direction { return Down }
func (m CategoricalHinge) New(trueShape, predShape []int) (State, error) {
	return newRowMean(m.Name(), trueShape, predShape, false, func(y, p []float64, _ bool) float64 {
		own, other := 0.0, (1-y[0])*p[0]
		for c := range p {
			own += y[c] * p[c]
			other = max(other, (1-y[c])*p[c])
		}
		return max(other-own+1, 0)
	})
}
