package compare

import (
	"strings"
	"testing"
)

// found is a result of which the average precision by strategy and fold is
// given; all other metrics are 0.
func found(names []string, precision ...[]float64) *Result {
	r := &Result{Baseline: -1, Config: Config{Folds: len(precision[0])}}
	for i, name := range names {
		if name == "none" {
			r.Baseline = i
		}
		s := StrategyResult{Name: name}
		for f, ap := range precision[i] {
			fold := FoldResult{Fold: f, TrainRows: 80, TestRows: 20}
			fold.Scores[Plain].AveragePrecision = ap
			s.Folds = append(s.Folds, fold)
		}
		s.summarise()
		r.Strategies = append(r.Strategies, s)
	}
	r.differ()
	return r
}

func TestAdvice(t *testing.T) {
	none := []float64{.5, .52, .48, .51, .5}
	plus := func(d ...float64) []float64 {
		out := make([]float64, len(none))
		for i := range out {
			out[i] = none[i] + d[i%len(d)]
		}
		return out
	}
	for name, c := range map[string]struct {
		names []string
		ap    [][]float64
		want  []string
	}{
		"nothing shown":   {[]string{"none", "auto"}, [][]float64{none, plus(.05, -.04)}, []string{"no strategy is shown to rank rows better than none", "train plainly"}},
		"all worse":       {[]string{"auto", "none"}, [][]float64{plus(-.2, -.21), none}, []string{"no strategy is shown", "all others are shown to rank worse"}},
		"better":          {[]string{"none", "auto", "smote"}, [][]float64{none, plus(.2, .21), plus(.01, -.01)}, []string{"auto ranks rows better than none", "by +.204", "for 2 strategies", "Brier score"}},
		"two better":      {[]string{"none", "auto", "smote"}, [][]float64{none, plus(.2, .21), plus(.3, .31)}, []string{"smote ranks rows better than none on these folds, and so does auto,"}},
		"without a plain": {[]string{"auto", "smote"}, [][]float64{none, none}, []string{"Nothing can be said"}},
		"plain alone":     {[]string{"none"}, [][]float64{none}, []string{"nothing to advise between"}},
		// A difference of the same size that another strategy's variance hides
		// must not be advised: in one fold of five it is large, otherwise nothing.
		"one lucky fold": {[]string{"none", "auto"}, [][]float64{none, plus(.9, 0, 0, 0, 0)}, []string{"no strategy is shown"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := found(c.names, c.ap...)
			advice := r.Advice()
			for _, want := range c.want {
				if !strings.Contains(advice, want) {
					t.Errorf("%q, want %q in it", advice, want)
				}
			}
			if strings.Count(advice, ". ") > 0 || !strings.HasSuffix(advice, ".") {
				t.Errorf("%q, want one sentence", advice)
			}
		})
	}
}

// A p below .05 that the number of strategies explains is not called shown.
func TestAdviceCorrectsForTheNumberOfStrategies(t *testing.T) {
	none := []float64{.5, .52, .48, .51, .5}
	slightly := []float64{.56, .60, .52, .55, .53}
	names, ap := []string{"none", "a"}, [][]float64{none, slightly}
	if advice := found(names, ap...).Advice(); !strings.HasPrefix(advice, "a ranks rows better") {
		t.Errorf("alone: %q", advice)
	}
	for _, more := range []string{"b", "c", "d", "e", "f", "g", "h"} {
		names, ap = append(names, more), append(ap, []float64{.51, .5, .5, .5, .51})
	}
	if advice := found(names, ap...).Advice(); !strings.Contains(advice, "no strategy is shown") {
		t.Errorf("as one of eight: %q", advice)
	}
}

func TestShort(t *testing.T) {
	for v, want := range map[float64]string{0: ".000", .5: ".500", -.25: "-.250", .0123: ".0123", -.00001: ".0000", 1: "1.000", 10.05: "10.050", .0996: ".100"} {
		if got := short(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
