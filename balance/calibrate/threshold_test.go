package calibrate

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Rows of the reference values of scikit-learn 1.9.1.
var (
	skTrue   = []float64{0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}
	skScore  = []float64{.1, .4, .35, .8, .2, .9, .5, .05, .55, .5, .3, .15, .5, .05, .6, .25, .1, .7, .45, .35}
	skWeight = []float64{1, 2, 1, 3, 1, .5, 2, 1, 1, 1, .5, 1, 2, 1, 1, 2, 1, 1, 1, .25}
)

// The maxima of sklearn.metrics.fbeta_score over all distinct scores.
func TestFBetaAgainstSklearn(t *testing.T) {
	for name, c := range map[string]struct {
		weight []float64
		beta   float64
		want   []float64
	}{
		"F0.5":          {nil, .5, []float64{.7, .8333333333333334}},
		"F0.5 weighted": {skWeight, .5, []float64{.7, .8490566037735849}},
		"F1":            {nil, 1, []float64{.55, .7272727272727273}},
		"F1 weighted":   {skWeight, 1, []float64{.5, .75}},
		"F2":            {nil, 2, []float64{.35, .8333333333333334}},
		"F2 weighted":   {skWeight, 2, []float64{.35, .8542713567839196}},
	} {
		t.Run(name, func(t *testing.T) {
			at, f, err := FBeta{c.beta}.Threshold(skTrue, skScore, c.weight)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, []float64{at, f}, near); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// No threshold does better, and the returned one does as well as it says.
func TestFBetaIsTheMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, s, w := []float64{1}, []float64{.5}, []float64{1}
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "label")))
			s = append(s, float64(rapid.IntRange(-4, 4).Draw(t, "score")))
			w = append(w, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
		}
		beta := rapid.Float64Range(.1, 5).Draw(t, "beta")
		score := func(at float64) float64 {
			var tp, fp, fn float64
			for i := range y {
				switch hit := s[i] >= at; {
				case hit && y[i] == 1:
					tp += w[i]
				case hit:
					fp += w[i]
				case y[i] == 1:
					fn += w[i]
				}
			}
			if tp == 0 {
				return 0
			}
			p, r := tp/(tp+fp), tp/(tp+fn)
			return (1 + beta*beta) * p * r / (beta*beta*p + r)
		}
		at, f, err := FBeta{beta}.Threshold(y, s, w)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(score(at), f, near); diff != "" {
			t.Fatal(diff)
		}
		for _, other := range s {
			if better := score(other); better > f+1e-12 {
				t.Fatalf("threshold %v gives %v, better than %v at %v", other, better, f, at)
			}
		}
	})
}

func TestFBetaTakesTheHighestOfEqual(t *testing.T) {
	// From .9 on F1 is 2/3, and again from .1 on.
	at, f, err := FBeta{}.Threshold([]float64{1, 0, 0, 1}, []float64{.9, .5, .4, .1}, nil)
	if err != nil || at != .9 || math.Abs(f-2./3) > 1e-15 {
		t.Errorf("got %v at %v, %v, want 2/3 at .9", f, at, err)
	}
}

func TestFBetaErrors(t *testing.T) {
	for name, c := range map[string]struct {
		y, s, w []float64
		beta    float64
		want    string
	}{
		"beta -1":      {[]float64{1}, []float64{1}, nil, -1, "beta is -1"},
		"beta NaN":     {[]float64{1}, []float64{1}, nil, math.NaN(), "beta is NaN"},
		"beta Inf":     {[]float64{1}, []float64{1}, nil, math.Inf(1), "beta is +Inf"},
		"no rows":      {nil, nil, nil, 1, "no positive rows"},
		"no positives": {[]float64{0}, []float64{1}, nil, 1, "no positive rows"},
		"weigh 0":      {[]float64{1, 0}, []float64{1, 2}, []float64{0, 1}, 1, "no positive rows"},
		"NaN score":    {[]float64{1}, []float64{math.NaN()}, nil, 1, "row 0: score is NaN"},
		"lengths":      {[]float64{1}, nil, nil, 1, "1 labels against 0 scores"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := FBeta{c.beta}.Threshold(c.y, c.s, c.w)
			if err == nil || !strings.HasPrefix(err.Error(), "calibrate: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
