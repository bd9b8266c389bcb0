package calibrate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Of scikit-learn 1.9.1, sklearn.calibration._SigmoidCalibration, whose solver
// stops at a slope of 1e-6.
func TestPlattAgainstSklearn(t *testing.T) {
	for name, c := range map[string]struct {
		weight, want []float64
		applied      []float64 // to 0, .35, .5, 1
	}{
		"unweighted": {nil, []float64{6.111677345618894, -3.5122655635735325}, []float64{.02896524595845734, .2021067985078142, .38783380621279406, .9308237133537844}},
		"weighted":   {skWeight, []float64{7.038825198743251, -3.869029686582638}, []float64{.02045161689832119, .19695414733375755, .41347527951521923, .9596816731222209}},
	} {
		t.Run(name, func(t *testing.T) {
			var p Platt
			if err := p.Fit(skTrue, skScore, c.weight); err != nil {
				t.Fatal(err)
			}
			loose := cmpopts.EquateApprox(1e-5, 1e-6)
			if diff := cmp.Diff(c.want, []float64{p.Slope, p.Intercept}, loose); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.applied, must[[]float64](t)(p.Apply([]float64{0, .35, .5, 1})), loose); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A line through two scores can hit both of their targets.
func TestPlattHitsItsTargets(t *testing.T) {
	// Parted by a threshold, which plain labels would have no finite fit for.
	p := fitted(t, &Platt{}, []float64{0, 0, 0, 1}, []float64{-1, -1, -1, 4}, nil)
	if diff := cmp.Diff([]float64{.2, .2, .2, 2. / 3}, p, near); diff != "" {
		t.Error(diff)
	}
	// Equal scores: the mean target, slope 0.
	var flat Platt
	got := fitted(t, &flat, []float64{0, 0, 0, 1}, []float64{.1, .1, .1, .1}, nil)
	mean := (3*.2 + 2./3) / 4
	if diff := cmp.Diff([]float64{mean, mean, mean, mean}, got, near); diff != "" || flat.Slope != 0 {
		t.Errorf("slope %v: %s", flat.Slope, diff)
	}
	// Scores against the labels get a negative slope.
	down := Platt{}
	fitted(t, &down, []float64{1, 1, 0}, []float64{1, 2, 3}, nil)
	if down.Slope >= 0 {
		t.Errorf("slope is %v, want it negative", down.Slope)
	}
}

// Their spread overflows: an error, never NaN parameters.
func TestPlattOfHugeScores(t *testing.T) {
	p := Platt{}
	wantError(t, p.Fit([]float64{0, 1, 1}, []float64{-math.MaxFloat64, math.MaxFloat64, math.MaxFloat64}, nil), "fitting")
	got := fitted(t, &p, []float64{0, 1}, []float64{-1e300, 1e300}, nil)
	if diff := cmp.Diff([]float64{1. / 3, 2. / 3}, got, near); diff != "" {
		t.Error(diff)
	}
}
