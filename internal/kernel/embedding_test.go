package kernel

import (
	"math"
	"testing"
)

func TestEmbed(t *testing.T) {
	both(t, testEmbed[float32], testEmbed[float64])
}

func testEmbed[T Float](t *testing.T) {
	const rows = 7
	for _, size := range []int{1, 3, 16, 40} {
		table, dy := random[T](1, rows*size), random[T](2, 9*size)
		x := []T{3, 0, 6, 3, 3, 1, 0, 5, 6}
		y, want := make([]T, len(dy)), make([]T, len(dy))
		dtable, wantGrad := random[T](3, len(table)), make([]T, len(table))
		for i, v := range x {
			for j := range size {
				want[i*size+j] = table[int(v)*size+j]
				wantGrad[int(v)*size+j] += dy[i*size+j]
			}
		}
		Embed(0, 4, size, y, x, table)
		Embed(4, 9, size, y, x, table)
		sameBits(t, "rows", y, want)
		EmbedGrad(0, size, size, dtable, dy, x)
		sameBits(t, "gradient", dtable, wantGrad)
		EmbedGrad(0, size/2, size, dtable, dy, x)
		EmbedGrad(size/2, size, size, dtable, dy, x)
		sameBits(t, "gradient by columns", dtable, wantGrad)
	}
}

func TestEmbedBadIndex(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{-1, "expected whole numbers from 0 to 2 as indices, got -1"},
		{3, "expected whole numbers from 0 to 2 as indices, got 3"},
		{1.5, "expected whole numbers from 0 to 2 as indices, got 1.5"},
		{1e300, "expected whole numbers from 0 to 2 as indices, got 1e+300"},
		{math.NaN(), "expected whole numbers from 0 to 2 as indices, got NaN"},
		{math.Inf(1), "expected whole numbers from 0 to 2 as indices, got +Inf"},
	} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || err.Error() != c.want {
					t.Errorf("%v: %v, expected %s", c.x, err, c.want)
				}
			}()
			Embed(0, 2, 2, make([]float64, 4), []float64{2, c.x}, make([]float64, 6))
			t.Errorf("%v: no panic", c.x)
		}()
	}
}
