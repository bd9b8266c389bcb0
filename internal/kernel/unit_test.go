package kernel

import "testing"

func TestUnitRows(t *testing.T) { both(t, testUnitRows[float32], testUnitRows[float64]) }

func testUnitRows[T Float](t *testing.T) {
	x, y, dx := []T{3, 4, 0, 0, -2, 0}, make([]T, 6), make([]T, 6)
	UnitRows(y, x, 2, 1e-7)
	near(t, "rows", y, []T{0.6, 0.8, 0, 0, -1, 0}, 1e-6, 0)
	// Across a row the gradient is divided by its length, along it there is none.
	UnitRowsGrad(dx, []T{3, 4, 1, 0, 5, 6}, x, y, 2, 1e-7)
	near(t, "gradient", dx, []T{0, 0, 1e7, 0, 0, 3}, 1e-6, 1e-6)
	UnitRows([]T{}, []T{}, 2, 1e-7)
	UnitRows([]T{}, []T{}, 0, 1e-7)
}
