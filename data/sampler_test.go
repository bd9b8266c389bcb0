package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

var (
	_ RowSource    = (*Tensors)(nil)
	_ ClassCounter = ClassBalanced{}
	_ ClassCounter = Stratified{}
)

func labelled(t testing.TB, labels []int) *Tensors {
	t.Helper()
	return newTensors(t, count32(len(labels)), labelTensor(labels), nil)
}

// drawn lists the rows of a pass, batch by batch, and checks that X and Y are
// aligned.
func drawn(t rapid.TB, d Dataset, labels []int, o Order) [][]int {
	t.Helper()
	var out [][]int
	for b, err := range d.Batches(o) {
		if err != nil {
			t.Fatal(err)
		}
		var rows []int
		for i, x := range b.X.Float32s() {
			if float64(labels[int(x)]) != b.Y.Float64s()[i] {
				t.Fatalf("row %v has the target %v, want %d", x, b.Y.Float64s()[i], labels[int(x)])
			}
			rows = append(rows, int(x))
		}
		out = append(out, rows)
	}
	return out
}

func TestLabels(t *testing.T) {
	for _, y := range []tensor.Tensor{
		tensor.New(tensor.WithBacking([]float32{0, 2, 1})), tensor.New(tensor.WithShape(3, 1), tensor.WithBacking([]int{0, 2, 1})),
		tensor.New(tensor.WithShape(3, 3), tensor.WithBacking([]float64{1, 0, 0, 0, 0, 1, 0, 1, 0})),
	} {
		if got, err := Labels(y); err != nil || !slices.Equal(got, []int{0, 2, 1}) {
			t.Errorf("%v: got %v, %v", y, got, err)
		}
	}
	for want, y := range map[string]tensor.Tensor{
		"no targets":                nil,
		"0.5 in row 1":              tensor.New(tensor.WithBacking([]float64{0, .5})),
		"-1 in row 0":               tensor.New(tensor.WithBacking([]float64{-1, .5})),
		"NaN in row 0":              tensor.New(tensor.WithBacking([]float64{math.NaN(), .5})),
		"row 1 is not one-hot":      tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{0, 1, 1, 1})),
		"row 0 is not one-hot":      tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{0, 0, 1, 0})),
		"targets of shape (1, 1, 1": tensor.New(tensor.WithShape(1, 1, 1), tensor.WithBacking([]float64{0})),
		"convert string":            tensor.New(tensor.WithBacking([]string{"a"})),
	} {
		if _, err := Labels(y); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

// Every batch has each class B/K times, rounded down or up; each class goes
// through all its rows before one of them comes again; no row of a pass is lost.
func TestClassBalancedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := drawClasses(t)
		classes := tallied(labels)
		src, err := NewTensors(count32(len(labels)), labelTensor(labels), nil)
		if err != nil {
			t.Fatal(err)
		}
		d := ClassBalanced{Source: src, Rows: rapid.IntRange(0, 60).Draw(t, "rows")}
		o := Order{BatchSize: rapid.IntRange(1, 20).Draw(t, "batch size"), Shuffle: Shuffle(rapid.IntRange(0, 2).Draw(t, "shuffle")), Seed: rapid.Uint64().Draw(t, "seed")}
		batches := drawn(t, d, labels, o)
		total, times := 0, map[int]int{}
		for _, rows := range batches {
			total += len(rows)
			for c := range classes {
				n := among(labels, rows, c)
				if lo := len(rows) / len(classes); n < lo || n > lo+1 {
					t.Fatalf("%d rows of class %d in a batch of %d with %d classes", n, c, len(rows), len(classes))
				}
			}
			for _, r := range rows {
				times[r]++
			}
		}
		if total != d.Len() || len(batches) != (total+o.BatchSize-1)/o.BatchSize {
			t.Fatalf("%d rows in %d batches, want %d", total, len(batches), d.Len())
		}
		for c, n := range classes {
			least, most := math.MaxInt, 0
			for r, l := range labels {
				if l == c {
					least, most = min(least, times[r]), max(most, times[r])
				}
			}
			if most-least > 1 {
				t.Fatalf("rows of class %d of %d rows come %d to %d times", c, n, least, most)
			}
		}
		counts, err := d.ClassCounts()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for c := range classes {
			sum += counts[c]
		}
		if sum != d.Len() {
			t.Fatalf("counts %v, want %d in all", counts, d.Len())
		}
	})
}

// Every row comes once and no class is a row ahead of or behind its share at the
// end of any batch.
func TestStratifiedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := drawClasses(t)
		classes := tallied(labels)
		src, err := NewTensors(count32(len(labels)), labelTensor(labels), nil)
		if err != nil {
			t.Fatal(err)
		}
		d := Stratified{Source: src}
		o := Order{BatchSize: rapid.IntRange(1, 20).Draw(t, "batch size"), Shuffle: Shuffle(rapid.IntRange(0, 2).Draw(t, "shuffle")), Seed: rapid.Uint64().Draw(t, "seed")}
		var all []int
		for _, rows := range drawn(t, d, labels, o) {
			all = append(all, rows...)
			for c, n := range classes {
				share := float64(n) * float64(len(all)) / float64(len(labels))
				if got := float64(among(labels, all, c)); math.Abs(got-share) >= 1 {
					t.Fatalf("%v of the first %d rows are of class %d, its share is %v", got, len(all), c, share)
				}
			}
		}
		slices.Sort(all)
		for i, r := range all {
			if i != r || len(all) != len(labels) {
				t.Fatalf("rows %v, want each of %d once", all, len(labels))
			}
		}
		if got, err := d.ClassCounts(); err != nil || !cmp.Equal(got, classes) {
			t.Fatalf("counts %v, %v, want %v", got, err, classes)
		}
	})
}

// among counts the rows of a class in a list that may repeat rows.
func among(labels, rows []int, class int) (n int) {
	for _, r := range rows {
		if labels[r] == class {
			n++
		}
	}
	return n
}

// drawClasses is drawLabels from class 0 on.
func drawClasses(t *rapid.T) []int {
	labels := drawLabels(t, 1)
	least := slices.Min(labels)
	for i := range labels {
		labels[i] -= least
	}
	return labels
}

func labelTensor(labels []int) *tensor.Dense {
	y := make([]float64, len(labels))
	for i, c := range labels {
		y[i] = float64(c)
	}
	return tensor.New(tensor.WithShape(len(y)), tensor.WithBacking(y))
}

// Passes differ, equal orders do not, and with ShuffleOff classes come in order.
func TestSamplersDraw(t *testing.T) {
	labels := []int{0, 1, 0, 0, 0, 1, 0, 0, 0, 0}
	src := labelled(t, labels)
	for _, d := range []Dataset{ClassBalanced{Source: src}, Stratified{Source: src}} {
		o := Order{BatchSize: 4, Seed: 1}
		one := drawn(t, d, labels, o)
		if !cmp.Equal(one, drawn(t, d, labels, o)) {
			t.Errorf("%T: one order gave two passes", d)
		}
		o.Pass = 1
		if cmp.Equal(one, drawn(t, d, labels, o)) {
			t.Errorf("%T: two passes are alike", d)
		}
	}
	in := Order{BatchSize: 4, Shuffle: ShuffleOff}
	if got := fmt.Sprint(drawn(t, ClassBalanced{Source: src}, labels, in)); got != "[[0 1 2 5] [3 1 4 5] [6 1]]" {
		t.Errorf("balanced in order: %s", got)
	}
	if got := fmt.Sprint(drawn(t, Stratified{Source: src}, labels, in)); got != "[[0 2 1 3] [4 6 7 5] [8 9]]" {
		t.Errorf("stratified in order: %s", got)
	}
}

func TestSamplerErrors(t *testing.T) {
	src := labelled(t, []int{0, 1})
	for want, c := range map[string]struct {
		d Dataset
		o Order
	}{
		"data: a sampler has no source":        {ClassBalanced{}, Order{}},
		"data: a sampler has no source, want ": {Stratified{}, Order{}},
		"data: -1 rows of a balanced pass":     {ClassBalanced{Source: src, Rows: -1}, Order{}},
		"data: batch size -1":                  {Stratified{Source: src}, Order{BatchSize: -1}},
		"data: unknown shuffle 7":              {ClassBalanced{Source: src}, Order{Shuffle: 7}},
		"data: there are no targets":           {Stratified{Source: newTensors(t, count32(3), nil, nil)}, Order{}},
	} {
		times := 0
		for _, err := range c.d.Batches(c.o) {
			if times++; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want an error with %q", err, want)
			}
		}
		if times != 1 {
			t.Errorf("%s: %d elements, want one error", want, times)
		}
	}
	if n := (ClassBalanced{}).Len() + (Stratified{}).Len(); n != 0 {
		t.Errorf("samplers without a source have %d rows", n)
	}
	for _, c := range []struct {
		rows []int
		o    Order
	}{{[]int{0, 2}, Order{}}, {nil, Order{}}, {[]int{0}, Order{BatchSize: -1}}} {
		for _, err := range src.BatchesOf(c.rows, c.o) {
			if err == nil {
				t.Errorf("%+v: no error", c)
			}
		}
	}
}
