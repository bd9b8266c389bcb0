package calibrate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEqualWidth(t *testing.T) {
	// The two middle columns are sklearn.calibration.calibration_curve's.
	want := []Bin{
		{0, .2, 6, .10833333333333334, 0},
		{.2, .4, 5, .33, .2},
		{.4, .6, 6, .5166666666666667, 1. / 3},
		{.6, .8, 2, .75, 1},
		{.8, 1, 1, .9, 1},
	}
	got, err := Reliability(skTrue, skScore, nil, 5, EqualWidth)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
}

func TestEqualMass(t *testing.T) {
	// Without ties the bins are those of scikit-learn's quantiles.
	prob := []float64{.913, .063, .963, .413, .513, .863, .313, .663, .213, .113, .263, .713, .463, .363, .813, .563, .163, .013, .763, .613}
	want := []Bin{
		{.013, .163, 4, .088, .25},
		{.213, .363, 4, .288, .25},
		{.413, .563, 4, .488, .5},
		{.613, .763, 4, .688, 0},
		{.813, .963, 4, .888, .5},
	}
	got, err := Reliability(skTrue, prob, nil, 5, EqualMass)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Error(diff)
	}
}

func TestReliabilityEdges(t *testing.T) {
	for name, c := range map[string]struct {
		y, p, w []float64
		bins    int
		binning Binning
		want    []Bin
	}{
		"no rows":              {nil, nil, nil, 5, EqualWidth, nil},
		"no weight":            {[]float64{1}, []float64{.5}, []float64{0}, 5, EqualMass, nil},
		"0 and 1":              {[]float64{0, 1}, []float64{0, 1}, nil, 10, EqualWidth, []Bin{{0, .1, 1, 0, 0}, {.9, 1, 1, 1, 1}}},
		"an edge is below":     {[]float64{1, 0}, []float64{.7, .3}, nil, 10, EqualWidth, []Bin{{.2, .3, 1, .3, 0}, {.6, .7, 1, .7, 1}}},
		"one bin":              {[]float64{1, 0}, []float64{.7, .3}, []float64{3, 1}, 1, EqualWidth, []Bin{{0, 1, 4, .6, .75}}},
		"ties are not parted":  {[]float64{1, 0, 0, 0, 1}, []float64{.2, .2, .2, .2, .9}, nil, 5, EqualMass, []Bin{{.2, .2, 4, .2, .25}, {.9, .9, 1, .9, 1}}},
		"mass is weight":       {[]float64{0, 0, 1}, []float64{.1, .2, .3}, []float64{1, 1, 2}, 2, EqualMass, []Bin{{.1, .2, 2, .15, 0}, {.3, .3, 2, .3, 1}}},
		"a weight that's lost": {[]float64{1, 0}, []float64{.9, .1}, []float64{1e20, 1}, 2, EqualWidth, []Bin{{.5, 1, 1e20, .9, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Reliability(c.y, c.p, c.w, c.bins, c.binning)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, near); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The bins together are the rows.
func TestReliabilityKeepsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var y, p, w []float64
		var want [3]float64
		for i := range rapid.IntRange(0, 30).Draw(t, "rows") {
			y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "label")))
			p = append(p, float64(rapid.IntRange(0, 20).Draw(t, "probability"))/20)
			w = append(w, float64(rapid.IntRange(0, 3).Draw(t, "weight")))
			want[0] += w[i]
			want[1] += w[i] * p[i]
			want[2] += w[i] * y[i]
		}
		binning := Binning(rapid.IntRange(0, 1).Draw(t, "binning"))
		bins := rapid.IntRange(1, 25).Draw(t, "bins")
		table, err := Reliability(y, p, w, bins, binning)
		if err != nil {
			t.Fatal(err)
		}
		if len(table) > bins {
			t.Fatalf("%d bins, want at most %d", len(table), bins)
		}
		var got [3]float64
		upper := math.Inf(-1)
		for _, b := range table {
			got[0] += b.Weight
			got[1] += b.Weight * b.Predicted
			got[2] += b.Weight * b.Observed
			if b.Lower < upper || b.Predicted < b.Lower-1e-12 || b.Predicted > b.Upper+1e-12 {
				t.Fatalf("bin %+v after %v", b, upper)
			}
			upper = b.Upper
		}
		if diff := cmp.Diff(want, got, near); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Weighting makes rare probabilities far too high; prior correction repairs it.
func TestPriorCorrectionRestoresReliability(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	c := PriorCorrection{[]float64{1, 50}}
	var y, q []float64
	for range 20_000 {
		p := .02 * rng.Float64()
		label := 0.
		if rng.Float64() < p {
			label = 1
		}
		y, q = append(y, label), append(q, 50*p/(50*p+1-p))
	}
	p := must[[]float64](t)(c.Binary(q))
	before := CalibrationError(must[[]Bin](t)(Reliability(y, q, nil, 10, EqualMass)))
	after := CalibrationError(must[[]Bin](t)(Reliability(y, p, nil, 10, EqualMass)))
	if before < .25 || after > .003 {
		t.Errorf("calibration error %v before and %v after, want more than .25 and less than .003", before, after)
	}
}

func TestCalibrationError(t *testing.T) {
	table := []Bin{{Weight: 3, Predicted: .2, Observed: .3}, {Weight: 1, Predicted: .9, Observed: .5}}
	if got := CalibrationError(table); math.Abs(got-.175) > 1e-15 {
		t.Errorf("got %v, want .175", got)
	}
	if got := CalibrationError(nil); got != 0 {
		t.Errorf("without bins: got %v, want 0", got)
	}
}

func TestReliabilityErrors(t *testing.T) {
	for name, c := range map[string]struct {
		y, p    []float64
		bins    int
		binning Binning
		want    string
	}{
		"no bins":      {nil, nil, 0, EqualWidth, "0 bins"},
		"binning":      {nil, nil, 5, 2, "unknown binning 2"},
		"lengths":      {[]float64{1}, nil, 5, EqualWidth, "1 labels against 0 scores"},
		"not a number": {[]float64{1}, []float64{math.NaN()}, 5, EqualWidth, "row 0: score is NaN"},
		"a logit":      {[]float64{1, 1}, []float64{1, 1.5}, 5, EqualWidth, "row 1: value is 1.5, want a probability"},
		"label 2":      {[]float64{2}, []float64{1}, 5, EqualWidth, "row 0: label is 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Reliability(c.y, c.p, nil, c.bins, c.binning)
			if err == nil || !strings.HasPrefix(err.Error(), "calibrate: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
