package kernel

import (
	"math"
	"testing"
)

func TestMerge(t *testing.T) { both(t, testMerge[float32], testMerge[float64]) }

func testMerge[T Float](t *testing.T) {
	nan := T(math.NaN())
	a, b, y := []T{1, 2, 3, nan, 0}, []T{2, 2, -3, 0, nan}, make([]T, 5)
	Maximum(y, a, b)
	near(t, "maximum", y, []T{2, 2, 3, nan, nan}, 0, 0)
	Minimum(y, a, b)
	near(t, "minimum", y, []T{1, 2, -3, nan, nan}, 0, 0)
	MaximumGrad(y, []T{1, 2, 3, 4, 5}, a, b)
	near(t, "gradient of the maximum", y, []T{0, 1, 3, 0, 0}, 0, 0)
	Maximum([]T{}, []T{}, []T{})

	y = make([]T, 10)
	parts, sizes := [][]T{{1, 2}, nil, {3, 4, 5, 6}}, []int{1, 2, 2}
	Concatenate(y, parts, sizes)
	near(t, "concatenation", y, []T{1, 1, 1, 3, 4, 2, 1, 1, 5, 6}, 0, 0)
	x := make([]T, 4)
	Piece(x, y, 3, 2, 5)
	near(t, "piece", x, parts[2], 0, 0)
	Concatenate([]T{}, [][]T{{}}, []int{1})

	y = make([]T, 4)
	SelectRows(y, []T{1, 2, nan, 4}, []T{5, 6, 7, 8}, []T{1, 0}, 9)
	near(t, "selection", y, []T{1, 2, 7, 8}, 0, 0)
	SelectRows(y, []T{1, 2, nan, 4}, nil, []T{1, 0}, 9)
	near(t, "selection and fill", y, []T{1, 2, 9, 9}, 0, 0)
	SelectRows([]T{}, []T{}, nil, []T{}, 0)
}
