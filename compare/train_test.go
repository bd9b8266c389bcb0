package compare

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func strategy(t *testing.T, spec string) Strategy {
	t.Helper()
	s, err := ParseStrategy(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What a network has learned perfectly, correction turns into the probability.
func TestCorrectionOfStrategies(t *testing.T) {
	before := [2]float64{900, 100}
	p := []float64{.001, .1, .5, .97}
	for spec, c := range map[string]struct {
		after [2]float64
		// q is what the strategy's minimum is where the probability is p.
		q     func(p float64) float64
		exact bool
	}{
		"none":                  {before, func(p float64) float64 { return p }, true},
		`{"0": 1, "1": 7}`:      {before, func(p float64) float64 { return 7 * p / (7*p + 1 - p) }, true},
		"auto":                  {before, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, true},
		"balanced-batches":      {before, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, true},
		"logit-adjust":          {before, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, true},
		"logit-adjust:0.5":      {before, func(p float64) float64 { return 3 * p / (3*p + 1 - p) }, true},
		"random-under":          {[2]float64{100, 100}, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, true},
		"random-over:0.5":       {[2]float64{900, 450}, func(p float64) float64 { return 4.5 * p / (4.5*p + 1 - p) }, true},
		"random-over:0.5+auto":  {[2]float64{900, 450}, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, true},
		"smote":                 {[2]float64{900, 900}, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, false},
		"deferred:2:auto":       {before, func(p float64) float64 { return 9 * p / (9*p + 1 - p) }, false},
		`{"1": 3}+logit-adjust`: {before, func(p float64) float64 { return 27 * p / (27*p + 1 - p) }, true},
	} {
		t.Run(spec, func(t *testing.T) {
			s := strategy(t, spec)
			w, err := s.weights(before, c.after)
			if err != nil {
				t.Fatal(err)
			}
			q := make([]float32, len(p))
			for i := range p {
				q[i] = float32(c.q(p[i]))
			}
			got, err := s.correct(q, w)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p, widen(got), cmpopts.EquateApprox(1e-4, 0)); diff != "" {
				t.Error(diff)
			}
			if s.exact() != c.exact {
				t.Errorf("exact: %v, want %v", s.exact(), c.exact)
			}
		})
	}
	zero := strategy(t, `{"0": 0}`)
	if _, err := zero.weights(before, before); err == nil {
		t.Error("a class that counts for nothing: no error")
	}
}

func TestResample(t *testing.T) {
	d := sample(t, 200)
	divided, err := foldsOf(d, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	f, err := newFold(d, divided[0], 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	train := &f.outer.train
	for spec, want := range map[string][2]float64{
		"none": {120, 30}, "random-over": {120, 120}, "random-under": {30, 30}, "smote": {120, 120}, "smotenc": {120, 120},
		"smote:0.5": {120, 60}, "smote+auto": {120, 60}, "random-under:0.5+focal": {60, 30}, // the root of 1:4 is 1:2
	} {
		s := strategy(t, spec)
		got, err := s.resample(context.Background(), train, 7)
		if err != nil {
			t.Fatal(spec, err)
		}
		if got.counts() != want {
			t.Errorf("%s: %v rows of the classes, want %v", spec, got.counts(), want)
		}
		for i, code := range got.codes {
			if q := len(got.categories); code < 1 || int(code) > got.categories[i%q] {
				t.Fatalf("%s: row %d has the code %d of %d categories", spec, i/q, code, got.categories[i%q])
			}
		}
		for _, v := range got.numbers {
			if math.IsNaN(float64(v)) {
				t.Fatalf("%s makes NaN", spec)
			}
		}
	}
	smoten := strategy(t, "smoten")
	_, err = smoten.resample(context.Background(), train, 7)
	wants(t, err, "use smotenc")
}
