package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func ordered(t testing.TB, o Order, n int) *Permutation {
	t.Helper()
	p, err := o.Permutation(n)
	if err != nil {
		t.Fatal(err)
	}
	if p.Len() != n {
		t.Fatalf("%d rows, want %d", p.Len(), n)
	}
	return p
}

// Whatever the number of rows, listed or computed, each comes once, blocks keep
// their rows, and what is read in pieces is what is read at once.
func TestPermutationIsOne(t *testing.T) {
	for _, n := range []int{0, 1, 2, listedRows, listedRows + 1, 200_003, 1 << 18} {
		for _, o := range []Order{
			{Seed: 1}, {Seed: 1, Pass: 1}, {Shuffle: ShuffleOff}, {Seed: 2, BatchSize: 7, Shuffle: ShuffleBatches},
			{Seed: 2, BatchSize: 1000, Shuffle: ShuffleBatches},
		} {
			p := ordered(t, o, n)
			rows := make([]int, n)
			p.Rows(rows, 0)
			pieces := make([]int, n)
			for lo := 0; lo < n; lo += 999 {
				p.Rows(pieces[lo:min(lo+999, n)], lo)
			}
			if !slices.Equal(rows, pieces) {
				t.Errorf("%+v, %d rows: pieces differ from the whole", o, n)
			}
			moved := 0
			for i, r := range rows {
				if r != i {
					moved++
				}
				if o.Shuffle == ShuffleBatches && r/o.BatchSize != i/o.BatchSize {
					t.Fatalf("%+v: row %d left its batch for place %d", o, r, i)
				}
			}
			if o.Shuffle == ShuffleOff && moved > 0 || o.Shuffle != ShuffleOff && n > 2 && moved < n/2 {
				t.Errorf("%+v, %d rows: %d moved", o, n, moved)
			}
			slices.Sort(rows)
			for i, r := range rows {
				if r != i {
					t.Fatalf("%+v, %d rows: row %d is lost", o, n, i)
				}
			}
		}
	}
}

// The computed permutation is as even as a shuffle: over many keys, every part
// of the rows comes to every part of the places equally often, and rows that
// were neighbours stand apart as those of a shuffle do.
func TestFeistelIsEven(t *testing.T) {
	const passes, parts = 400, 10
	for _, n := range []int{1000, 1003, 4999} {
		var met [parts][parts]float64
		var near, fixed float64
		rows := make([]int, n)
		rng := rand.New(rand.NewPCG(1, 2))
		var keys [feistelRounds]uint64
		for range passes {
			for i := range keys {
				keys[i] = rng.Uint64()
			}
			feistel(rows, 0, n, &keys)
			for i, r := range rows {
				met[i*parts/n][r*parts/n]++
				if r == i {
					fixed++
				}
				if i > 0 && (r-rows[i-1] == 1 || rows[i-1]-r == 1) {
					near++
				}
			}
		}
		chi := 0.
		for i := range met {
			for j := range met[i] {
				want := float64(passes*n) / parts / parts
				chi += (met[i][j] - want) * (met[i][j] - want) / want
			}
		}
		// 81 degrees of freedom; a permutation varies less than free draws.
		if chi > 81+5*13 {
			t.Errorf("%d rows: chi² %.1f, want about 81", n, chi)
		}
		// Of a random permutation one row stays and two neighbours stay
		// neighbours, on average, both with a variance of about as much.
		if math.Abs(fixed/passes-1) > 5/math.Sqrt(passes) || math.Abs(near/passes-2) > 5*math.Sqrt(2./passes) {
			t.Errorf("%d rows: on average %.2f stay and %.2f keep a neighbour, want 1 and 2", n, fixed/passes, near/passes)
		}
	}
}

func TestPermutationErrors(t *testing.T) {
	for _, c := range []struct {
		o    Order
		n    int
		want string
	}{
		{Order{BatchSize: -1}, 5, "batch size -1"}, {Order{Shuffle: 9}, 5, "shuffle 9"}, {Order{}, -1, "-1 rows"},
	} {
		if _, err := c.o.Permutation(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, %d rows: error %v, want one with %q", c.o, c.n, err, c.want)
		}
	}
	p := ordered(t, Order{}, 5)
	for at, want := range map[int]int{-1: 0, 0: 2, 3: 2, 4: 1, 5: 0, 9: 0} {
		if got := p.Rows(make([]int, 2), at); got != want {
			t.Errorf("two rows from place %d on of 5: %d, want %d", at, got, want)
		}
	}
}

func BenchmarkPermutation(b *testing.B) {
	for _, n := range []int{listedRows, 10_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := ordered(b, Order{Seed: 1}, n)
			rows, at := make([]int, 256), 0
			b.ReportAllocs()
			for b.Loop() {
				p.Rows(rows, at)
				at = (at + 256) % (n - 256)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/row")
		})
	}
}
