package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Rows whose metrics scikit-learn 1.2.1 and 1.9.1 computed.
var (
	skTrue   = []float64{0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}
	skScore  = []float64{.1, .4, .35, .8, .2, .9, .5, .05, .55, .5, .3, .15, .5, .05, .6, .25, .1, .7, .45, .35}
	skWeight = []float64{1, 2, 1, 3, 1, .5, 2, 1, 1, 1, .5, 1, 2, 1, 1, 2, 1, 1, 1, .25}
)

var twelve = cmpopts.EquateApprox(0, 1e-12)

func TestCountsAgainstSklearn(t *testing.T) {
	type row struct{ Precision, Recall, Specificity, F1, F2, FHalf, Balanced, Matthews, Geometric, Accuracy float64 }
	for name, c := range map[string]struct {
		weight []float64
		counts Counts
		want   row
	}{
		"unweighted": {nil, Counts{TP: 5, FP: 3, TN: 11, FN: 1}, row{
			.625, .833333333333, 11. / 14, .714285714286, .78125, .657894736842, .809523809524, .579066024144, .809173593713, .8}},
		"weighted": {skWeight, Counts{TP: 7.5, FP: 4, TN: 11.75, FN: 1}, row{
			.652173913043, .882352941176, .746031746032, .75, .824175824176, .688073394495, .814192343604, .600442359304, .811334274712, .793814432990}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Confusion(skTrue, skScore, c.weight, .5)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.counts, got, twelve); diff != "" {
				t.Fatal(diff)
			}
			ratios := row{got.Precision(), got.Recall(), got.Specificity(), got.F1(), got.FBeta(2), got.FBeta(.5),
				got.BalancedAccuracy(), got.Matthews(), got.GeometricMean(), got.Accuracy()}
			if diff := cmp.Diff(c.want, ratios, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCountsZeroDivision(t *testing.T) {
	for name, c := range map[string]Counts{
		"nothing": {}, "only true negatives": {TN: 3}, "only false negatives": {FN: 3}, "only false positives": {FP: 3},
	} {
		t.Run(name, func(t *testing.T) {
			for what, got := range map[string]float64{
				"precision": c.Precision(), "recall": c.Recall(), "F1": c.F1(), "Matthews": c.Matthews(), "geometric mean": c.GeometricMean(),
			} {
				if got != 0 {
					t.Errorf("%s is %v, want 0", what, got)
				}
			}
		})
	}
	if got := (Counts{TP: 3, FN: 1}).BalancedAccuracy(); got != .75 {
		t.Errorf("balanced accuracy without negatives is %v, want the recall .75", got)
	}
	if got := (Counts{TN: 3, FP: 1}).BalancedAccuracy(); got != .75 {
		t.Errorf("balanced accuracy without positives is %v, want the specificity .75", got)
	}
}

func TestConfusionErrors(t *testing.T) {
	for name, c := range map[string]struct {
		y, s, w []float64
		t       float64
		want    string
	}{
		"lengths":   {[]float64{1}, nil, nil, .5, "1 labels against 0 scores"},
		"label":     {[]float64{1, -1}, []float64{0, 0}, nil, .5, "row 1: label is -1"},
		"score":     {[]float64{1}, []float64{math.NaN()}, nil, .5, "row 0: score is NaN"},
		"weight":    {[]float64{1}, []float64{1}, []float64{-1}, .5, "row 0: weight is -1"},
		"threshold": {[]float64{1}, []float64{1}, nil, math.NaN(), "threshold is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Confusion(c.y, c.s, c.w, c.t); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
