package kernel

import "testing"

func TestRearrange(t *testing.T) { both(t, testRearrange[float32], testRearrange[float64]) }

func testRearrange[T Float](t *testing.T) {
	for _, c := range []struct {
		name string
		in   int
		axes [][]int
		want []T // of x = 1, 2, ...
		back []T // of dy = 1, 2, ...
	}{
		{"as it is", 6, [][]int{{0, 3}, {0, 1, 2}}, []T{1, 2, 3, 4, 5, 6}, []T{1, 2, 3, 4, 5, 6}},
		{"transposed", 6, [][]int{{0, 1, 2}, {0, 3}}, []T{1, 4, 2, 5, 3, 6}, []T{1, 3, 5, 2, 4, 6}},
		{"of two rounds", 2, [][]int{{1, 0}}, []T{2, 1, 4, 3}, []T{2, 1, 4, 3}},
		{"rows in runs", 4, [][]int{{2, -1, 0}, {0, 1}}, []T{3, 4, 0, 0, 1, 2}, []T{5, 6, 1, 2}},
		{"repeated", 2, [][]int{{0, 0, 0}, {0, 1}}, []T{1, 2, 1, 2, 1, 2}, []T{9, 12}},
		{"cropped", 4, [][]int{{0, 2}, {1}}, []T{2, 4}, []T{0, 1, 0, 2}},
		{"padded twice", 1, [][]int{{-1, 0}, {0, -1}}, []T{0, 0, 1, 0}, []T{3}},
		{"nothing", 1, [][]int{{0}}, []T{}, []T{}},
	} {
		x, y := make([]T, len(c.back)), make([]T, len(c.want))
		for i := range x {
			x[i] = T(i + 1)
		}
		for i := range y {
			y[i] = -1 // to be written
		}
		r := NewRearrangement(c.in, c.axes)
		Rearrange(r, y, x)
		near(t, c.name, y, c.want, 0, 0)
		for i := range y {
			y[i] = T(i + 1)
		}
		RearrangeGrad(r, x, y)
		near(t, c.name+" and back", x, c.back, 0, 0)
	}
}
