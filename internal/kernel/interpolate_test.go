package kernel

import "testing"

func TestBilinear(t *testing.T) { both(t, testBilinear[float32], testBilinear[float64]) }

func testBilinear[T Float](t *testing.T) {
	rows, columns := NewInterpolation(2, 2), NewInterpolation(1, 3)
	y := make([]T, 2*4*3)
	Bilinear(rows, columns, [2]int{2, 1}, 1, y, []T{0, 4, 8, 8})
	near(t, "two images", y, []T{0, 0, 0, 1, 1, 1, 3, 3, 3, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8}, 1e-6, 0)
	dx := make([]T, 2)
	BilinearGrad(rows, columns, [2]int{2, 1}, 1, dx, []T{4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1})
	near(t, "gradient", dx, []T{7, 2}, 1e-6, 0)

	y = make([]T, 3)
	Bilinear(NewInterpolation(1, 1), NewInterpolation(3, 1), [2]int{1, 3}, 1, y, []T{1, 2, 3})
	near(t, "factor 1", y, []T{1, 2, 3}, 0, 0)
	Bilinear(rows, columns, [2]int{2, 1}, 1, []T{}, []T{})
}
