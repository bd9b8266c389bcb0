package metric

import "testing"

func TestHinge(t *testing.T) {
	for name, c := range map[string]struct {
		metric  Metric
		y, p, w []float64
		want    float64
	}{
		"labels -1 and 1":         {Hinge{}, []float64{-1, 1}, []float64{.5, .5}, nil, 1},
		"labels 0 and 1":          {Hinge{}, []float64{0, 1}, []float64{.5, .5}, nil, 1},
		"only 1":                  {Hinge{}, []float64{1, 1}, []float64{2, 0}, nil, .5},
		"a 0 beside -1 stays":     {Hinge{}, []float64{-1, 0}, []float64{.5, 7}, nil, 1.25},
		"a row without weight":    {Hinge{}, []float64{-1, 0}, []float64{.5, 7}, []float64{0, 1}, 8},
		"squared":                 {SquaredHinge{}, []float64{0, 1}, []float64{1, 4}, nil, 2},
		"squared with weights":    {SquaredHinge{}, []float64{0, 1}, []float64{1, 0}, []float64{1, 3}, 1.75},
		"targets of several ones": {Hinge{}, []float64{.5, 1}, []float64{1, 1}, nil, .25},
	} {
		t.Run(name, func(t *testing.T) {
			b := columns(1, c.y, c.p, c.w)
			if got := resultOf(t, c.metric, b); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			// Batch by batch, what 0 means shows only at the end.
			if got := resultOf(t, c.metric, pick(b, []int{1}), pick(b, []int{0})); !near12(got, c.want) {
				t.Errorf("row by row: got %v, want %v", got, c.want)
			}
		})
	}
}

func TestCategoricalHinge(t *testing.T) {
	for name, c := range map[string]struct {
		p    []float64
		want float64
	}{
		"far ahead":            {[]float64{0, 3, 1}, 0},
		"ahead by less than 1": {[]float64{0, 1.5, 1}, .5},
		"behind":               {[]float64{2, 1, 0}, 2},
		// The true column itself offers 0, as in Keras.
		"all others negative": {[]float64{-5, .25, -5}, .75},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, CategoricalHinge{}, columns(3, []float64{0, 1, 0}, c.p, nil)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{3}, "the same shape", CategoricalHinge{})
	refused(t, nil, []int{3}, "class indices", Hinge{})
}
