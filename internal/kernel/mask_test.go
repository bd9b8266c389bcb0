package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestMasks(t *testing.T) { both(t, testMasks[float32], testMasks[float64]) }

func testMasks[T Float](t *testing.T) {
	mask := make([]T, 4)
	Differs(mask, []T{0, 0, 0, 1, 1, 0, 0, T(math.NaN())}, 0)
	near(t, "rows that differ", mask, []T{0, 1, 1, 1}, 0, 0)
	Differs(mask, []T{2, 0, -2, 3}, 2)
	near(t, "numbers that differ", mask, []T{0, 1, 1, 1}, 0, 0)
	Differs([]T{}, []T{}, 0)

	y := make([]T, 6)
	MultiplyRows(y, []T{T(math.NaN()), T(math.Inf(1)), 3, 4, 5, 6}, []T{0, 1, 2})
	near(t, "rows times numbers", y, []T{0, 0, 3, 4, 10, 12}, 0, 0)
	MultiplyRows([]T{}, []T{}, []T{})

	Union(mask, [][]T{{0, 1, 0, 1}, {0, 0, 1, 1}})
	near(t, "union", mask, []T{0, 1, 1, 1}, 0, 0)
}

func TestMaskedMoments(t *testing.T) { both(t, testMaskedMoments[float32], testMaskedMoments[float64]) }

// The moments of some rows are those of a matrix of these rows alone, but for
// the little that Keras adds to the divisor.
func testMaskedMoments[T Float](t *testing.T) {
	x := random[T](1, 12)
	mean, variance := moments(append(append([]T{}, x[:3]...), x[6:]...), 3)
	gotMean, gotVariance := make([]T, 3), make([]T, 3)
	if d := MaskedMoments(gotMean, gotVariance, x, []T{1, 0, 1, 1}, make([]float64, 3)); math.Abs(d-3-1e-7) > 1e-12 {
		t.Errorf("the divisor is %v, expected 3 + 1e-7", d)
	}
	near(t, "mean", gotMean, mean, 1e-6, 1e-7)
	near(t, "variance", gotVariance, variance, 1e-6, 1e-7)
	MaskedMoments(gotMean, gotVariance, x, make([]T, 4), make([]float64, 3))
	near(t, "mean of nothing", gotMean, make([]T, 3), 0, 0)
	near(t, "variance of nothing", gotVariance, make([]T, 3), 0, 0)
}

func TestMaskedMean(t *testing.T) {
	nan := math.NaN()
	x := []float64{1, 2, 3, 4, nan, nan, 5, 7, nan, 1, 2, 3} // two samples of three steps
	mask := []float64{1, 1, 0, 1, 0, 0}
	y, dx := make([]float64, 4), make([]float64, 12)
	MaskedMean(y, x, mask, 2)
	if want := []float64{2, 3, 5, 7}; !slices.Equal(y, want) {
		t.Errorf("means %v, expected %v", y, want)
	}
	MaskedMeanGrad(dx, []float64{2, 4, 6, 8}, mask, 2)
	if want := []float64{1, 2, 1, 2, 0, 0, 6, 8, 0, 0, 0, 0}; !slices.Equal(dx, want) {
		t.Errorf("gradient %v, expected %v", dx, want)
	}
	MaskedMean(y, x, make([]float64, 6), 2)
	for i, v := range y {
		if !math.IsNaN(v) {
			t.Errorf("mean %d of no steps is %v, expected NaN", i, v)
		}
	}
	MaskedMeanGrad(dx, []float64{2, 4, 6, 8}, make([]float64, 6), 2)
	if !slices.Equal(dx, make([]float64, 12)) {
		t.Errorf("gradient of no steps %v, expected zeros", dx)
	}
}
