package metric

import (
	"math"
	"strings"
	"testing"
)

func TestCost(t *testing.T) {
	// TP 1, FN 1, FP 1, TN 3 at 0.5.
	y, p := []float64{1, 1, 0, 0, 0, 0}, []float64{.9, .2, .7, .1, .3, .4}
	costs := Costs{FP: 2, FN: 10}
	for name, c := range map[string]struct {
		metric Metric
		w      []float64
		want   float64
	}{
		"mean cost":                    {Cost{Costs: costs}, nil, 2},
		"lower threshold":              {Cost{Costs: costs, Threshold: .15}, nil, 1},
		"weighted":                     {Cost{Costs: costs}, []float64{1, 3, 1, 1, 1, 1}, 4},
		"every outcome costs":          {Cost{Costs: Costs{TP: 6, FP: 12, TN: 18, FN: 24}}, nil, 16},
		"savings":                      {Savings{Costs: costs}, nil, -.5},
		"savings, lower":               {Savings{Costs: costs, Threshold: .15}, nil, .25},
		"savings over no investigator": {Savings{Costs: Costs{FP: 10, FN: 1}}, nil, -4.5},
		"no savings over free":         {Savings{Costs: Costs{FP: 1}}, nil, 0},
		// Each caught one gains 5: 5 here, against 10 where all rows are called positive.
		"gains": {Savings{Costs: Costs{TP: -5}}, nil, -.5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, columns(1, y, p, c.w)); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	for _, m := range []Metric{Cost{}, Savings{}} {
		refused(t, nil, []int{1}, "all costs are 0", m)
	}
	refused(t, nil, []int{1}, "want finite numbers", Cost{Costs: Costs{FN: math.Inf(1)}})
	refused(t, nil, []int{1}, "threshold is 3", Savings{Costs: costs, Threshold: 3})
}

func TestCostScore(t *testing.T) {
	y, p := []float64{1, 1, 0, 0}, []float64{.9, .2, .5, .1}
	amounts := []Costs{{FP: 3, FN: 100}, {FP: 3, FN: 20}, {FP: 3, FN: 7}, {FP: 3, FN: 7}}
	for name, c := range map[string]struct {
		w             []float64
		costs         []Costs
		threshold     float64
		cost, savings float64
	}{
		"one for all":      {nil, []Costs{{FP: 1, FN: 4}}, .5, 5, -1.5},
		"one for each":     {nil, amounts, .5, 23, 1 - 23./6},
		"each, caught all": {nil, amounts, .2, 3, .5},
		"weighted":         {[]float64{1, 2, 3, 0}, amounts, .5, 49, 1 - 49./9},
	} {
		t.Run(name, func(t *testing.T) {
			cost, savings, err := CostScore(y, p, c.w, c.costs, c.threshold)
			if err != nil {
				t.Fatal(err)
			}
			if !near12(cost, c.cost) || !near12(savings, c.savings) {
				t.Errorf("cost %v and savings %v, want %v and %v", cost, savings, c.cost, c.savings)
			}
		})
	}
	for name, c := range map[string]struct {
		y, p      []float64
		costs     []Costs
		threshold float64
		want      string
	}{
		"label":     {[]float64{2}, []float64{1}, []Costs{{}}, .5, "metric: cost: row 0: label is 2"},
		"costs":     {y, p, amounts[:2], .5, "2 costs for 4 rows"},
		"none":      {y, p, nil, .5, "0 costs for 4 rows"},
		"NaN cost":  {y, p, []Costs{{TN: math.NaN()}}, .5, "row 0: costs"},
		"threshold": {y, p, amounts, math.NaN(), "threshold is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := CostScore(c.y, c.p, nil, c.costs, c.threshold); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
	if cost, savings, err := CostScore(nil, nil, nil, []Costs{{FN: 1}}, .5); cost != 0 || savings != 0 || err != nil {
		t.Errorf("no rows: %v, %v, %v, want 0, 0 and no error", cost, savings, err)
	}
}
