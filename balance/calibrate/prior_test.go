package calibrate

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var near = cmpopts.EquateApprox(1e-9, 1e-12)

func drawWeights(t *rapid.T, k int) PriorCorrection {
	return PriorCorrection{rapid.SliceOfN(rapid.Float64Range(1e-3, 1e3), k, k).Draw(t, "weights")}
}

// must unwraps a result whose error fails the test.
func must[T any](t interface{ Fatal(...any) }) func(T, error) T {
	return func(x T, err error) T {
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

// Undersampling negatives at rate b: p = b q / (b q - q + 1), equation 4 of Dal
// Pozzolo et al. (2015). Rates stand for weights.
func TestUndersampling(t *testing.T) {
	const b = .05
	c := PriorCorrection{[]float64{b, 1}}
	q := []float64{0, .1, .5, .9, 1}
	var want []float64
	for _, x := range q {
		want = append(want, b*x/(b*x-x+1))
	}
	if diff := cmp.Diff(want, must[[]float64](t)(c.Binary(q)), near); diff != "" {
		t.Error(diff)
	}
}

// With balanced weights a probability of 0.5 stands for the share of positives.
func TestBalancedWeights(t *testing.T) {
	const share = .0083
	c := PriorCorrection{[]float64{1 / (2 * (1 - share)), 1 / (2 * share)}}
	if diff := cmp.Diff([]float64{share}, must[[]float64](t)(c.Binary([]float64{.5})), near); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(1-share, must[float64](t)(c.EquivalentThreshold(.5)), near); diff != "" {
		t.Error(diff)
	}
}

// Weighting p and correcting it gives p back, whatever form it has.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 5).Draw(t, "classes")
		rows := rapid.IntRange(0, 4).Draw(t, "rows")
		c := drawWeights(t, k)
		p, q := make([]float64, rows*k), make([]float64, rows*k)
		for r := range rows {
			var sumP, sumQ float64
			for j := range k {
				p[r*k+j] = rapid.Float64Range(1e-3, 1).Draw(t, "p")
				sumP += p[r*k+j]
			}
			for j, w := range c.Weights {
				p[r*k+j] /= sumP
				q[r*k+j] = p[r*k+j] * w
				sumQ += q[r*k+j]
			}
			for j := range k {
				q[r*k+j] /= sumQ
			}
		}
		if diff := cmp.Diff(p, must[[]float64](t)(c.Probabilities(q)), near); diff != "" {
			t.Fatalf("probabilities: %s", diff)
		}
		z := make([]float64, len(q))
		for i := range q {
			z[i] = math.Log(q[i]) + 3
		}
		logits := must[[]float64](t)(c.Logits(z))
		for r := range rows {
			var sum float64
			for j := range k {
				sum += math.Exp(logits[r*k+j])
			}
			for j := range k {
				logits[r*k+j] = math.Exp(logits[r*k+j]) / sum
			}
		}
		if diff := cmp.Diff(p, logits, near); diff != "" {
			t.Fatalf("softmax of logits: %s", diff)
		}
	})
}

// One column and two columns, probabilities and logits, correction of the score
// and of the threshold say the same.
func TestBinaryFormsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawWeights(t, 2)
		q := rapid.Float64Range(1e-6, 1-1e-6).Draw(t, "q")
		p := must[[]float64](t)(c.Binary([]float64{q}))[0]
		rows := must[[]float64](t)(c.Probabilities([]float64{1 - q, q}))
		z := must[[]float64](t)(c.BinaryLogits([]float64{math.Log(q) - math.Log1p(-q)}))[0]
		if diff := cmp.Diff([]float64{1 - p, p, p}, append(rows, sigmoid(z)), near); diff != "" {
			t.Fatal(diff)
		}
		at := rapid.Float64Range(0, 1).Draw(t, "threshold")
		onQ := must[float64](t)(c.EquivalentThreshold(at))
		if math.Abs(p-at) > 1e-9 && (p > at) != (q > onQ) {
			t.Fatalf("p = %v against %v, but q = %v against %v", p, at, q, onQ)
		}
		back := must[[]float64](t)(c.Binary([]float64{onQ}))[0]
		if diff := cmp.Diff(at, back, near); diff != "" {
			t.Fatalf("threshold there and back: %s", diff)
		}
	})
}

func TestEndsAndScale(t *testing.T) {
	c := PriorCorrection{[]float64{1, 50}}
	if diff := cmp.Diff([]float64{0, 1}, must[[]float64](t)(c.Binary([]float64{0, 1}))); diff != "" {
		t.Error(diff)
	}
	infinite := []float64{math.Inf(-1), math.Inf(1)}
	if diff := cmp.Diff(infinite, must[[]float64](t)(c.BinaryLogits(infinite))); diff != "" {
		t.Error(diff)
	}
	same := PriorCorrection{[]float64{.02, 1}}
	q := []float64{.1, .7}
	if diff := cmp.Diff(must[[]float64](t)(c.Binary(q)), must[[]float64](t)(same.Binary(q)), near); diff != "" {
		t.Errorf("only ratios matter: %s", diff)
	}
}

func TestPriorCorrectionErrors(t *testing.T) {
	two, three := PriorCorrection{[]float64{1, 50}}, PriorCorrection{[]float64{1, 2, 3}}
	first := func(_ []float64, err error) error { return err }
	threshold := func(_ float64, err error) error { return err }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no weights":           {first(PriorCorrection{}.Probabilities(nil)), "0 class weights, want 2"},
		"one weight":           {first(PriorCorrection{[]float64{1}}.Logits(nil)), "1 class weights, want 2"},
		"binary with three":    {first(three.Binary([]float64{.5})), "3 class weights, want 2"},
		"logits with three":    {first(three.BinaryLogits([]float64{.5})), "3 class weights, want 2"},
		"threshold of three":   {threshold(three.EquivalentThreshold(.5)), "3 class weights, want 2"},
		"zero weight":          {first(PriorCorrection{[]float64{1, 0}}.Binary(nil)), "weight of class 1 is 0"},
		"NaN weight":           {first(PriorCorrection{[]float64{math.NaN(), 1}}.Binary(nil)), "weight of class 0 is NaN"},
		"infinite weight":      {first(PriorCorrection{[]float64{1, math.Inf(1)}}.Binary(nil)), "weight of class 1 is +Inf"},
		"ragged":               {first(three.Probabilities([]float64{.5, .5})), "2 values, want rows of 3 classes"},
		"ragged logits":        {first(three.Logits([]float64{.5, .5})), "2 values, want rows of 3 classes"},
		"above 1":              {first(two.Binary([]float64{.5, 1.5})), "row 1: value is 1.5"},
		"NaN":                  {first(two.Probabilities([]float64{.5, .5, .5, math.NaN()})), "row 1: value is NaN"},
		"row of zeros":         {first(two.Probabilities([]float64{.5, .5, 0, 0})), "row 1: probabilities [0 0] divided by the weights sum to 0"},
		"NaN logit":            {first(two.BinaryLogits([]float64{0, math.NaN()})), "row 1: logit is NaN"},
		"NaN logit in a row":   {first(two.Logits([]float64{0, 0, 0, math.NaN()})), "row 1: logit is NaN"},
		"threshold too high":   {threshold(two.EquivalentThreshold(2)), "threshold is 2"},
		"threshold that's NaN": {threshold(two.EquivalentThreshold(math.NaN())), "threshold is NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.err == nil || !strings.HasPrefix(c.err.Error(), "calibrate: ") || !strings.Contains(c.err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", c.err, c.want)
			}
		})
	}
}
