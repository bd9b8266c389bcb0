package metric

import (
	"cmp"
	"fmt"
)

// Aggregation joins the scores of the columns in R2Score.
type Aggregation int

const (
	UniformAverage          Aggregation = iota // plain mean of the columns
	VarianceWeightedAverage                    // mean by the variance of their targets
)

// R2Score is the coefficient of determination of each column,
//
//	1 - sum w (y - p)² / sum w (y - mean y)²,
//
// joined by Aggregation. Columns along the last axis; Keras's
// class_aggregation=None, one number per column, is Columns with one of them.
// A column whose targets are all equal scores 0.
//
// With Regressors p > 0 the score s becomes 1 - (1 - s)(n - 1)/(n - p - 1), n
// being the rows with a weight other than 0; up to n = p + 1 it stays s, as in
// Keras.
type R2Score struct {
	Aggregation Aggregation // default UniformAverage
	Regressors  int         // independent variables of the model; 0: no adjustment
	Columns     []int       // score these columns only; nil means all
	Label       string      // name, "r2_score" if empty
}

func (m R2Score) Name() string         { return cmp.Or(m.Label, "r2_score") }
func (m R2Score) Direction() Direction { return Up }
func (m R2Score) New(trueShape, predShape []int) (State, error) {
	l, err := align(m.Name(), trueShape, predShape)
	if err != nil {
		return nil, err
	}
	switch {
	case l.sparse:
		return nil, fmt.Errorf("metric: %s: targets of shape %v against predictions of shape %v (without the batch axis), want equal shapes", l.name, trueShape, predShape)
	case m.Aggregation < UniformAverage || m.Aggregation > VarianceWeightedAverage:
		return nil, fmt.Errorf("metric: %s: unknown aggregation %d", l.name, m.Aggregation)
	case m.Regressors < 0:
		return nil, fmt.Errorf("metric: %s: %d regressors, want 0 or more", l.name, m.Regressors)
	}
	s := &r2Score{layout: l, R2Score: m, columns: make([]spread, l.k)}
	if s.skip, err = l.others("column", m.Columns); err != nil {
		return nil, err
	}
	return s, nil
}

// spread of a column: its weight, the weighted mean of its targets, and the
// squares around it and around the predictions. The mean runs along (Welford
// 1962), so that targets far from 0 keep their digits.
type spread struct{ weight, mean, total, residual float64 }

type r2Score struct {
	layout
	R2Score
	columns []spread
	skip    []bool
	rows    float64
}

func (s *r2Score) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	for row := range v.rows {
		p, y := v.pred[row*s.k:][:s.k], v.truth[row*s.k:][:s.k]
		if err := s.noNaN(row, y, p); err != nil {
			return err
		}
		counts := false
		for c := range s.columns {
			w, at := v.weightAt(row*s.k+c), &s.columns[c]
			if w == 0 {
				continue
			}
			counts = true
			at.weight += w
			away := y[c] - at.mean
			at.mean += ratio(w*away, at.weight)
			at.total += w * away * (y[c] - at.mean)
			at.residual += w * (y[c] - p[c]) * (y[c] - p[c])
		}
		s.rows += indicator(counts)
	}
	return nil
}

func (s *r2Score) Result() float64 {
	var sum, weights float64
	for c, at := range s.columns {
		if s.skip != nil && s.skip[c] || at.total == 0 && s.Aggregation == VarianceWeightedAverage {
			continue
		}
		score, weight := 0.0, 1.0
		if at.total != 0 {
			score = 1 - at.residual/at.total
		}
		if s.Aggregation == VarianceWeightedAverage {
			weight = at.total
		}
		sum += weight * score
		weights += weight
	}
	score, p := ratio(sum, weights), float64(s.Regressors)
	if p == 0 || s.rows <= p+1 {
		return score
	}
	return 1 - (1-score)*(s.rows-1)/(s.rows-p-1)
}

func (s *r2Score) Reset() {
	clear(s.columns)
	s.rows = 0
}
