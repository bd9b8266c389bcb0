package metric

import "testing"

func TestSimilarity(t *testing.T) {
	for name, c := range map[string]struct {
		metric Metric
		y, p   []float64 // rows of 3
		want   float64
	}{
		"cosine of opposites":           {CosineSimilarity{}, []float64{1, 2, 2}, []float64{-2, -4, -4}, -1},
		"cosine of zeros":               {CosineSimilarity{}, []float64{1, 2, 2}, []float64{0, 0, 0}, 0},
		"mean of two rows":              {CosineSimilarity{}, []float64{1, 0, 0, 0, 3, 4}, []float64{2, 0, 0, 0, 4, 3}, .98},
		"Pearson on a line":             {PearsonCorrelation{}, []float64{1, 2, 3}, []float64{50, 30, 10}, -1},
		"Pearson of a constant":         {PearsonCorrelation{}, []float64{1, 2, 3}, []float64{5, 5, 5}, 0},
		"Pearson":                       {PearsonCorrelation{}, []float64{0, 0, 3}, []float64{1, -1, 0}, 0},
		"concordance of a shifted line": {ConcordanceCorrelation{}, []float64{1, 2, 3}, []float64{2, 3, 4}, 2 * 2. / 3 / (4./3 + 1 + 1e-7)},
		"concordance of a constant":     {ConcordanceCorrelation{}, []float64{1, 2, 3}, []float64{2, 2, 2}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(3, c.y, c.p, nil)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{1}, "2 or more", PearsonCorrelation{})
	refused(t, nil, nil, "2 or more", ConcordanceCorrelation{})
	refused(t, nil, []int{3}, "the same shape", CosineSimilarity{})
}
