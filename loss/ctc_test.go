package loss_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// spell merges repeats and leaves out blanks.
func spell(path []int) []int {
	var out []int
	for t, c := range path {
		if c != 0 && (t == 0 || path[t-1] != c) {
			out = append(out, c)
		}
	}
	return out
}

// pathsOf adds up the probabilities of all paths that spell the labels.
func pathsOf(z []float64, steps, k int, labels []int) (sum float64) {
	p := make([][]float64, steps)
	for t := range p {
		p[t] = softmax(z[t*k:][:k])
	}
	path := make([]int, steps)
	for {
		if slices.Equal(spell(path), labels) {
			chance := 1.
			for t, c := range path {
				chance *= p[t][c]
			}
			sum += chance
		}
		t := 0
		for t < steps {
			if path[t]++; path[t] < k {
				break
			}
			path[t] = 0
			t++
		}
		if t == steps {
			return sum
		}
	}
}

func TestCTC(t *testing.T) {
	const steps, k, most = 5, 3, 3
	rng := rand.New(rand.NewPCG(3, 9))
	labels := [][]int{{1, 2}, {1, 1, 2}, {2}, nil, {1, 2, 1}, {2, 2, 2}}
	var z, y []float64
	for range len(labels) * steps * k {
		z = append(z, 2*rng.NormFloat64())
	}
	for _, l := range labels {
		row := make([]float64, most)
		for i, c := range l {
			row[i] = float64(c)
		}
		y = append(y, row...)
	}
	l := loss.CTC{MaxLabels: most}
	shape := tensor.Shape{len(labels), steps, k}
	w := []float64{1, 2, .5, 1, 0, 3}
	got := build(t, l, tensor.Float64, shape, z, y, w, engine.NoLink)
	total := func() (s float64) {
		for r, want := range labels {
			if w[r] != 0 {
				s -= w[r] * math.Log(pathsOf(z[r*steps*k:], steps, k, want))
			}
		}
		return s
	}
	for r, want := range labels {
		if v := -math.Log(pathsOf(z[r*steps*k:], steps, k, want)); math.Abs(got.rows.Float64s()[r]-v) > 1e-9*(1+v) {
			t.Errorf("%v: loss %v, all paths give %v", want, got.rows.Float64s()[r], v)
		}
	}
	for i, v := range z {
		const h = 1e-6
		z[i] = v + h
		up := total()
		z[i] = v - h
		down := total()
		z[i] = v
		if want := (up - down) / (2 * h); math.Abs(got.grad.Float64s()[i]-want) > 1e-6*(1+math.Abs(want)) {
			t.Fatalf("gradient %d is %v, that of all paths %v", i, got.grad.Float64s()[i], want)
		}
	}
	if n := testing.AllocsPerRun(20, func() { _ = got.plan.Run() }); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

// Labels that do not fit into the steps have an infinite loss and no gradient.
func TestCTCImpossible(t *testing.T) {
	got := build(t, loss.CTC{MaxLabels: 2}, tensor.Float64, tensor.Shape{1, 2, 3}, make([]float64, 6), []float64{1, 1}, []float64{1}, engine.NoLink)
	if v := got.rows.Float64s()[0]; !math.IsInf(v, 1) {
		t.Errorf("the loss is %v, expected +Inf: repeated labels need a blank between them", v)
	}
	for i, v := range got.grad.Float64s() {
		if v != 0 {
			t.Errorf("gradient %d is %v", i, v)
		}
	}
}
