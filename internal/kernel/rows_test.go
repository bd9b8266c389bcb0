package kernel

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// matrixOf draws a matrix with whole numbers, whose sums have no rounding.
func matrixOf(rt *rapid.T) (x []float32, rows, n int) {
	rows, n = rapid.IntRange(0, 150).Draw(rt, "rows"), rapid.IntRange(0, 70).Draw(rt, "n")
	x = random[float32](1, rows*n)
	for i := range x {
		x[i] = float32(int(x[i] * 100))
	}
	return x, rows, n
}

func TestAddBias(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, _, n := matrixOf(rt)
		bias := random[float32](2, n)
		y := append([]float32(nil), x...)
		AddBias(y, bias)
		for i, v := range x {
			if want := v + bias[i%n]; y[i] != want {
				rt.Fatalf("element %d is %v, expected %v", i, y[i], want)
			}
		}
	})
}

func TestColSum(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x, _, n := matrixOf(rt)
		sum, want := random[float32](3, n), make([]float32, n)
		ColSum(sum, x)
		for i, v := range x {
			want[i%n] += v
		}
		for j := range want {
			if sum[j] != want[j] {
				rt.Fatalf("sum %d is %v, expected %v", j, sum[j], want[j])
			}
		}
	})
}

// The order of a sum is from the first row to the last.
func TestColSumInOrder(t *testing.T) {
	for _, rows := range []int{1, 3, 4, 5, 11} {
		x := random[float32](uint64(rows), rows*2)
		want := make([]float32, 2)
		for i, v := range x {
			want[i%2] += v
		}
		sum := make([]float32, 2)
		ColSum(sum, x)
		sameBits(t, fmt.Sprint(rows, " rows"), sum, want)
	}
}

func TestDotAndMultiply(t *testing.T) {
	// The products cancel in float64 where float32 would lose the 1.
	if got := Dot([]float32{1e7, 1, -1e7}, []float32{1e7, 1, 1e7}); got != 1 {
		t.Errorf("dot product is %v, expected 1", got)
	}
	if got := Dot[float64](nil, nil); got != 0 {
		t.Errorf("dot product of nothing is %v, expected 0", got)
	}
	x := []float64{1, -2, 3}
	Multiply(x, x, []float64{4, 5, 0})
	near(t, "product in place", x, []float64{4, -10, 0}, 0, 0)
}

func TestRowsAllocateNothing(t *testing.T) {
	y, bias := random[float32](1, 100*30), random[float32](2, 30)
	if allocs := testing.AllocsPerRun(10, func() { AddBias(y, bias); ColSum(bias, y) }); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func BenchmarkRows(b *testing.B) {
	const rows, n = 256, 64
	y, v := random[float32](1, rows*n), make([]float32, n)
	bench := func(name string, run func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(4 * rows * n)
			for b.Loop() {
				run()
			}
		})
	}
	bench("AddBias", func() { AddBias(y, v) })
	bench("ColSum", func() { ColSum(v, y) })
}
