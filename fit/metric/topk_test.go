package metric

import "testing"

func TestTopK(t *testing.T) {
	// The example of scikit-learn's top_k_accuracy_score.
	p := []float64{.5, .2, .2, .3, .4, .2, .2, .4, .3, .7, .2, .1}
	b := Batch{True: Values{[]float64{0, 1, 2, 2}, []int{4}}, Pred: Values{p, []int{4, 3}}}
	if got := resultOf(t, SparseTopKCategoricalAccuracy{K: 2}, b); got != .75 {
		t.Errorf("got %v, want .75", got)
	}
	hot := columns(3, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1}, p, nil)
	if got := resultOf(t, TopKCategoricalAccuracy{K: 2}, hot); got != .75 {
		t.Errorf("one-hot: got %v, want .75", got)
	}
	tied := Batch{True: Values{[]float64{0, 1, 2}, []int{3}}, Pred: Values{[]float64{.2, .5, .2, .2, .5, .2, .2, .5, .2}, []int{3, 3}}}
	if got := resultOf(t, SparseTopKCategoricalAccuracy{K: 2}, tied); got != 1 {
		t.Errorf("ties at the second place: got %v, want 1", got)
	}
	ids := Batch{True: Values{[]float64{7, 1, 40}, []int{3}}, Pred: Values{[]float64{7, 9, 1, 2, 3, 1, 5, 40, 0}, []int{3, 3}}}
	if got := resultOf(t, SparseTopKCategoricalAccuracy{K: 2, FromSortedIDs: true}, ids); !near12(got, 2./3) {
		t.Errorf("sorted indices: got %v, want 2/3", got)
	}
	refused(t, nil, []int{3}, "the top 5 of 3 columns", SparseTopKCategoricalAccuracy{})
	refused(t, []int{3}, []int{3}, "the top -1 of 3 columns", TopKCategoricalAccuracy{K: -1})
	refused(t, nil, []int{3}, "the same shape", TopKCategoricalAccuracy{K: 1})
	refused(t, []int{3}, []int{3}, "class indices", SparseTopKCategoricalAccuracy{K: 1})
}
