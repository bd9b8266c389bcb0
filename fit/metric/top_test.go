package metric

import "testing"

func TestTop(t *testing.T) {
	y, p := []float64{1, 0, 1, 0, 0, 0, 0, 1}, []float64{.9, .8, .7, .7, .7, .2, .1, .1}
	for name, c := range map[string]struct {
		metric Metric
		w      []float64
		want   float64
	}{
		"precision at 1":          {PrecisionAtK{K: 1}, nil, 1},
		"precision at 2":          {PrecisionAtK{K: 2}, nil, .5},
		"precision among ties":    {PrecisionAtK{K: 4}, nil, (1 + 2./3) / 4},
		"precision after ties":    {PrecisionAtK{K: 5}, nil, .4},
		"precision of all":        {PrecisionAtK{K: 8}, nil, 3. / 8},
		"precision of more":       {PrecisionAtK{K: 80}, nil, 3. / 8},
		"precision of a quarter":  {PrecisionAtK{Fraction: .25}, nil, .5},
		"a part of a row":         {PrecisionAtK{Fraction: .01}, nil, 1},
		"recall at 2":             {RecallAtK{K: 2}, nil, 1. / 3},
		"recall among ties":       {RecallAtK{K: 3}, nil, (1 + 1./3) / 3},
		"lift at 1":               {LiftAtK{K: 1}, nil, 8. / 3},
		"lift of all":             {LiftAtK{Fraction: 1}, nil, 1},
		"weights take places":     {PrecisionAtK{K: 4}, []float64{2, 2, 1, 1, 1, 1, 1, 1}, .5},
		"rows without weight":     {RecallAtK{K: 1}, []float64{0, 0, 1, 1, 1, 1, 1, 1}, 1. / 6},
		"no weight, no precision": {PrecisionAtK{K: 3}, make([]float64, 8), 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(1, y, p, c.w)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	none := columns(1, []float64{0, 0}, []float64{.1, .2}, nil)
	for _, m := range []Metric{PrecisionAtK{K: 1}, RecallAtK{K: 1}, LiftAtK{K: 1}} {
		if got := resultOf(t, m, none); got != 0 {
			t.Errorf("%s without positives is %v, want 0", m.Name(), got)
		}
	}
	refused(t, nil, []int{1}, "want one of them", PrecisionAtK{})
	refused(t, nil, []int{1}, "want one of them", RecallAtK{K: 1, Fraction: .5})
	refused(t, nil, []int{1}, "K is -1", LiftAtK{K: -1})
	refused(t, nil, []int{1}, "Fraction 1.5", LiftAtK{Fraction: 1.5})
}
