package metric

import (
	"math"
	"strings"
	"testing"
)

// columns wraps rows of k targets and k predictions.
func columns(k int, y, p, w []float64) Batch {
	b := Batch{
		True: Values{y, []int{len(y) / k, k}},
		Pred: Values{p, []int{len(p) / k, k}},
	}
	if w != nil {
		b.Weight = Values{w, []int{len(w)}}
	}
	return b
}

// refused checks the errors of New, which name the metric once.
func refused(t *testing.T, truth, pred []int, want string, m Metric) {
	t.Helper()
	s, err := m.New(truth, pred)
	if err == nil || s != nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "metric: "+m.Name()+": ") != 1 {
		t.Errorf("%+v: got %v, %v, want an error with %q", m, s, err, want)
	}
}

// near12 says whether two numbers agree to 1e-12, NaN being equal to NaN.
func near12(got, want float64) bool {
	return math.Abs(got-want) <= 1e-12*max(1, math.Abs(want)) || math.IsNaN(got) && math.IsNaN(want)
}
