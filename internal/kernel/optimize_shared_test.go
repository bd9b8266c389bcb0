package kernel

import (
	"math"
	"testing"
)

func TestOptimizerHelpers(t *testing.T) {
	both(t, testOptimizerHelpers[float32], testOptimizerHelpers[float64])
}

func testOptimizerHelpers[T Float](t *testing.T) {
	for n := range 9 {
		var want float64
		x := make([]T, n)
		for i := range x {
			x[i] = T(i + 1)
			want += float64((i + 1) * (i + 1))
		}
		if got := SumSquares(x); got != want {
			t.Errorf("SumSquares of %d numbers is %v, expected %v", n, got, want)
		}
	}
	nan, inf := T(math.NaN()), T(math.Inf(1))
	x := []T{1, -1, 0.25, nan, inf, -inf}
	Clamp(x, 2, 1)
	near(t, "Clamp", x, []float64{1, -1, 0.5, math.NaN(), 1, -1}, 0, 0)
	w := []T{4, -2}
	Decay(w, 0.25)
	near(t, "Decay", w, []float64{3, -1.5}, 0, 0)
	AddScaled(w, []T{2, 4}, -0.5)
	near(t, "AddScaled", w, []float64{2, -3.5}, 0, 0)
	a := []T{8, 0}
	Average(a, []T{4, 4}, 0.75)
	near(t, "Average", a, []float64{7, 1}, 0, 0)
	a[0] = nan
	Average(a, []T{4, 5}, 0)
	near(t, "Average that begins", a, []float64{4, 5}, 0, 0)
	Exchange(a, w)
	near(t, "Exchange", append(a, w...), []float64{2, -3.5, 4, 5}, 0, 0)
}
