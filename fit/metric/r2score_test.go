package metric

import "testing"

// Values of scikit-learn 1.9.1, except where it has none.
func TestR2Score(t *testing.T) {
	y, p := []float64{3, -.5, 2, 7}, []float64{2.5, 0, 2, 8}
	y2, p2 := []float64{.5, 1, -1, 1, 7, -6}, []float64{0, 2, -1, 2, 8, -5}
	far := func(x []float64) []float64 {
		var out []float64
		for _, v := range x {
			out = append(out, v+1e6)
		}
		return out
	}
	for name, c := range map[string]struct {
		metric  R2Score
		k       int
		y, p, w []float64
		want    float64
	}{
		"one column":               {R2Score{}, 1, y, p, nil, .9486081370449679},
		"weighted":                 {R2Score{}, 1, y, p, []float64{1, 2, .5, 3}, .9463401210787011},
		"uniform":                  {R2Score{}, 2, y2, p2, nil, .9368005266622779},
		"by variance":              {R2Score{Aggregation: VarianceWeightedAverage}, 2, y2, p2, nil, .9382566585956417},
		"second column":            {R2Score{Columns: []int{1}}, 2, y2, p2, nil, .9081632653061225},
		"constant targets":         {R2Score{}, 1, []float64{1, 1}, []float64{1, 2}, nil, 0},
		"constant, by variance":    {R2Score{Aggregation: VarianceWeightedAverage}, 1, []float64{1, 1}, []float64{1, 2}, nil, 0},
		"adjusted":                 {R2Score{Regressors: 1}, 1, y, p, nil, 1 - (1-.9486081370449679)*3/2},
		"too few rows to adjust":   {R2Score{Regressors: 3}, 1, y, p, nil, .9486081370449679},
		"a row without weight":     {R2Score{Regressors: 1}, 1, append([]float64{9}, y...), append([]float64{0}, p...), []float64{0, 1, 1, 1, 1}, 1 - (1-.9486081370449679)*3/2},
		"only rows without weight": {R2Score{}, 1, y, p, []float64{0, 0, 0, 0}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(c.k, c.y, c.p, c.w)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if got := resultOf(t, R2Score{}, columns(1, far(y), far(p), nil)); got < .9486081370 || got > .9486081371 {
		t.Errorf("targets around a million: got %v, want .94860813704", got)
	}
	refused(t, nil, []int{3}, "equal shapes", R2Score{})
	refused(t, nil, []int{1}, "-1 regressors", R2Score{Regressors: -1})
	refused(t, nil, []int{1}, "unknown aggregation 2", R2Score{Aggregation: 2})
	refused(t, nil, []int{1}, "column 1", R2Score{Columns: []int{1}})
}
