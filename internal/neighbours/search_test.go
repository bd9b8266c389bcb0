package neighbours

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	diff "github.com/google/go-cmp/cmp"
)

// table draws rows whose elements are multiples of step, so that many
// distances are equal where step is large.
func table[F float32 | float64](rng *rand.Rand, rows, cols int, step, offset float64) Table[F] {
	t := Table[F]{Data: make([]F, rows*cols), Cols: cols}
	for i := range t.Data {
		t.Data[i] = F(offset + step*math.Round(rng.NormFloat64()/step))
	}
	return t
}

// sorted finds neighbours by sorting all rows.
func sorted[F float32 | float64](base, queries Table[F], k int, self []int32) []int32 {
	var out []int32
	for q := range queries.Rows() {
		var rows []int32
		for b := range base.Rows() {
			if self == nil || self[q] != int32(b) {
				rows = append(rows, int32(b))
			}
		}
		slices.SortFunc(rows, func(a, b int32) int {
			da, db := Squared(queries.row(q), base.row(int(a))), Squared(queries.row(q), base.row(int(b)))
			return cmp.Or(cmp.Compare(da, db), cmp.Compare(a, b))
		})
		out = append(out, rows[:k]...)
	}
	return out
}

func TestEnginesFindWhatSortingFinds(t *testing.T) {
	t.Run("float32", enginesFindWhatSortingFinds[float32])
	t.Run("float64", enginesFindWhatSortingFinds[float64])
}

func enginesFindWhatSortingFinds[F float32 | float64](t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		rows, queries, cols, k int
		step, offset           float64
	}{
		{1, 3, 1, 1, 1e-3, 0}, {2, 1, 2, 2, 1e-3, 0}, {25, 70, 3, 4, 1, 0}, {300, 100, 2, 7, 0.5, 0},
		{513, 65, 1, 5, 1, 0}, {257, 64, 9, 3, 1e-3, 0}, {600, 70, 20, 6, 2, 0}, {400, 30, 30, 5, 1e-3, 1e6},
		{300, 20, 4, 300, 1, 0}, {700, 80, 5, 1, 1e-6, -1e4}, {100, 10, 3, 3, 1, 1e30},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			base := table[F](rng, tt.rows, tt.cols, tt.step, tt.offset)
			for name, queries := range map[string]Table[F]{"others": table[F](rng, tt.queries, tt.cols, tt.step, tt.offset), "itself": base} {
				var self []int32
				k := tt.k
				if name == "itself" {
					k = min(k, tt.rows-1)
					for i := range tt.rows {
						self = append(self, int32(i))
					}
				}
				if k == 0 {
					continue
				}
				want := sorted(base, queries, k, self)
				for engineName, e := range map[string]engine[F]{"tree": newTree(base), "products": newProducts(base)} {
					got, err := run(context.Background(), e, base, queries, k, self)
					if err != nil {
						t.Fatal(err)
					}
					if d := diff.Diff(want, got.rows); d != "" {
						t.Fatalf("%s of %s (-want +got):\n%s", engineName, name, d)
					}
				}
			}
		})
	}
}

func TestCoresDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, cols := range []int{3, 12} {
		base := table[float32](rng, 1000, cols, 0.1, 0)
		var all [2]*Found
		for i, procs := range []int{1, 4} {
			was := runtime.GOMAXPROCS(procs)
			found, err := Search(context.Background(), base, base, 5, nil)
			runtime.GOMAXPROCS(was)
			if err != nil {
				t.Fatal(err)
			}
			all[i] = found
		}
		if !slices.Equal(all[0].rows, all[1].rows) || !slices.Equal(all[0].distance, all[1].distance) {
			t.Errorf("%d columns: one core and four differ", cols)
		}
	}
}

func TestScanTakesAnyDistance(t *testing.T) {
	found, err := Scan(context.Background(), 2, 5, 3, []int32{0, -1}, func(q, b int) float64 { return float64(b % 2) })
	if err != nil {
		t.Fatal(err)
	}
	if d := diff.Diff([]int32{2, 4, 1, 0, 2, 4}, found.rows); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestSearchErrors(t *testing.T) {
	base := Table[float64]{Data: []float64{1, 2, 3}, Cols: 1}
	self := []int32{0, 1, 2}
	for k, self := range map[int][]int32{0: nil, 4: nil, 3: self} {
		if _, err := Search(context.Background(), base, base, k, self); err == nil {
			t.Errorf("%d neighbours: no error", k)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Search(ctx, base, base, 1, nil); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

// One row among all of a table, by each engine.
func BenchmarkSearch(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, cols := range []int{4, 6, 8, 15, 30} {
		base := table[float32](rng, 20_000, cols, 1e-6, 0)
		for _, name := range []string{"tree", "products"} {
			b.Run(fmt.Sprintf("%s/%d", name, cols), func(b *testing.B) {
				for b.Loop() {
					var e engine[float32] = newProducts(base)
					if name == "tree" {
						e = newTree(base)
					}
					if _, err := run(context.Background(), e, base, base, 4, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
