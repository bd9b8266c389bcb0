package kernel

import (
	"fmt"
	"testing"
)

func TestBroadcast(t *testing.T) { both(t, testBroadcast[float32], testBroadcast[float64]) }

func testBroadcast[T Float](t *testing.T) {
	for _, c := range []struct {
		x, y []int
		want []T // of x = 1, 2, ...
		back []T // of dy = 1, 2, ...
	}{
		{[]int{3}, []int{3}, []T{1, 2, 3}, []T{1, 2, 3}},
		{[]int{1}, []int{3}, []T{1, 1, 1}, []T{6}},
		{[]int{1, 3}, []int{2, 3}, []T{1, 2, 3, 1, 2, 3}, []T{5, 7, 9}},
		{[]int{2, 1}, []int{2, 3}, []T{1, 1, 1, 2, 2, 2}, []T{6, 15}},
		{[]int{2, 1, 2}, []int{2, 2, 2}, []T{1, 2, 1, 2, 3, 4, 3, 4}, []T{4, 6, 12, 14}},
		{[]int{0, 1}, []int{0, 2}, []T{}, []T{}},
	} {
		name := fmt.Sprintf("%v to %v", c.x, c.y)
		x, y := make([]T, len(c.back)), make([]T, len(c.want))
		for i := range x {
			x[i] = T(i + 1)
		}
		Broadcast(y, x, c.y, c.x)
		near(t, name, y, c.want, 0, 0)
		for i := range y {
			y[i] = T(i + 1)
		}
		BroadcastGrad(x, y, c.y, c.x)
		near(t, name+" and back", x, c.back, 0, 0)
	}
}
