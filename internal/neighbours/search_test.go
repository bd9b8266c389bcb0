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
	distances := make([]float64, base.Rows())
	for q := range queries.Rows() {
		var rows []int32
		for b := range base.Rows() {
			distances[b] = Squared(queries.row(q), base.row(b))
			if self == nil || self[q] != int32(b) {
				rows = append(rows, int32(b))
			}
		}
		slices.SortFunc(rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(distances[a], distances[b]), cmp.Compare(a, b))
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
				x := newIndex(base, nil, true)
				for engineName, e := range map[string]engine[F]{"tree": tree[F]{x}, "products": newProducts(x), "unsorted": newProducts(newIndex(base, nil, false))} {
					s, err := newTask(queries, base.Rows(), k, self)
					if err != nil {
						t.Fatal(err)
					}
					got, err := s.run(context.Background(), e, x.inOrder(queries))
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

// Three levels of boxes, and clusters far from each other, near which float32
// cannot tell rows apart.
func TestManyRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, cols := range []int{2, 20} {
		base := table[float64](rng, 20_000, cols, 1e-9, 0)
		for i := range base.Data {
			base.Data[i] = base.Data[i]*1e-4 + float64(i/cols%5)*1e4
		}
		queries := Table[float64]{Data: append([]float64{}, base.Data[:20*cols]...), Cols: cols}
		for i := range queries.Data {
			queries.Data[i] += 1e-6 * rng.NormFloat64()
		}
		want := sorted(base, queries, 4, nil)
		x := newIndex(base, nil, true)
		for name, e := range map[string]engine[float64]{"tree": tree[float64]{x}, "products": newProducts(x)} {
			s, err := newTask(queries, base.Rows(), 4, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.run(context.Background(), e, x.inOrder(queries))
			if err != nil {
				t.Fatal(err)
			}
			if d := diff.Diff(want, got.rows); d != "" {
				t.Errorf("%s, %d columns (-want +got):\n%s", name, cols, d)
			}
		}
	}
}

// Rows of one value: the first ones are the neighbours of all, and finding that
// out does not take a comparison of each row with each.
func TestEqualRows(t *testing.T) {
	const n, k = 100_000, 3
	base := Table[float32]{Data: make([]float32, n*20), Cols: 20}
	for i := range base.Data {
		base.Data[i] = 3
	}
	self := make([]int32, n)
	for i := range self {
		self[i] = int32(i)
	}
	found, err := Search(context.Background(), base, base, k, self)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		want := []int32{0, 1, 2, 3}
		if i <= k {
			want = slices.Delete(want, i, i+1)
		}
		if !slices.Equal(found.Rows(i), want[:k]) {
			t.Fatalf("row %d has the neighbours %v, want %v", i, found.Rows(i), want[:k])
		}
	}
}

// Numbers whose squares or differences overflow are all as far away.
func TestHugeNumbers(t *testing.T) {
	for name, size := range map[string]float64{"squares": 1e200, "differences": math.MaxFloat64, "small": 1e-300} {
		base := Table[float64]{Data: []float64{size, 0, -size, size, -size, size / 2, 0, 0}, Cols: 2}
		want := sorted(base, base, 3, nil)
		x := newIndex(base, nil, true)
		for engineName, e := range map[string]engine[float64]{"tree": tree[float64]{x}, "products": newProducts(x)} {
			s, err := newTask(base, 4, 3, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.run(context.Background(), e, x.inOrder(base))
			if err != nil {
				t.Fatal(err)
			}
			if d := diff.Diff(want, got.rows); d != "" {
				t.Errorf("%s, %s (-want +got):\n%s", engineName, name, d)
			}
		}
	}
}

func TestCoresDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, cols := range []int{3, 40} {
		base := table[float32](rng, 3000, cols, 0.1, 0)
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
	five := Equal(Table[float64]{Data: []float64{0, 1, 2, 3, 4}, Cols: 1})
	found, err := Scan(context.Background(), 2, five, 3, []int32{0, -1}, func(q, b int) float64 { return float64(b % 2) })
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

// Three rows among all others, by each engine.
func BenchmarkSearch(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, cols := range []int{2, 4, 10, 30, 100} {
		base := table[float32](rng, 20_000, cols, 1e-6, 0)
		for _, name := range []string{"index", "tree", "products"} {
			b.Run(fmt.Sprintf("%s/%d", name, cols), func(b *testing.B) {
				for b.Loop() {
					x := newIndex(base, nil, true)
					var e engine[float32] = tree[float32]{x}
					switch name {
					case "index":
						continue
					case "products":
						e = newProducts(x)
					}
					s, err := newTask(base, base.Rows(), 4, nil)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := s.run(context.Background(), e, x.inOrder(base)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
