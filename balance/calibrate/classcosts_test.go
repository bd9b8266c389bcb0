package calibrate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestClassCosts(t *testing.T) {
	costs := ClassCosts{{0, 1, 1}, {1, 0, 1}, {10, 2, 0}}
	class, cost, err := costs.Decide([]float64{
		.5, .3, .2, // 2.3, .9, .8
		.7, .3, 0, // .3, .7, 1
		.4, .4, .2, // 2.4, .8, .8: the first of two that cost the same
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{2, 0, 1}; !slices.Equal(class, want) {
		t.Errorf("decides for %v, want %v", class, want)
	}
	for i, want := range []float64{.8, .3, .8} {
		if math.Abs(cost[i]-want) > 1e-15 {
			t.Errorf("row %d costs %v, want %v", i, cost[i], want)
		}
	}
	if class, cost, err := costs.Decide(nil); err != nil || len(class) != 0 || len(cost) != 0 {
		t.Errorf("no rows give %v, %v, %v", class, cost, err)
	}
}

// TestTwoClassCosts: with two classes, a matrix and a threshold decide alike.
func TestTwoClassCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) float64 { return rapid.Float64Range(.01, 50).Draw(t, name) }
		c := Costs{TrueNegative: -draw("gain"), FalsePositive: draw("alarm"), FalseNegative: draw("miss"), TruePositive: -draw("catch")}
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		threshold, err := c.ProbabilityThreshold()
		if err != nil {
			t.Fatal(err)
		}
		class, _, err := ClassCosts{{c.TrueNegative, c.FalsePositive}, {c.FalseNegative, c.TruePositive}}.Decide([]float64{1 - p, p})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p-threshold) > 1e-12 && (class[0] == 1) != (p > threshold) {
			t.Errorf("p %v against %v decides for %d", p, threshold, class[0])
		}
	})
}

func TestClassCostsErrors(t *testing.T) {
	two := ClassCosts{{0, 1}, {1, 0}}
	for _, tc := range []struct {
		costs ClassCosts
		p     []float64
		want  string
	}{
		{nil, nil, "costs of 0 classes"},
		{ClassCosts{{0}}, nil, "costs of 1 classes"},
		{ClassCosts{{0, 1}, {1}}, nil, "1 costs where class 1 is true"},
		{ClassCosts{{0, math.NaN()}, {1, 0}}, nil, "class 1 where class 0 is true is NaN"},
		{two, []float64{.5}, "1 values, want rows of 2"},
		{two, []float64{.5, .5, .5, 1.5}, "row 1: value is 1.5"},
		{two, []float64{.5, math.NaN()}, "row 0: value is NaN"},
	} {
		if _, _, err := tc.costs.Decide(tc.p); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v on %v: error %v, want %q", tc.costs, tc.p, err, tc.want)
		}
	}
}
