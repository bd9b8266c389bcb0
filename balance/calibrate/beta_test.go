package calibrate

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// Of scikit-learn 1.9.1, LogisticRegression(C=inf, solver="newton-cholesky",
// tol=1e-13) on ln s and -ln(1-s), or on one of them where the other's
// coefficient would be negative.
func TestBetaAgainstSklearn(t *testing.T) {
	relabel := func(as float64, rows ...int) []float64 {
		y := slices.Clone(skTrue)
		for _, i := range rows {
			y[i] = as
		}
		return y
	}
	high, low := relabel(0, 5, 17), relabel(1, 7, 13)
	for name, c := range map[string]struct {
		y, weight []float64
		want      Beta
	}{
		"free":              {skTrue, nil, Beta{1.4013211494041358, 3.3151297526286947, -1.830293654080227}},
		"free, weighted":    {skTrue, skWeight, Beta{1.2399190831306914, 3.9351597812873726, -2.3066341337281484}},
		"B is 0":            {high, nil, Beta{1.7647739989475515, 0, .23552002513852763}},
		"B is 0, weighted":  {high, skWeight, Beta{2.982036912453158, 0, 1.495640311367662}},
		"A is 0":            {low, nil, Beta{0, 1.9055761460911718, -1.5619117171847174}},
		"A is 0, weighted":  {low, skWeight, Beta{0, 2.341757564520697, -1.7865917706136882}},
		"all rows are even": {[]float64{0, 1, 0, 1}, nil, Beta{}},
	} {
		t.Run(name, func(t *testing.T) {
			score := skScore
			if len(c.y) == 4 {
				score = []float64{.2, .2, .7, .7}
			}
			var b Beta
			if err := b.Fit(c.y, score, c.weight); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b, cmpopts.EquateApprox(1e-7, 1e-9)); diff != "" {
				t.Error(diff)
			}
		})
	}
	b := Beta{1.4013211494041358, 3.3151297526286947, -1.830293654080227}
	want := []float64{.00894503769700692, .37666154394342066, .9965137308884872}
	if diff := cmp.Diff(want, must[[]float64](t)(b.Apply([]float64{.1, .5, .9})), near); diff != "" {
		t.Error(diff)
	}
}

// Where A or B is 0 the loss rises with it, elsewhere it is flat.
func TestBetaIsTheMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, s, w := rows(t, false)
		// Some labels turned round bring fits to the edges.
		for i := 4; i < len(y); i++ {
			if rapid.Bool().Draw(t, "turn") {
				y[i] = 1 - y[i]
			}
		}
		var b Beta
		p := fitted(t, &b, y, s, w)
		var slope [3]float64
		for i := range y {
			u, v := betaTerms(s[i])
			d := w[i] * (p[i] - y[i])
			slope[0] += d * u
			slope[1] += d * v
			slope[2] += d
		}
		for j, value := range []float64{b.A, b.B, b.C} {
			if slope[j] < -1e-5 || slope[j] > 1e-5 && (j == 2 || value > 0) {
				t.Fatalf("%+v: slopes %v", b, slope)
			}
		}
	})
}

func TestBetaEdges(t *testing.T) {
	identity := Beta{1, 1, 0}
	s := []float64{0, 1e-9, .3, .5, 1}
	if diff := cmp.Diff(s, must[[]float64](t)(identity.Apply(s)), near); diff != "" {
		t.Error(diff)
	}
	undo := Beta{1, 1, -math.Log(50)}
	prior := PriorCorrection{[]float64{1, 50}}
	if diff := cmp.Diff(must[[]float64](t)(prior.Binary(s)), must[[]float64](t)(undo.Apply(s)), near); diff != "" {
		t.Errorf("class weights: %s", diff)
	}
	// The positives in the middle: a curve without bounds could part them.
	middle := Beta{}
	fitted(t, &middle, []float64{0, 0, 1, 1, 0}, []float64{.1, .2, .5, .6, .95}, nil)
	if middle.A < 0 || middle.B < 0 || middle.A+middle.B == 0 {
		t.Errorf("got %+v", middle)
	}
	// Scores against the labels say nothing that may be used.
	down := Beta{}
	p := fitted(t, &down, []float64{1, 1, 0, 0, 0}, []float64{0, .2, .7, .9, 1}, nil)
	if diff := cmp.Diff([]float64{.4, .4, .4, .4, .4}, p, near); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		y, s []float64
		want string
	}{
		"parted":     {[]float64{0, 1}, []float64{.2, .7}, "a threshold parts the classes"},
		"all equal":  {[]float64{0, 1}, []float64{.2, .2}, "a threshold parts the classes"},
		"not a prob": {[]float64{0, 1}, []float64{.2, 1.7}, "row 1: value is 1.7, want a probability"},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, (&Beta{}).Fit(c.y, c.s, nil), c.want) })
	}
}
