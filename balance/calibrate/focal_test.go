package calibrate

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The correction of the minimiser of the expected loss is the probability.
func TestFocalCorrectionUndoesTheMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(.001, .999).Draw(t, "p")
		gamma := rapid.Float64Range(.1, 5).Draw(t, "gamma")
		expected := func(q float64) float64 {
			return -p*math.Pow(1-q, gamma)*math.Log(q) - (1-p)*math.Pow(q, gamma)*math.Log(1-q)
		}
		// The expected loss has one minimum: golden sections close in on it.
		lo, hi := 1e-12, 1-1e-12
		for range 200 {
			a, b := lo+.382*(hi-lo), lo+.618*(hi-lo)
			if expected(a) < expected(b) {
				hi = b
			} else {
				lo = a
			}
		}
		got, err := FocalCorrection{Gamma: gamma}.Binary([]float64{(lo + hi) / 2})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[0]-p) > 1e-5 {
			t.Fatalf("q = %v gives %v, want %v", (lo+hi)/2, got[0], p)
		}
	})
}

func TestFocalCorrectionEdges(t *testing.T) {
	q := []float64{0, 1e-300, .25, .5, 1 - 0x1p-53, 1}
	same, err := FocalCorrection{}.Binary(q)
	if err != nil {
		t.Fatal(err)
	}
	for _, gamma := range []float64{.5, 1, 2, 50} {
		p, err := FocalCorrection{Gamma: gamma}.Binary(q)
		if err != nil {
			t.Fatal(err)
		}
		if p[0] != 0 || p[3] != .5 || p[5] != 1 {
			t.Errorf("gamma %v: %v, want 0, a half and 1 to stay", gamma, p)
		}
		for i, v := range p {
			if math.IsNaN(v) || i > 0 && v < p[i-1] {
				t.Errorf("gamma %v: %v, want ascending probabilities", gamma, p)
			}
			if math.Abs(same[i]-q[i]) > 1e-15 {
				t.Errorf("gamma 0 moves %v to %v", q[i], same[i])
			}
		}
	}
	for _, c := range []struct {
		gamma, q float64
		want     string
	}{{-1, .5, "gamma of focal loss is -1"}, {math.NaN(), .5, "gamma"}, {math.Inf(1), .5, "gamma"}, {2, 1.5, "row 0: value is 1.5"}} {
		if _, err := (FocalCorrection{c.gamma}).Binary([]float64{c.q}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("gamma %v, q %v: %v, want an error with %q", c.gamma, c.q, err, c.want)
		}
	}
}
