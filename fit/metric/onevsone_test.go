package metric

import "testing"

// Values of scikit-learn 1.9.1, roc_auc_score with multi_class="ovo", which knows
// no weights: there rows are repeated.
func TestROCAUCOneVsOne(t *testing.T) {
	repeated := threeClasses(false)
	repeated.Weight = Values{[]float64{1, 2, 2, 1, 3, 1, 1}, []int{7}}
	for name, c := range map[string]struct {
		batch   Batch
		average Average
		want    float64
	}{
		"macro":             {threeClasses(false), Macro, .8402777777777777},
		"by share":          {threeClasses(false), Weighted, .8333333333333334},
		"weights, macro":    {repeated, Macro, .8506944444444443},
		"weights, by share": {repeated, Weighted, .8532196969696969},
	} {
		if got := resultOf(t, ROCAUCOneVsOne{Average: c.average}, c.batch); !near12(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	refused(t, nil, []int{1}, "one column has no pairs", ROCAUCOneVsOne{})
	refused(t, nil, []int{3}, "average 1, want Macro or Weighted", ROCAUCOneVsOne{Average: Micro})
}

// Of a class without rows nothing is known; the shares of the others do not matter.
func TestROCAUCOneVsOneShares(t *testing.T) {
	b := threeClasses(false)
	b.Weight = Values{[]float64{1, 0, 9, 0, 1, 9, 0}, []int{7}}
	if got := resultOf(t, ROCAUCOneVsOne{}, b); got == got {
		t.Errorf("got %v without rows of a class, want NaN", got)
	}
	b.Weight.Data = []float64{1, .5, 2, .5, 1, 2, .5}
	if got, want := resultOf(t, ROCAUCOneVsOne{}, b), resultOf(t, ROCAUCOneVsOne{}, threeClasses(false)); !near12(got, want) {
		t.Errorf("got %v with other shares of the classes, want %v", got, want)
	}
}
