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
