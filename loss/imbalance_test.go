package loss_test

import (
	"math"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/internal/vectors"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// The class-balanced loss is a loss whose rows weigh (1-β)/(1-β^n), scaled so
// that the classes' weights sum to K: class weights, on any loss.
func TestClassBalanced(t *testing.T) {
	counts := balance.Counts{{Class: 0, N: 5000}, {Class: 1, N: 500}, {Class: 2, N: 50}}
	table, err := balance.EffectiveNumber{Beta: .999}.Weights(counts)
	if err != nil {
		t.Fatal(err)
	}
	raw, total := make([]float64, 3), 0.
	for c, k := range counts {
		raw[c] = (1 - .999) / (1 - math.Pow(.999, float64(k.N)))
		total += raw[c]
	}
	z := []float64{1, 0, -1, .3, .2, .1, 2, -2, 0, 1, 1, 1}
	y := []float64{0, 1, 2, 2}
	var weights []float64
	var want float64
	for r, c := range y {
		weights = append(weights, table[int(c)])
		p := softmax(z[r*3:][:3])[int(c)]
		want += raw[int(c)] / total * 3 * (1 - p) * -math.Log(p) / 4
	}
	l := loss.SparseCategoricalFocalCrossentropy{Alpha: []float64{1}, Gamma: 1, FromLogits: true}
	got, err := loss.Compute(l, dense(tensor.Float64, tensor.Shape{4}, y), dense(tensor.Float64, tensor.Shape{4, 3}, z), weights)
	if err != nil || math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, %v, expected %v", got, err, want)
	}
}

// The numbers of Keras's documentation.
func TestPublishedFocalLoss(t *testing.T) {
	got, err := loss.PerRow(loss.BinaryFocalCrossentropy{}, dense(tensor.Float64, tensor.Shape{2, 2}, []float64{0, 1, 0, 0}),
		dense(tensor.Float64, tensor.Shape{2, 2}, []float64{.6, .4, .4, .6}))
	if err != nil || math.Abs(got[0]-.330) > 5e-4 || math.Abs(got[1]-.206) > 5e-4 {
		t.Errorf("focal loss %v, %v, expected .330 and .206", got, err)
	}
}

// What decides without looking pays the entropy: ln 2 for a chance of a half,
// and a fiftieth of that for the rate of 492 frauds among 284807 payments.
func TestPriorBias(t *testing.T) {
	const frauds, all = 492., 284807.
	y, weights := dense(tensor.Float64, tensor.Shape{2, 1}, []float64{0, 1}), []float64{all - frauds, frauds}
	for bias, rate := range map[float64]float64{0: .5, math.Log(frauds / (all - frauds)): frauds / all} {
		want := -(frauds*math.Log(rate) + (all-frauds)*math.Log(1-rate)) / all
		l := loss.BinaryCrossentropy{FromLogits: true, Reduction: loss.MeanWithSampleWeight}
		got, err := loss.Compute(l, y, dense(tensor.Float64, tensor.Shape{2, 1}, []float64{bias, bias}), weights)
		if err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("bias %v: loss %v, %v, expected %v", bias, got, err, want)
		}
	}
}

// Adjusting the logits by the logarithms of the frequencies is balanced
// softmax, and equal frequencies adjust nothing.
func TestLogitAdjustedIsBalancedSoftmax(t *testing.T) {
	s := subject{cols: 4, pred: shares, target: loss.Indices}
	pred, y := s.draw(true, 5)
	yt, pt := dense(tensor.Float64, tensor.Shape{6}, y), dense(tensor.Float64, tensor.Shape{6, 4}, pred)
	rows := func(l loss.Loss) []float64 {
		v, err := loss.PerRow(l, yt, pt)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	vectors.Equal(t, "adjusted", rows(loss.LogitAdjusted{Counts: counts, FromLogits: true}), rows(loss.BalancedSoftmax{Counts: counts, FromLogits: true}))
	plain := rows(loss.SparseCategoricalCrossentropy{FromLogits: true})
	even := []float64{7, 7, 7, 7}
	vectors.Equal(t, "not scaled", rows(loss.VectorScaling{Counts: counts, Gamma: loss.Zero, FromLogits: true}), rows(loss.LogitAdjusted{Counts: counts, FromLogits: true}))
	vectors.Equal(t, "even frequencies", rows(loss.LogitAdjusted{Counts: even, FromLogits: true}), plain)
	vectors.Equal(t, "tau 0", rows(loss.LogitAdjusted{Counts: counts, Tau: loss.Zero, FromLogits: true}), plain)
	vectors.Equal(t, "no margin", rows(loss.LDAM{Counts: counts, MaxMargin: loss.Zero, Scale: 1, FromLogits: true}), plain)
	vectors.Equal(t, "epsilon 0", rows(loss.Poly1{Epsilon: loss.Zero, FromLogits: true}), plain)
}

// Logits are scaled by (n/max n)^γ and shifted by τ·ln(n/Σn).
func TestVectorScaling(t *testing.T) {
	counts, z := []float64{50, 1000, 110}, []float64{2, -1, .5, -.3, .7, 4}
	for _, c := range []struct{ gamma, tau, g, t float64 }{{0, 0, .15, 1}, {.3, 1.5, .3, 1.5}} {
		var want []float64
		for r, y := range []int{0, 2} {
			moved := make([]float64, 3)
			for j, n := range counts {
				moved[j] = math.Pow(n/1000, c.g)*z[3*r+j] + c.t*math.Log(n/1160)
			}
			want = append(want, -math.Log(softmax(moved)[y]))
		}
		got, err := loss.PerRow(loss.VectorScaling{Counts: counts, Gamma: c.gamma, Tau: c.tau, FromLogits: true},
			dense(tensor.Float64, tensor.Shape{2}, []float64{0, 2}), dense(tensor.Float64, tensor.Shape{2, 3}, z))
		if err != nil {
			t.Fatal(err)
		}
		vectors.Equal(t, "vector scaling", got, want)
	}
	one := dense(tensor.Float64, tensor.Shape{2, 1}, []float64{0, 1})
	if _, err := loss.PerRow(loss.VectorScaling{Counts: []float64{9, 1}, FromLogits: true}, one, one); err == nil {
		t.Error("one column: no error")
	}
}
