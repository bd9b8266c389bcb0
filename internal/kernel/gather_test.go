package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGather(t *testing.T) {
	t.Run("float32", testGather[float32])
	t.Run("float64", testGather[float64])
}

func testGather[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for width := range 70 {
		for _, n := range []int{0, 1, 2, 11, 12, 13, 40} {
			src := random[T](3, 50*width)
			rows := make([]int, n)
			for i := range rows {
				rows[i] = rng.IntN(50)
			}
			if n > 2 {
				rows[0], rows[1] = 0, 49
			}
			const guard = 5
			dst := make([]T, n*width+guard)
			for i := range dst {
				dst[i] = -7
			}
			if !Gather(dst, src, width, rows, [2][]T{random[T](4, 50)}) {
				t.Fatalf("width %d, rows %v of 50: refused", width, rows)
			}
			for i, r := range rows {
				if got, want := dst[i*width:(i+1)*width], src[r*width:(r+1)*width]; !slices.Equal(got, want) {
					t.Fatalf("width %d, %d rows: row %d is %v, expected %v", width, n, i, got, want)
				}
			}
			for _, v := range dst[n*width:] {
				if v != -7 {
					t.Fatalf("width %d, %d rows: wrote past the end", width, n)
				}
			}
		}
	}
}

func TestGatherOutside(t *testing.T) {
	for _, rows := range [][]int{{0, 3}, {-1}, {1, 1 << 40}, {0, 1, 2}} {
		dst := make([]float32, 8)
		for _, width := range []int{1, 4} {
			if Gather(dst[:2*width], random[float32](1, 3*width), width, rows, [2][]float32{}) {
				t.Errorf("rows %v of 3, room for 2, width %d: copied", rows, width)
			}
		}
	}
}

// Rows in random order of a table that no cache holds.
func BenchmarkGather(b *testing.B) {
	for _, c := range []struct{ rows, width int }{{10000, 30}, {284807, 30}, {2000000, 30}, {60000, 784}} {
		b.Run(fmt.Sprintf("%dx%d", c.rows, c.width), func(b *testing.B) {
			src := make([]float32, c.rows*c.width)
			order := rand.New(rand.NewPCG(1, 2)).Perm(c.rows)
			dst := make([]float32, 256*c.width)
			b.ReportAllocs()
			at := 0
			for b.Loop() {
				if at+256 > c.rows {
					at = 0
				}
				Gather(dst, src, c.width, order[at:at+256], [2][]float32{})
				at += 256
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/row")
		})
	}
}
