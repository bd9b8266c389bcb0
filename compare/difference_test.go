package compare

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The numbers come from scipy.stats.t with the variance of Nadeau and Bengio.
func TestCorrectedTest(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		d    []float64
		want Difference
	}{
		"five folds": {[]float64{.031, -.012, .044, .02, .009}, Difference{
			Mean: .0184, T: 1.2826582694044537, P: .26889441701933287, Lower: -.02142868325431623, Upper: .05822868325431623, Adjusted: nan, Wins: 4, Folds: 5}},
		"the same":       {[]float64{0, 0, 0}, Difference{P: 1, Adjusted: nan, Folds: 3}},
		"no variance":    {[]float64{.1, .1}, Difference{Mean: .1, T: nan, P: nan, Lower: nan, Upper: nan, Adjusted: nan, Wins: 2, Folds: 2}},
		"one fold":       {[]float64{-.1}, Difference{Mean: -.1, T: nan, P: nan, Lower: nan, Upper: nan, Adjusted: nan, Folds: 1}},
		"no fold at all": {nil, Difference{Mean: nan, T: nan, P: nan, Lower: nan, Upper: nan, Adjusted: nan}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, correctedTest(c.d, .25), cmpopts.EquateApprox(1e-9, 1e-12), cmpopts.EquateNaNs()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// R: p.adjust(c(.01, .04, .03, .005, .9), "holm")
func TestHolm(t *testing.T) {
	nan := math.NaN()
	var tests []*Difference
	for _, p := range []float64{.01, .04, nan, .03, .005, .9} {
		tests = append(tests, &Difference{P: p, Adjusted: nan})
	}
	holm(tests)
	for i, want := range []float64{.04, .09, nan, .09, .025, .9} {
		if !cmp.Equal(tests[i].Adjusted, want, cmpopts.EquateApprox(0, 1e-12), cmpopts.EquateNaNs()) {
			t.Errorf("p %v: adjusted %v, want %v", tests[i].P, tests[i].Adjusted, want)
		}
	}
}
