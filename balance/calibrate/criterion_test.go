package calibrate

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Of scikit-learn 1.9.1: the best points of roc_curve, precision_recall_curve
// and confusion_matrix over all thresholds.
func TestCriteriaAgainstSklearn(t *testing.T) {
	costs := Costs{FalsePositive: 1, FalseNegative: 5, TruePositive: .5}
	for name, c := range map[string]struct {
		criterion        Criterion
		weight           []float64
		threshold, value float64
	}{
		"G-mean":                 {GMean{}, nil, .5, .809173593712687},
		"G-mean, weighted":       {GMean{}, skWeight, .5, .8113342747118039},
		"precision .6":           {PrecisionFloor{.6}, nil, .5, .8333333333333334},
		"precision .6, weighted": {PrecisionFloor{.6}, skWeight, .5, .8823529411764706},
		"precision .8":           {PrecisionFloor{.8}, nil, .55, .6666666666666666},
		"precision .8, weighted": {PrecisionFloor{.8}, skWeight, .55, .6470588235294118},
		"recall .8":              {RecallFloor{.8}, nil, .5, .625},
		"recall .8, weighted":    {RecallFloor{.8}, skWeight, .5, .6521739130434783},
		"recall 1":               {RecallFloor{1}, nil, .35, .5},
		"recall 1, weighted":     {RecallFloor{1}, skWeight, .35, .5396825396825397},
		"costs":                  {costs, nil, .35, .45},
		"costs, weighted":        {costs, skWeight, .35, .4742268041237113},
	} {
		t.Run(name, func(t *testing.T) {
			at, value, err := c.criterion.Threshold(skTrue, skScore, c.weight)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]float64{c.threshold, c.value}, []float64{at, value}, near); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A row of weight k is k rows, of whatever criterion.
func TestCriteriaRepeatWeights(t *testing.T) {
	for name, c := range map[string]Criterion{
		"F2": FBeta{2}, "G-mean": GMean{}, "precision": PrecisionFloor{.3}, "recall": RecallFloor{.7}, "costs": Costs{-1, 2, 7, -3},
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y, s, w := rows(t, false)
				var ry, rs []float64
				for i := range y {
					for range int(w[i]) {
						ry, rs = append(ry, y[i]), append(rs, s[i])
					}
				}
				at, value, err := c.Threshold(y, s, w)
				rat, rvalue, rerr := c.Threshold(ry, rs, nil)
				if err != nil || rerr != nil {
					t.Fatal(err, rerr)
				}
				if diff := cmp.Diff([]float64{at, value}, []float64{rat, rvalue}, near); diff != "" {
					t.Fatal(diff)
				}
			})
		})
	}
}

// Costs of rows that are all alike are costs of classes; and no threshold, not
// even one above all scores, is cheaper than the one chosen.
func TestRowCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, s, w := rows(t, false)
		draw := func(name string) []float64 {
			c := make([]float64, len(y))
			for i := range c {
				c[i] = float64(rapid.IntRange(-5, 20).Draw(t, name))
			}
			return c
		}
		c := RowCosts{FalsePositive: draw("fp"), FalseNegative: draw("fn"), TruePositive: draw("tp")}
		mean := func(at float64) float64 {
			var sum, all float64
			for i := range y {
				all += w[i]
				switch flagged := s[i] >= at; {
				case flagged && y[i] == 1:
					sum += w[i] * c.TruePositive[i]
				case flagged:
					sum += w[i] * c.FalsePositive[i]
				case y[i] == 1:
					sum += w[i] * c.FalseNegative[i]
				}
			}
			return sum / all
		}
		at, value, err := c.Threshold(y, s, w)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(mean(at), value, near); diff != "" {
			t.Fatal(diff)
		}
		for _, other := range append([]float64{math.Inf(1)}, s...) {
			if mean(other) < value-1e-12 {
				t.Fatalf("%v costs %v, less than %v at %v", other, mean(other), value, at)
			}
		}
		flat := func(v float64) []float64 {
			c := make([]float64, len(y))
			for i := range c {
				c[i] = v
			}
			return c
		}
		one := Costs{1, 3, 8, -2}
		at, value, err = one.Threshold(y, s, w)
		rat, rvalue, rerr := RowCosts{flat(1), flat(3), flat(8), flat(-2)}.Threshold(y, s, w)
		if at != rat || value != rvalue || err != nil || rerr != nil {
			t.Fatalf("classes %v, %v, %v, rows %v, %v, %v", at, value, err, rat, rvalue, rerr)
		}
	})
}

// Where alarms cost more than misses it is cheapest to raise none.
func TestCostsOfNoAlarm(t *testing.T) {
	at, value, err := Costs{FalsePositive: 9, FalseNegative: 1}.Threshold([]float64{0, 0, 1}, []float64{.9, .5, .1}, nil)
	if err != nil || !math.IsInf(at, 1) || math.Abs(value-1./3) > 1e-15 {
		t.Errorf("got %v at %v, %v, want 1/3 at +Inf", value, at, err)
	}
}

// Training with weights w0 and w1 and deciding at 0.5 is training without and
// deciding at the threshold of costs w0 and w1 (Elkan 2001). Where a share p of
// rows is positive, the weighted cross-entropy has its minimum at q, and so q
// and p fall on the same side of their thresholds.
func TestWeightingIsAThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawWeights(t, 2)
		w0, w1 := c.Weights[0], c.Weights[1]
		p := rapid.Float64Range(1e-3, 1-1e-3).Draw(t, "p")
		q := w1 * p / (w1*p + w0*(1-p))
		// d/dq of -w1 p ln q - w0 (1-p) ln(1-q), times q (1-q).
		if slope := -w1*p*(1-q) + w0*(1-p)*q; math.Abs(slope) > 1e-12*(w0+w1) {
			t.Fatalf("slope of the weighted cross-entropy at %v is %v", q, slope)
		}
		at, err := Costs{FalsePositive: w0, FalseNegative: w1}.ProbabilityThreshold()
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p-at) > 1e-9 && (q >= .5) != (p >= at) {
			t.Fatalf("q = %v against 0.5, but p = %v against %v", q, p, at)
		}
		if got := must[float64](t)(c.EquivalentThreshold(at)); math.Abs(got-.5) > 1e-9 {
			t.Fatalf("threshold %v stands for %v, want 0.5", at, got)
		}
		// The side of the threshold is the cheaper one.
		if flag, pass := (1-p)*w0, p*w1; math.Abs(p-at) > 1e-9 && (flag < pass) != (p > at) {
			t.Fatalf("an alarm costs %v, none %v, at p = %v against %v", flag, pass, p, at)
		}
	})
}

func TestCriteriaErrors(t *testing.T) {
	both, scores := []float64{0, 1}, []float64{.9, .1}
	nan := math.NaN()
	for name, c := range map[string]struct {
		criterion Criterion
		y, s, w   []float64
		want      string
		none      bool
	}{
		"G-mean without positives":   {GMean{}, []float64{0, 0}, scores, nil, "no positive rows", true},
		"G-mean without negatives":   {GMean{}, []float64{1, 1}, scores, nil, "no negative rows", true},
		"G-mean of nothing":          {GMean{}, nil, nil, nil, "no positive rows", true},
		"precision without negative": {PrecisionFloor{.5}, both, scores, []float64{0, 1}, "no negative rows", true},
		"recall without positives":   {RecallFloor{.5}, both, scores, []float64{1, 0}, "no positive rows", true},
		"costs without positives":    {Costs{}, []float64{0, 0}, scores, nil, "no positive rows", true},
		"row costs of one class":     {RowCosts{}, []float64{1, 1}, scores, nil, "no negative rows", true},
		"out of reach":               {PrecisionFloor{.6}, both, scores, nil, "none reaches the floor", true},
		"precision 0":                {PrecisionFloor{}, both, scores, nil, "precision floor is 0", false},
		"precision NaN":              {PrecisionFloor{nan}, both, scores, nil, "precision floor is NaN", false},
		"recall above 1":             {RecallFloor{1.1}, both, scores, nil, "recall floor is 1.1", false},
		"NaN cost":                   {Costs{nan, 1, 1, 1}, both, scores, nil, "a cost is NaN", false},
		"NaN row cost":               {RowCosts{FalseNegative: []float64{1, nan}}, both, scores, nil, "row 1: cost is NaN", false},
		"too few row costs":          {RowCosts{FalseNegative: []float64{1}}, both, scores, nil, "1 costs against 2 labels", false},
		"lengths":                    {Costs{}, both, []float64{1}, nil, "2 labels against 1 scores", false},
		"NaN score":                  {RowCosts{}, both, []float64{1, nan}, nil, "row 1: score is NaN", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := c.criterion.Threshold(c.y, c.s, c.w)
			wantError(t, err, c.want)
			if errors.Is(err, ErrNoThreshold) != c.none {
				t.Errorf("%v is ErrNoThreshold: %v, want %v", err, !c.none, c.none)
			}
		})
	}
	for name, c := range map[string]Costs{"free alarms": {FalseNegative: 1}, "free misses": {FalsePositive: 1}, "NaN": {nan, 1, 1, 1}} {
		if _, err := c.ProbabilityThreshold(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
