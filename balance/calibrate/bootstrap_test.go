package calibrate

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All rows score the same, so the value is the share of positives, whose
// deviation over resamples is known: sqrt(p(1-p)/n).
func TestBootstrapOfAShare(t *testing.T) {
	y, s := make([]float64, 400), make([]float64, 400)
	for i := range 120 {
		y[i] = 1
	}
	got, err := Bootstrap{Resamples: 4000, Seed: 1}.Threshold(RecallFloor{1}, y, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	half := 1.96 * math.Sqrt(.3*.7/400)
	if got.Threshold != 0 || got.Thresholds != (Interval{}) || got.Value != .3 || got.Failed != 0 ||
		math.Abs(got.Values.Lower-(.3-half)) > .006 || math.Abs(got.Values.Upper-(.3+half)) > .006 {
		t.Errorf("got %+v, want .3 ± %v", got, half)
	}
	narrow, err := Bootstrap{Resamples: 4000, Seed: 1, Level: .5}.Threshold(RecallFloor{1}, y, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	if half := .6745 * math.Sqrt(.3*.7/400); math.Abs(narrow.Values.Upper-narrow.Values.Lower-2*half) > .006 {
		t.Errorf("got %+v, want a width of %v", narrow.Values, 2*half)
	}
}

func TestBootstrap(t *testing.T) {
	costs := make([]float64, len(skTrue))
	for i := range costs {
		costs[i] = float64(i)
	}
	for name, c := range map[string]Criterion{
		"F1": FBeta{}, "G-mean": GMean{}, "precision": PrecisionFloor{.5}, "recall": RecallFloor{.8},
		"costs": Costs{FalsePositive: 1, FalseNegative: 5}, "row costs": RowCosts{FalsePositive: costs, FalseNegative: costs},
	} {
		t.Run(name, func(t *testing.T) {
			b := Bootstrap{Resamples: 200, Seed: 7}
			one, err := b.Threshold(c, skTrue, skScore, skWeight)
			if err != nil {
				t.Fatal(err)
			}
			again, err := b.Threshold(c, skTrue, skScore, skWeight)
			if diff := cmp.Diff(one, again); diff != "" || err != nil {
				t.Errorf("same seed: %v %s", err, diff)
			}
			b.Seed = 8
			other, err := b.Threshold(c, skTrue, skScore, skWeight)
			if err != nil || other.Values == one.Values {
				t.Errorf("another seed gives %+v again, %v", other, err)
			}
			at, value, err := c.Threshold(skTrue, skScore, skWeight)
			if err != nil || one.Threshold != at || one.Value != value {
				t.Errorf("got %+v, want %v at %v", one, value, at)
			}
			if !(one.Thresholds.Lower <= at && at <= one.Thresholds.Upper && one.Values.Lower < one.Values.Upper) {
				t.Errorf("got %+v", one)
			}
		})
	}
}

// With one positive among three rows, (2/3)^3 of the resamples have none; those
// of positives only have no negative one either.
func TestBootstrapCountsFailures(t *testing.T) {
	got, err := Bootstrap{Resamples: 10_000, Seed: 3}.Threshold(GMean{}, []float64{0, 0, 1}, []float64{1, 2, 3}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := 10_000 * (8./27 + 1./27)
	if math.Abs(float64(got.Failed)-want) > 200 {
		t.Errorf("%d of 10000 failed, want about %v", got.Failed, want)
	}
}

func TestBootstrapErrors(t *testing.T) {
	y, s := []float64{0, 1}, []float64{1, 2}
	other := errors.New("calibrate: no")
	for name, c := range map[string]struct {
		b         Bootstrap
		criterion Criterion
		y         []float64
		want      string
	}{
		"no criterion":  {Bootstrap{}, nil, y, "no criterion"},
		"resamples":     {Bootstrap{Resamples: -1}, GMean{}, y, "-1 resamples"},
		"level":         {Bootstrap{Level: 1}, GMean{}, y, "level is 1"},
		"NaN level":     {Bootstrap{Level: math.NaN()}, GMean{}, y, "level is NaN"},
		"one class":     {Bootstrap{}, GMean{}, []float64{0, 0}, "no positive rows"},
		"lengths":       {Bootstrap{}, GMean{}, []float64{0}, "1 labels against 2 scores"},
		"all fail":      {Bootstrap{Resamples: 3}, &once{err: ErrNoThreshold}, y, "no threshold can be chosen on any of 3 resamples"},
		"another error": {Bootstrap{}, &once{err: other}, y, "resample 0: calibrate: no"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.b.Threshold(c.criterion, c.y, s, nil)
			wantError(t, err, c.want)
		})
	}
}

// once chooses the first time and returns an error from then on.
type once struct {
	done bool
	err  error
}

func (o *once) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	if o.done {
		return 0, 0, o.err
	}
	o.done = true
	return 0, 0, nil
}

// numpy.percentile of [1, 2, 4, 8] at 10 and 90.
func TestPercentiles(t *testing.T) {
	if diff := cmp.Diff(Interval{1.3, 6.8}, percentiles([]float64{8, 1, 4, 2}, .8), near); diff != "" {
		t.Error(diff)
	}
	inf := math.Inf(1)
	if got := percentiles([]float64{1, inf, inf}, .5); got.Upper != inf || got.Lower != inf {
		t.Errorf("got %+v, want infinities", got)
	}
	if got := percentiles([]float64{3}, .95); got != (Interval{3, 3}) {
		t.Errorf("of one: %+v", got)
	}
}
