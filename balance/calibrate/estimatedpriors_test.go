package calibrate

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// A score that is high in 80% of positive and 10% of negative rows. Trained at
// even shares; if a share h of new rows is high, the likelihood has its maximum
// where .8 π + .1 (1-π) = h, or at the nearer end.
func TestEstimatedPriorsInClosedForm(t *testing.T) {
	for h, want := range map[float64]float64{.17: .1, .45: .5, .73: .9, .05: 0, .9: 1} {
		e := EstimatedPriors{Train: []float64{1, 1}}
		if err := e.FitBinary([]float64{.8 / .9, .2 / 1.1}, []float64{h, 1 - h}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]float64{1 - want, want}, e.Prior, cmpopts.EquateApprox(0, 1e-7)); diff != "" {
			t.Errorf("share %v: %s", h, diff)
		}
	}
}

// At the maximum of the likelihood Σ w ln Σ_c Prior_c q_c/Train_c over shares
// that sum to 1, its slopes are Σ w for classes that have a share, and no more
// for those that have none.
func TestEstimatedPriorsAreTheMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 4).Draw(t, "classes")
		e := EstimatedPriors{Train: drawWeights(t, k).Weights}
		for j, share := range e.Train {
			e.Train[j] = .1 + share/1e3
		}
		n := rapid.IntRange(k, 12).Draw(t, "rows")
		var q, w []float64
		for range n {
			w = append(w, float64(rapid.IntRange(1, 3).Draw(t, "weight")))
			for range k {
				q = append(q, float64(rapid.IntRange(1, 9).Draw(t, "q")))
			}
			normalise(q[len(q)-k:])
		}
		if err := e.Fit(q, w); err != nil {
			t.Fatal(err)
		}
		slope := make([]float64, k)
		var total, sum float64
		for i := range n {
			var mix float64
			for j := range k {
				mix += e.Prior[j] * q[i*k+j] / e.Train[j]
			}
			for j := range k {
				slope[j] += w[i] * q[i*k+j] / e.Train[j] / mix
			}
			total += w[i]
		}
		for j, share := range e.Prior {
			sum += share
			if over := slope[j]/total - 1; over > 1e-3 || share > 1e-2 && over < -1e-3 {
				t.Fatalf("shares %v: slope %v of class %d, want %v", e.Prior, slope[j], j, total)
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Fatalf("shares sum to %v", sum)
		}
	})
}

// The mean of the corrected probabilities is the share that was found.
func TestEstimatedPriorsCorrect(t *testing.T) {
	e := EstimatedPriors{Train: []float64{.5, .3, .2}}
	q := []float64{.6, .3, .1, .2, .7, .1, .8, .1, .1, .1, .1, .8, .9, .05, .05}
	if err := e.Fit(q, nil); err != nil {
		t.Fatal(err)
	}
	p := must[[]float64](t)(e.Apply(q))
	mean := make([]float64, 3)
	for i, v := range p {
		mean[i%3] += v / 5
	}
	if diff := cmp.Diff(e.Prior, mean, cmpopts.EquateApprox(0, 1e-8)); diff != "" {
		t.Error(diff)
	}
	c, err := e.Correction()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, must[[]float64](t)(c.Probabilities(q)), near); diff != "" {
		t.Error(diff)
	}
}

// odds · (π'/(1-π')) · ((1-π)/π).
func TestNewPriors(t *testing.T) {
	c, err := NewPriors([]float64{.5, .5}, []float64{.99, .01})
	if err != nil {
		t.Fatal(err)
	}
	odds := .8 / .2 * (.01 / .99)
	if diff := cmp.Diff([]float64{odds / (1 + odds)}, must[[]float64](t)(c.Binary([]float64{.8})), near); diff != "" {
		t.Error(diff)
	}
}

func TestEstimatedPriorsErrors(t *testing.T) {
	even := []float64{.5, .5}
	fit := func(train, q, w []float64) error {
		e := EstimatedPriors{Train: train}
		err := e.Fit(q, w)
		if e.Prior != nil {
			t.Errorf("a failed fit left %v", e.Prior)
		}
		return err
	}
	apply := func(e EstimatedPriors) error {
		_, err := e.Apply(even)
		return err
	}
	_, unequal := NewPriors(even, []float64{1})
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no shares":    {fit(nil, even, nil), "0 class shares in Train"},
		"a share of 0": {fit([]float64{0, 1}, even, nil), "share of class 0 in Train is 0"},
		"ragged":       {fit(even, []float64{.5, .5, .5}, nil), "3 values, want rows of 2 classes"},
		"no rows":      {fit(even, nil, nil), "weights sum to 0"},
		"weights":      {fit(even, even, []float64{1, 1}), "2 weights against 1 rows"},
		"weight -1":    {fit(even, even, []float64{-1}), "row 0: weight is -1"},
		"NaN":          {fit(even, []float64{.5, math.NaN()}, nil), "row 0: value is NaN"},
		"all 0":        {fit(even, []float64{0, 0}, nil), "row 0: probabilities are all 0"},
		"never seen":   {fit(even, []float64{1, 0, 1, 0}, nil), "class 1 has probability 0 in every row"},
		"not fitted":   {apply(EstimatedPriors{Train: even}), "2 old class shares against 0 new ones"},
		"unequal":      {unequal, "2 old class shares against 1 new ones"},
		"share of 0":   {apply(EstimatedPriors{even, []float64{1, 0}}), "shares of class 1 are 0.5 and 0"},
	} {
		t.Run(name, func(t *testing.T) { wantError(t, c.err, c.want) })
	}
}
