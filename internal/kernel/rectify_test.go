package kernel

import (
	"math"
	"testing"
)

func TestRectify(t *testing.T) { both(t, testRectify[float32], testRectify[float64]) }

func testRectify[T Float](t *testing.T) {
	nan := T(math.NaN())
	x, y, dy := []T{-2, 1, 2, 3, 4, nan}, make([]T, 6), []T{1, 2, 3, 4, 5, 6}
	r := Rectifier{Slope: 0.5, Max: 3, Threshold: 1}
	Rectify(r, y, x)
	near(t, "rectifier", y, []T{-1.5, 0, 2, 3, 3, nan}, 0, 0)
	RectifyGrad(r, y, dy, x)
	near(t, "its gradient", y, []T{0.5, 1, 3, 0, 0, 6}, 0, 0)
	Rectify(Rectifier{Max: math.Inf(1)}, y, x)
	near(t, "without limits", y, []T{0, 1, 2, 3, 4, nan}, 0, 0)
	Rectify(Rectifier{Max: math.Inf(1)}, y[:2], []T{T(math.Inf(-1)), T(math.Inf(1))})
	near(t, "of infinities", y[:2], []T{0, T(math.Inf(1))}, 0, 0)
	Rectify(r, []T{}, []T{})

	alpha := []T{0.5, 2, 2, 2, 2, 2}
	PReLU(y, x, alpha)
	near(t, "prelu", y, []T{-1, 1, 2, 3, 4, nan}, 0, 0)
	PReLUGrad(y, dy, x, alpha)
	near(t, "its gradient", y, []T{0.5, 2, 3, 4, 5, 6}, 0, 0)
	PReLUAlphaGrad(y, dy, x)
	near(t, "that of alpha", y[:5], []T{-2, 0, 0, 0, 0}, 0, 0)

	z := make([]T, 6)
	ScaledELU(z, x, 2)
	near(t, "elu", z, []T{T(2 * math.Expm1(-2)), 1, 2, 3, 4, nan}, 1e-6, 0)
	ScaledELUGrad(y, dy, x, z, 2)
	near(t, "its gradient", y[:5], []T{T(2 * math.Exp(-2)), 2, 3, 4, 5}, 1e-6, 0)
}
