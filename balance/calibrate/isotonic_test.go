package calibrate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Of scikit-learn 1.9.1, sklearn.isotonic.IsotonicRegression(out_of_bounds="clip").
func TestIsotonicAgainstSklearn(t *testing.T) {
	score := []float64{.05, .3, .35, .45, .5, .55, .6, .7, .9}
	for name, c := range map[string]struct {
		weight, want []float64
		applied      []float64 // to 0, .37, .5, .52, .6, 1
	}{
		"unweighted": {nil, []float64{0, 0, .25, .25, 1. / 3, .5, .5, 1, 1}, []float64{0, .25, 1. / 3, .4, .5, 1}},
		"weighted":   {skWeight, []float64{0, 0, .23529411764705882, .23529411764705882, .4, .5, .5, 1, 1}, []float64{0, .23529411764705882, .4, .44, .5, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var f Isotonic
			if err := f.Fit(skTrue, skScore, c.weight); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(Isotonic{score, c.want}, f, near); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.applied, must[[]float64](t)(f.Apply([]float64{0, .37, .5, .52, .6, 1})), near); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No other non-decreasing map is nearer: moving towards any of them from the
// fit does not lower the squares.
func TestIsotonicIsTheMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, s, w := rows(t, false)
		p := fitted(t, &Isotonic{}, y, s, w)
		from, to := rapid.Float64Range(0, 1).Draw(t, "from"), rapid.Float64Range(0, 1).Draw(t, "step")
		split := rapid.Float64Range(0, 1).Draw(t, "split")
		var slope float64
		for i := range y {
			other := from * (1 - to)
			if s[i] >= split {
				other += to
			}
			slope += w[i] * (p[i] - y[i]) * (other - p[i])
		}
		if slope < -1e-9 {
			t.Fatalf("a step from %v by %v at %v is nearer: slope %v", from, to, split, slope)
		}
	})
}

func TestIsotonicEdges(t *testing.T) {
	// Scores against the labels leave one step.
	f := Isotonic{}
	if err := f.Fit([]float64{1, 1, 0, 0}, []float64{1, 2, 3, 4}, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Isotonic{[]float64{1, 4}, []float64{.5, .5}}, f); diff != "" {
		t.Error(diff)
	}
	// One score is one step of one end; a row without weight leaves no trace.
	if err := f.Fit([]float64{1, 0, 1}, []float64{2, 2, 9}, []float64{3, 1, 0}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Isotonic{[]float64{2}, []float64{.75}}, f); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{.75, .75, .75}, must[[]float64](t)(f.Apply([]float64{1, 2, 3}))); diff != "" {
		t.Error(diff)
	}
	huge := Isotonic{[]float64{-math.MaxFloat64, math.MaxFloat64}, []float64{0, 1}}
	if diff := cmp.Diff([]float64{.5}, must[[]float64](t)(huge.Apply([]float64{0}))); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		f    Isotonic
		want string
	}{
		"zero value":  {Isotonic{}, "no steps, fit it first"},
		"lengths":     {Isotonic{[]float64{1, 2}, []float64{.5}}, "2 scores and 1 probabilities"},
		"scores":      {Isotonic{[]float64{1, 1}, []float64{.5, .5}}, "goes down at its entry 1"},
		"descends":    {Isotonic{[]float64{1, 2}, []float64{.5, .4}}, "goes down at its entry 1"},
		"probability": {Isotonic{[]float64{1, 2}, []float64{.5, 1.4}}, "value is 1.4, want a probability"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.f.Apply([]float64{1})
			wantError(t, err, c.want)
		})
	}
}
