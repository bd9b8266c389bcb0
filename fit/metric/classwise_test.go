package metric

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Precision and recall of scikit-learn 1.9.1; specificity of imbalanced-learn
// 0.14.2, over repeated rows because it loses weights.
func TestClasswiseAgainstSklearn(t *testing.T) {
	type row struct{ Precision, Recall, Specificity float64 }
	binary, weighted := binaryBatch(skTrue, skScore, nil), binaryBatch(skTrue, skScore, skWeight)
	labels := columns(2, []float64{1, 0, 0, 0, 1, 1, 0, 1}, []float64{.3809, .0659, .2881, .9096, .2134, .4521, .9312, .0249}, nil)
	for name, c := range map[string]struct {
		batch     Batch
		average   Average
		threshold float64
		want      row
	}{
		"binary macro":        {binary, Macro, 0, row{.8333333333333334, .7976190476190477, .7976190476190477}},
		"binary micro":        {binary, Micro, 0, row{.85, .85, .85}},
		"binary by support":   {binary, Weighted, 0, row{.8466666666666667, .85, .7452380952380951}},
		"weighted macro":      {weighted, Macro, 0, row{.8385698808234019, .7917833800186742, .7917833800186742}},
		"weighted micro":      {weighted, Micro, 0, row{.8350515463917526, .8350515463917526, .8350515463917526}},
		"weighted by support": {weighted, Weighted, 0, row{.8363025097452279, .8350515463917526, .7485152136455956}},
		"three macro":         {threeClasses(false), Macro, 0, row{.7222222222222222, .7222222222222222, .85}},
		"three micro":         {threeClasses(false), Micro, 0, row{.7142857142857143, .7142857142857143, .8571428571428571}},
		"three by support":    {threeClasses(false), Weighted, 0, row{.7142857142857143, .7142857142857143, .8357142857142856}},
		"3 weighted macro":    {threeClasses(true), Macro, 0, row{.5428571428571428, .5703703703703704, .8420512820512821}},
		"3 weighted micro":    {threeClasses(true), Micro, 0, row{.6571428571428571, .6571428571428571, .8285714285714286}},
		"3 weighted support":  {threeClasses(true), Weighted, 0, row{.6310204081632653, .6571428571428571, .8690109890109889}},
		"two labels macro":    {labels, Macro, .25, row{.4166666666666667, .5, .25}},
		"two labels micro":    {labels, Micro, .25, row{.4, .5, .25}},
		"two labels support":  {labels, Weighted, .25, row{.4166666666666667, .5, .25}},
	} {
		t.Run(name, func(t *testing.T) {
			got := row{
				resultOf(t, PrecisionScore{Average: c.average, Threshold: c.threshold}, c.batch),
				resultOf(t, RecallScore{Average: c.average, Threshold: c.threshold}, c.batch),
				resultOf(t, SpecificityScore{Average: c.average, Threshold: c.threshold}, c.batch),
			}
			if diff := cmp.Diff(c.want, got, twelve); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIndexBalancedAccuracyAgainstImblearn(t *testing.T) {
	for name, c := range map[string]struct {
		metric Metric
		batch  Batch
		want   float64
	}{
		"binary":          {IndexBalancedAccuracy{}, binaryBatch(skTrue, skScore, nil), .6028344671201815},
		"binary weighted": {IndexBalancedAccuracy{}, binaryBatch(skTrue, skScore, skWeight), .588435810053869},
		"three micro":     {IndexBalancedAccuracyScore{Average: Micro}, threeClasses(false), .6034985422740525},
		"3 weighted":      {IndexBalancedAccuracyScore{Average: Micro}, threeClasses(true), .5351556851311953},
		"class 1":         {IndexBalancedAccuracyScore{Classes: []int{1}}, threeClasses(false), .388},
		"no lean":         {IndexBalancedAccuracy{Alpha: Zero}, binaryBatch(skTrue, skScore, nil), .7867957924694431 * .7867957924694431},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resultOf(t, c.metric, c.batch); !near12(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	refused(t, nil, []int{1}, "alpha is -1", IndexBalancedAccuracy{Alpha: -1})
	refused(t, nil, []int{1}, "alpha is 2", IndexBalancedAccuracyScore{Alpha: 2})
}

func TestClasswiseOfSomeClasses(t *testing.T) {
	b := threeClasses(false)
	for c, want := range []float64{1, .5, 2. / 3} {
		if got := resultOf(t, RecallScore{Classes: []int{c}}, b); !near12(got, want) {
			t.Errorf("recall of class %d is %v, want %v", c, got, want)
		}
	}
	if got := resultOf(t, PrecisionScore{Classes: []int{0}}, binaryBatch(skTrue, skScore, nil)); !near12(got, 13./15) {
		t.Errorf("precision of class 0 of one column is %v, want 13/15", got)
	}
	if got := (PrecisionScore{Average: Weighted}).Name(); got != "weighted_precision" {
		t.Errorf("named %q", got)
	}
	if got := Average(7).String(); got != "average(7)" {
		t.Errorf("an unknown average is %q", got)
	}
	refused(t, nil, []int{1}, "class 2", RecallScore{Classes: []int{2}})
	refused(t, nil, []int{3}, "unknown average 3", SpecificityScore{Average: 3})
	refused(t, nil, []int{3}, "threshold is -1", PrecisionScore{Threshold: -1})
	refused(t, []int{2}, []int{3}, "targets of shape", PrecisionScore{})
}
