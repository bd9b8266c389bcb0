package neighbours

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
)

func TestEqualRowsAreGrouped(t *testing.T) {
	zero := math.Copysign(0, -1)
	g := Equal(Table[float64]{Data: []float64{1, 0, 2, 0, 1, zero, 1, 0, 2, 5, 2, 0}, Cols: 2})
	if d := diff.Diff([]int32{0, 1, 4}, g.First); d != "" {
		t.Errorf("first rows (-want +got):\n%s", d)
	}
	if d := diff.Diff([]int32{0, 1, 0, 0, 2, 1}, g.Of); d != "" {
		t.Errorf("groups (-want +got):\n%s", d)
	}
}

// Whatever share of the rows is repeated, the neighbours are those that sorting
// finds, in distance too.
func TestNeighboursAmongRepeatedRows(t *testing.T) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(7, 8))
	for _, cols := range []int{2, 20} {
		for _, kinds := range []int{1, 2, 20, 59} {
			some := table[float32](rng, kinds, cols, 0.5, 0)
			base := Table[float32]{Cols: cols}
			var self []int32
			for i := range 60 {
				base.Data = append(base.Data, some.row(rng.IntN(kinds))...)
				self = append(self, int32(i))
			}
			groups := Equal(base)
			for _, self := range [][]int32{nil, self} {
				for _, k := range []int{1, 5, 59} {
					want := sorted(base, base, k, self)
					searched, err := groups.spread(60, k, self, func(k int) (*Found, error) { return find(ctx, base, groups.First, base, k, nil) })
					if err != nil {
						t.Fatal(err)
					}
					scanned, err := Scan(ctx, 60, groups, k, self, func(q, b int) float64 { return Squared(base.row(q), base.row(b)) })
					if err != nil {
						t.Fatal(err)
					}
					for _, got := range []*Found{searched, scanned} {
						if d := diff.Diff(want, got.rows); d != "" {
							t.Fatalf("%d columns, %d kinds, %d neighbours (-want +got):\n%s", cols, kinds, k, d)
						}
						for i, r := range got.rows {
							if want := Squared(base.row(i/k), base.row(int(r))); got.distance[i] != want {
								t.Fatalf("distance %v, expected %v", got.distance[i], want)
							}
						}
					}
				}
			}
		}
	}
}

// Half a million rows in one place and as many in another: all pairs would take
// hours.
func TestTwoPiles(t *testing.T) {
	const n = 1_000_000
	start := time.Now()
	for _, cols := range []int{1, 17} {
		here, there := Table[float32]{Data: make([]float32, n/2*cols), Cols: cols}, Table[float32]{Data: make([]float32, n/2*cols), Cols: cols}
		for i := range there.Data {
			there.Data[i] = 5
		}
		found, err := Search(context.Background(), here, there, 3, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff([]int32{0, 1, 2}, found.Rows(n/2-1)); d != "" || found.Distances(0)[2] != 25*float64(cols) {
			t.Errorf("%v away (-want +got):\n%s", found.Distances(0), d)
		}
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

func TestSampleFindsRepeatedRows(t *testing.T) {
	rows := Table[float64]{Data: make([]float64, 100_000), Cols: 1}
	for i := range rows.Data {
		rows.Data[i] = float64(i)
	}
	if repeats(rows) {
		t.Error("no row is repeated")
	}
	for i := range rows.Data {
		if i%50 == 7 {
			rows.Data[i] = 7 // a fiftieth of the rows, in step with them
		}
	}
	if !repeats(rows) {
		t.Error("2000 equal rows are missed")
	}
}
