package data

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

var _ Dataset = (*Tensors)(nil)

func newTensors(t testing.TB, x, y, w tensor.Tensor) *Tensors {
	t.Helper()
	d, err := NewTensors(x, y, w)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// pass lists the X of each batch of a pass, copied.
func pass(t testing.TB, d Dataset, o Order) [][]float32 {
	t.Helper()
	var out [][]float32
	for b, err := range d.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, slices.Clone(b.X.Float32s()))
	}
	return out
}

func TestTensorsInOrder(t *testing.T) {
	d := newTensors(t, count32(5, 2), count64(5), count32(5, 1))
	if d.Len() != 5 {
		t.Errorf("Len is %d, want 5", d.Len())
	}
	var got []string
	for b, err := range d.Batches(Order{BatchSize: 2, Shuffle: ShuffleOff}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(b.X.Shape(), b.X.Data(), b.Y.Shape(), b.Y.Data(), b.W.Shape(), b.W.Data()))
	}
	want := []string{
		"(2, 2) [0 1 2 3] (2) [0 1] (2, 1) [0 1]",
		"(2, 2) [4 5 6 7] (2) [2 3] (2, 1) [2 3]",
		"(1, 2) [8 9] (1) [4] (1, 1) [4]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTensorsWithoutTargets(t *testing.T) {
	var none *tensor.Dense
	d := newTensors(t, count32(3), none, nil)
	for b, err := range d.Batches(Order{}) {
		if err != nil || b.Y != nil || b.W != nil || b.X.Shape()[0] != 3 {
			t.Errorf("got %v rows, Y %v, W %v, %v, want 3 rows, no Y, no W", b.X.Shape(), b.Y, b.W, err)
		}
	}
}

func TestDefaultBatchSize(t *testing.T) {
	got := pass(t, newTensors(t, count32(70), nil, nil), Order{})
	sizes := []int{len(got[0]), len(got[1]), len(got[2])}
	if diff := cmp.Diff([]int{32, 32, 6}, sizes); diff != "" {
		t.Error(diff)
	}
}

func TestShuffle(t *testing.T) {
	d := newTensors(t, count32(20), nil, nil)
	rows := Order{BatchSize: 6, Seed: 1}
	first := pass(t, d, rows)
	if !cmp.Equal(first, pass(t, d, rows)) {
		t.Error("the same order gave two different passes")
	}
	rows.Pass = 1
	if cmp.Equal(first, pass(t, d, rows)) {
		t.Error("passes 0 and 1 are alike")
	}
	rows.Pass, rows.Seed = 0, 2
	if cmp.Equal(first, pass(t, d, rows)) {
		t.Error("seeds 1 and 2 are alike")
	}
	rows.Seed, rows.BatchSize = 1, 4
	if !cmp.Equal(slices.Concat(first...), slices.Concat(pass(t, d, rows)...)) {
		t.Error("the permutation depends on the batch size")
	}

	inside := pass(t, d, Order{BatchSize: 6, Seed: 1, Shuffle: ShuffleBatches})
	ordered := pass(t, d, Order{BatchSize: 6, Shuffle: ShuffleOff})
	if cmp.Equal(inside, ordered) {
		t.Error("ShuffleBatches left every batch in order")
	}
	for _, b := range inside {
		slices.Sort(b)
	}
	if diff := cmp.Diff(ordered, inside); diff != "" {
		t.Errorf("ShuffleBatches moved rows between batches: %s", diff)
	}
}

// The first place must be taken by every row equally often over the passes:
// the passes' generators start from neighbouring states.
func TestPassesAreIndependent(t *testing.T) {
	const n, passes = 10, 20000
	var first, same [n]int
	var last []int
	for p := range uint64(passes) {
		order, err := Order{Seed: 3, Pass: p}.Permutation(n)
		if err != nil {
			t.Fatal(err)
		}
		rows := make([]int, n)
		order.Rows(rows, 0)
		first[rows[0]]++
		for i := range last {
			if rows[i] == last[i] {
				same[i]++
			}
		}
		last = rows
	}
	for i := range n { // sd of a count is 42
		if d := first[i] - passes/n; d < -200 || d > 200 {
			t.Errorf("row %d came first %d times, want about %d", i, first[i], passes/n)
		}
		if d := same[i] - passes/n; d < -200 || d > 200 {
			t.Errorf("place %d kept its row %d times, want about %d", i, same[i], passes/n)
		}
	}
}

// Every pass gives every row once, with its own target and weight.
func TestTensorsGiveEveryRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, width := rapid.IntRange(1, 40).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "width")
		d, err := NewTensors(count32(n, width), count64(n, 2), count32(n))
		if err != nil {
			t.Fatal(err)
		}
		o := Order{
			BatchSize: rapid.IntRange(1, 50).Draw(t, "batch size"),
			Shuffle:   Shuffle(rapid.IntRange(0, 2).Draw(t, "shuffle")),
			Seed:      rapid.Uint64().Draw(t, "seed"),
			Pass:      rapid.Uint64().Draw(t, "pass"),
		}
		seen, batches := make([]int, n), 0
		for b, err := range d.Batches(o) {
			if err != nil {
				t.Fatal(err)
			}
			batches++
			for i, w := range b.W.Float32s() {
				if b.X.Float32s()[i*width] != w*float32(width) || b.Y.Float64s()[2*i] != 2*float64(w) {
					t.Fatalf("row %d of batch %d is not aligned", i, batches)
				}
				seen[int(w)]++
			}
		}
		if want := (n + o.BatchSize - 1) / o.BatchSize; batches != want {
			t.Fatalf("%d batches, want %d", batches, want)
		}
		for r, times := range seen {
			if times != 1 {
				t.Fatalf("row %d came %d times", r, times)
			}
		}
	})
}

func TestPassesAtOnce(t *testing.T) {
	d := newTensors(t, count32(6), nil, nil)
	o := Order{BatchSize: 2, Shuffle: ShuffleOff}
	for outer := range d.Batches(o) {
		want := slices.Clone(outer.X.Float32s())
		pass(t, d, Order{BatchSize: 2, Seed: 1})
		if diff := cmp.Diff(want, outer.X.Float32s()); diff != "" {
			t.Fatalf("a second pass wrote over a batch of the first: %s", diff)
		}
		break
	}
}

func TestTensorsErrors(t *testing.T) {
	for _, c := range []struct {
		name    string
		x, y, w tensor.Tensor
		want    string
	}{
		{"no x", nil, count32(3), nil, "data: x is nil"},
		{"nil dense x", (*tensor.Dense)(nil), nil, nil, "data: x is nil"},
		{"scalar", tensor.New(tensor.FromScalar(1.0)), nil, nil, "data: x: tensor is a scalar"},
		{"no rows", tensor.New(tensor.WithShape(0, 2), tensor.WithBacking([]float64{})), nil, nil, "is empty"},
		{"ints", count32(2), tensor.New(tensor.WithBacking([]int{1, 2})), nil, "data: y: tensor of int, want float32 or float64: convert it with AsType"},
		{"lengths", count32(3, 2), count32(4), count64(5, 1), "data: numbers of rows differ: x 3, y 4, w 5"},
		{"weights alone", count32(3, 2), nil, count64(2), "x 3, y none, w 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := NewTensors(c.x, c.y, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestBadOrder(t *testing.T) {
	d := newTensors(t, count32(3), nil, nil)
	for _, o := range []Order{{BatchSize: -1}, {Shuffle: 3}, {Shuffle: -1}, {BatchSize: -1, Shuffle: ShuffleOff}} {
		times := 0
		for _, err := range d.Batches(o) {
			if times++; err == nil {
				t.Errorf("%+v: no error", o)
			}
		}
		if times != 1 {
			t.Errorf("%+v: %d elements, want one error", o, times)
		}
	}
}

func TestSteadyPassAllocatesNothing(t *testing.T) {
	d := newTensors(t, count32(1000, 3), count32(1000), count64(1000))
	for _, shuffle := range []Shuffle{ShuffleRows, ShuffleBatches, ShuffleOff} {
		next, stop := iter.Pull2(d.Batches(Order{BatchSize: 7, Shuffle: shuffle}))
		next()
		next()
		// The 141 calls that follow the two reach the smaller last batch, the 143rd.
		if allocs := testing.AllocsPerRun(140, func() { next() }); allocs != 0 {
			t.Errorf("shuffle %d: %v allocations per batch, want 0", shuffle, allocs)
		}
		stop()
	}
}

func BenchmarkTensors(b *testing.B) {
	const rows, size = 1 << 16, 256
	d := newTensors(b, count32(rows, 15), count32(rows), count32(rows))
	for name, shuffle := range map[string]Shuffle{"rows": ShuffleRows, "batches": ShuffleBatches, "off": ShuffleOff} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() { // one pass of 256 batches
				for range d.Batches(Order{BatchSize: size, Shuffle: shuffle}) {
				}
			}
		})
	}
}
