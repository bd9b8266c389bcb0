package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// both runs a generic test for the two element types.
func both(t *testing.T, f32, f64 func(*testing.T)) {
	t.Run("float32", f32)
	t.Run("float64", f64)
}

// random returns n numbers between -1 and 1, the same ones for a seed.
func random[T Float](seed uint64, n int) []T {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*r.Float64() - 1)
	}
	return x
}

func convert[T, F Float](x []F) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = T(v)
	}
	return y
}

// epsilon is the distance from 1 to the next number of type T.
func epsilon[T Float]() float64 {
	var x T = 1
	for 1+x/2 > 1 {
		x /= 2
	}
	return float64(x)
}

// near fails unless got is want within a relative or an absolute error.
func near[T, F Float](t *testing.T, what string, got []T, want []F, relative, absolute float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, expected %d", what, len(got), len(want))
	}
	for i := range got {
		if g, w := float64(got[i]), float64(want[i]); !isNear(g, w, relative, absolute) {
			t.Errorf("%s: element %d is %v, expected %v", what, i, g, w)
			return
		}
	}
}

// isNear reports whether got is want, NaN and infinities included, or within a
// relative or an absolute error of it.
func isNear(got, want, relative, absolute float64) bool {
	return got == want || got != got && want != want ||
		math.Abs(got-want) <= max(relative*min(math.Abs(got), math.Abs(want)), absolute)
}

// sameBits fails unless got and want agree in every bit, the sign of zero and
// the payload of NaN included.
func sameBits[T Float](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, expected %d", what, len(got), len(want))
	}
	for i := range got {
		if g, w := float64(got[i]), float64(want[i]); math.Float64bits(g) != math.Float64bits(w) {
			t.Fatalf("%s: element %d is %v, expected %v", what, i, got[i], want[i])
		}
	}
}

// derivative returns the slope of f at x by central differences of two widths,
// which leaves an error of the order of 1e-11 where f is smooth.
func derivative(f func(x float64) float64, x float64) float64 {
	slope := func(h float64) float64 { return (f(x+h) - f(x-h)) / (2 * h) }
	h := 1e-3 * max(1, math.Abs(x))
	return (4*slope(h/2) - slope(h)) / 3
}

// forEachSet runs a test under every set of kernels that the machine has.
func forEachSet(t *testing.T, f func(t *testing.T)) {
	was := active
	defer func() { active = was }()
	for _, s := range available() {
		active = s
		t.Run(s.String(), f)
	}
}

// sample lists float32 numbers over the whole range, at an equal distance of
// their bits, and around the limits of the functions.
func sample(stride uint32) []float32 {
	x := []float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()), math.Float32frombits(0x7fd2d687), math.Float32frombits(0xffeaaaab)}
	for b := uint64(1); b < 1<<32; b += uint64(stride) {
		if v := math.Float32frombits(uint32(b)); v == v {
			x = append(x, v)
		}
	}
	for _, limit := range []float32{1e-38, 1.1754944e-38, 0.3465736, 1, 8.8, 9.01, 10, 13, 14.5, 17.3, 20, 30, 40, 80, 87.33654, 87.4, 88.0, 88.37, 88.72283, 88.72284, 89, 104} {
		b := math.Float32bits(limit)
		for v := b - 200; v <= b+200; v++ {
			x = append(x, math.Float32frombits(v), -math.Float32frombits(v))
		}
	}
	return x
}
