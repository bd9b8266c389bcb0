package rank

import (
	"math"
	"strings"
	"testing"
)

func TestCheckRow(t *testing.T) {
	for name, c := range map[string]struct {
		label, score, weight float64
		want                 string
	}{
		"NaN score":              {1, math.NaN(), 1, "score is NaN"},
		"NaN score of weight 0":  {1, math.NaN(), 0, "score is NaN"},
		"label 2":                {2, .5, 1, "label is 2"},
		"NaN label":              {math.NaN(), .5, 1, "label is NaN"},
		"negative weight":        {1, .5, -1, "weight is -1"},
		"NaN weight":             {1, .5, math.NaN(), "weight is NaN"},
		"infinite weight":        {1, .5, math.Inf(1), "weight is +Inf"},
		"minus infinite weight":  {1, .5, math.Inf(-1), "weight is -Inf"},
		"soft label of weight 0": {.3, .5, 0, "label is 0.3"},
	} {
		t.Run(name, func(t *testing.T) {
			err := CheckRow(c.label, c.score, c.weight)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestNewErrors(t *testing.T) {
	for name, c := range map[string]struct {
		labels, scores, weights []float64
		want                    string
	}{
		"labels":  {[]float64{1}, []float64{1, 2}, nil, "1 labels against 2 scores"},
		"weights": {[]float64{1, 0}, []float64{1, 2}, []float64{}, "0 weights against 2 scores"},
		"row":     {[]float64{1, 0}, []float64{1, math.NaN()}, nil, "row 1: score is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(c.labels, c.scores, c.weights); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
