package calibrate

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// calibrators are those of one score for each row. logit says that the score is
// one; the others take probabilities.
var calibrators = []struct {
	name  string
	make  func() Calibrator
	logit bool
	// smoothed fits depend on the sum of the weights.
	smoothed bool
}{
	{"platt", func() Calibrator { return &Platt{} }, true, true},
	{"temperature", func() Calibrator { return &Temperature{} }, true, false},
	{"isotonic", func() Calibrator { return &Isotonic{} }, false, false},
	{"beta", func() Calibrator { return &Beta{} }, false, false},
}

// rows draws rows whose scores say something and hold mistakes, so that every
// calibrator has a best fit.
func rows(t *rapid.T, logit bool) (y, score, weight []float64) {
	y, score, weight = []float64{0, 1, 0, 1}, []float64{.2, .8, .6, .4}, []float64{2, 2, 1, 1}
	for range rapid.IntRange(0, 20).Draw(t, "rows") {
		y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "label")))
		s := float64(rapid.IntRange(1, 19).Draw(t, "score")) / 20
		score = append(score, s*.4+y[len(y)-1]*.2+.2)
		weight = append(weight, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
	}
	if logit {
		for i, s := range score {
			score[i] = 3 * (math.Log(s) - math.Log1p(-s))
		}
	}
	return y, score, weight
}

func fitted(t interface{ Fatal(...any) }, c Calibrator, y, score, weight []float64) []float64 {
	if err := c.Fit(y, score, weight); err != nil {
		t.Fatal(err)
	}
	return must[[]float64](t)(c.Apply(score))
}

// A row of weight k is k rows, one of weight 0 is none, the order of rows and
// the scale of weights change nothing, probabilities are such and do not
// descend, and an archive gives the same ones back.
func TestCalibrators(t *testing.T) {
	same := cmpopts.EquateApprox(1e-6, 1e-8)
	for _, c := range calibrators {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y, s, w := rows(t, c.logit)
				first := c.make()
				want := fitted(t, first, y, s, w)
				for i, p := range want {
					if !(p >= 0 && p <= 1) {
						t.Fatalf("row %d: probability %v", i, p)
					}
					for j := range want {
						if s[i] < s[j] && p > want[j] {
							t.Fatalf("%v for %v but %v for %v", p, s[i], want[j], s[j])
						}
					}
				}
				var ry, rs []float64
				for i := range slices.Backward(y) {
					for range int(w[i]) {
						ry, rs = append(ry, y[i]), append(rs, s[i])
					}
				}
				repeated := c.make()
				if err := repeated.Fit(ry, rs, nil); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, must[[]float64](t)(repeated.Apply(s)), same); diff != "" {
					t.Fatalf("repeated rows, backwards: %s", diff)
				}
				if !c.smoothed {
					scaled := slices.Clone(w)
					for i := range scaled {
						scaled[i] *= 1e-3
					}
					if diff := cmp.Diff(want, fitted(t, c.make(), y, s, scaled), same); diff != "" {
						t.Fatalf("scaled weights: %s", diff)
					}
				}
				archive, err := json.Marshal(first)
				if err != nil {
					t.Fatal(err)
				}
				kept := c.make()
				if err := json.Unmarshal(archive, kept); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, must[[]float64](t)(kept.Apply(s))); diff != "" {
					t.Fatalf("archived: %s", diff)
				}
			})
		})
	}
}

// Fits of a million to one and of scores of any size end where the slope of the
// loss is 0: the mean probability is then the mean target.
func TestCalibratorsOfRareEvents(t *testing.T) {
	for _, size := range []float64{1e-6, 1, 1e6} {
		y, s, w := []float64{0, 1, 0, 1}, []float64{-2 * size, size, 0, -size}, []float64{9e5, .9, 1e5, .1}
		p := fitted(t, &Platt{}, y, s, w)
		var got, want float64
		for i := range y {
			got += w[i] * p[i]
		}
		want = 1*2./3 + 1e6/(1e6+2) // weights times targets
		if math.Abs(got/want-1) > 1e-6 {
			t.Errorf("platt at size %v: mean probability %v, want %v", size, got/1e6, want/1e6)
		}
	}
	y, s, w := []float64{0, 1, 0, 1}, []float64{1e-9, 2e-6, 1e-6, 1e-8}, []float64{9e5, .9, 1e5, .1}
	p := fitted(t, &Beta{}, y, s, w)
	var got float64
	for i := range y {
		got += w[i] * p[i]
	}
	if math.Abs(got-1) > 1e-6 {
		t.Errorf("beta: weight of positives %v, want 1", got)
	}
}

func TestCalibratorErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		y, s, w []float64
		want    string
	}{
		"empty":           {nil, nil, nil, "no rows"},
		"lengths":         {[]float64{0, 1}, []float64{.5}, nil, "2 labels against 1"},
		"weights":         {[]float64{0, 1}, []float64{.5, .5}, []float64{1}, "1 weights against 2"},
		"one class":       {[]float64{0, 0}, []float64{.5, .6}, nil, "want"},
		"weightless":      {[]float64{0, 1}, []float64{.5, .6}, []float64{1, 0}, "want"},
		"NaN score":       {[]float64{0, 1}, []float64{.5, nan}, nil, "row 1: "},
		"infinite score":  {[]float64{0, 1}, []float64{.5, inf}, nil, "row 1: "},
		"label":           {[]float64{0, 2}, []float64{.5, .5}, nil, "row 1: label is 2"},
		"half a label":    {[]float64{0, .5}, []float64{.5, .5}, nil, "row 1: label is 0.5"},
		"NaN label":       {[]float64{0, nan}, []float64{.5, .5}, nil, "row 1: label is NaN"},
		"negative weight": {[]float64{0, 1}, []float64{.5, .5}, []float64{1, -1}, "row 1: weight is -1"},
		"NaN weight":      {[]float64{0, 1}, []float64{.5, .5}, []float64{1, nan}, "row 1: weight is NaN"},
		"infinite weight": {[]float64{0, 1}, []float64{.5, .5}, []float64{1, inf}, "row 1: weight is +Inf"},
		"huge weights":    {[]float64{0, 1}, []float64{.5, .5}, []float64{math.MaxFloat64, math.MaxFloat64}, "weights sum to infinity"},
	} {
		for _, kind := range calibrators {
			t.Run(kind.name+"/"+name, func(t *testing.T) {
				fresh, got := kind.make(), kind.make()
				wantError(t, got.Fit(c.y, c.s, c.w), c.want)
				if !reflect.DeepEqual(fresh, got) {
					t.Errorf("a failed fit left %+v", got)
				}
			})
		}
	}
	for _, kind := range calibrators {
		t.Run(kind.name+"/apply", func(t *testing.T) {
			c := kind.make()
			fitted(t, c, []float64{0, 1, 0, 1}, []float64{.2, .8, .6, .4}, []float64{2, 2, 1, 1})
			for _, s := range []float64{nan, inf, -inf} {
				_, err := c.Apply([]float64{.5, s})
				wantError(t, err, "row 1: ")
			}
			if p, err := c.Apply(nil); len(p) != 0 || err != nil {
				t.Errorf("no scores: got %v, %v", p, err)
			}
		})
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "calibrate: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}
