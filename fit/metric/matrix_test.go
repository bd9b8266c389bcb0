package metric

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfusionMatrix(t *testing.T) {
	y := []int{0, 1, 2, 0, 1, 2, 2, 2, 1, 0, 0, 0}
	p := []int{0, 2, 1, 0, 0, 1, 2, 2, 1, 0, 1, 0}
	got, err := ConfusionMatrix(y, p, nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Matrix{{4, 1, 0}, {1, 1, 1}, {0, 2, 2}}, got); diff != "" {
		t.Error(diff)
	}
	got, err = ConfusionMatrix([]int{0, 1, 1}, []int{0, 0, 1}, []float64{.5, 2, 0}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Matrix{{.5, 0}, {2, 0}}, got); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		y, p    []int
		w       []float64
		classes int
		want    string
	}{
		"classes":    {nil, nil, nil, 0, "0 classes"},
		"lengths":    {[]int{0}, nil, nil, 2, "1 labels, 0 predictions"},
		"weights":    {[]int{0}, []int{0}, []float64{}, 2, "0 weights"},
		"label":      {[]int{0, 2}, []int{0, 0}, nil, 2, "row 1: label 2"},
		"prediction": {[]int{0}, []int{-1}, nil, 2, "prediction -1"},
		"NaN weight": {[]int{0}, []int{0}, []float64{math.NaN()}, 2, "weight is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ConfusionMatrix(c.y, c.p, c.w, c.classes); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// A matrix of counts that scikit-learn 1.9.1 and imbalanced-learn 0.14.2 scored.
var skMatrix = Matrix{{4, 1, 0}, {1, 1, 1}, {0, 2, 2}}

func TestMatrixAgainstSklearn(t *testing.T) {
	m := skMatrix
	for name, c := range map[string]struct{ got, want float64 }{
		"accuracy":          {m.Accuracy(), 7. / 12},
		"balanced accuracy": {m.BalancedAccuracy(false), .5444444444444444},
		"adjusted":          {m.BalancedAccuracy(true), (.5444444444444444 - 1./3) / (2. / 3)},
		"Matthews":          {m.Matthews(), .3723404255319149},
		"kappa":             {m.Kappa(Nominal), .368421052631579},
		"linear kappa":      {m.Kappa(Linear), .5384615384615384},
		"quadratic kappa":   {m.Kappa(Quadratic), .7},
		"geometric mean":    {m.GeometricMean(0), .5108729549290354},
		"specificity of 0":  {m.Class(0).Specificity(), .8571428571428571},
		"specificity of 1":  {m.Class(1).Specificity(), .6666666666666666},
		"specificity of 2":  {m.Class(2).Specificity(), .875},
	} {
		if !near12(c.got, c.want) {
			t.Errorf("%s is %v, want %v", name, c.got, c.want)
		}
	}
}

func TestMatrixEdges(t *testing.T) {
	for name, c := range map[string]struct{ got, want float64 }{
		"nothing, accuracy":                 {Matrix{}.Accuracy(), 0},
		"nothing, balanced accuracy":        {Matrix{{0, 0}, {0, 0}}.BalancedAccuracy(true), 0},
		"nothing, Matthews":                 {Matrix{{0, 0}, {0, 0}}.Matthews(), 0},
		"nothing, kappa":                    {Matrix{{0, 0}, {0, 0}}.Kappa(Linear), 0},
		"nothing, geometric mean":           {Matrix{{0, 0}, {0, 0}}.GeometricMean(.1), 0},
		"one class of labels, balanced":     {Matrix{{3, 1}, {0, 0}}.BalancedAccuracy(false), .75},
		"one class, nothing to adjust":      {Matrix{{3, 1}, {0, 0}}.BalancedAccuracy(true), 0},
		"one class of labels, Matthews":     {Matrix{{.1, .2}, {0, 0}}.Matthews(), 0},
		"one class predicted, Matthews":     {Matrix{{.1, 0, 0}, {.2, 0, 0}, {.7, 0, 0}}.Matthews(), 0},
		"one class, kappa":                  {Matrix{{3, 0}, {0, 0}}.Kappa(Nominal), 0},
		"perfect":                           {Matrix{{3, 0}, {0, 2}}.Matthews(), 1},
		"reversed":                          {Matrix{{0, 3}, {2, 0}}.Matthews(), -1},
		"missed class":                      {Matrix{{3, 0}, {2, 0}}.GeometricMean(0), 0},
		"missed class, corrected":           {Matrix{{3, 0}, {2, 0}}.GeometricMean(.01), .1},
		"class that never is":               {Matrix{{3, 0, 0}, {0, 0, 0}, {1, 0, 1}}.GeometricMean(0), math.Sqrt(.5)},
		"class that is predicted, no label": {Matrix{{2, 1, 0}, {0, 0, 0}, {0, 0, 1}}.GeometricMean(0), 0},
		"class outside":                     {Matrix{{3}}.Class(1).TN, 0},
	} {
		if !near12(c.got, c.want) {
			t.Errorf("%s is %v, want %v", name, c.got, c.want)
		}
	}
}
