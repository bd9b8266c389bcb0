package records_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// pass returns the numbers of a counting source in the order in which they come.
func pass(t testing.TB, ds *records.Dataset, o data.Order) (all []int) {
	t.Helper()
	for b, err := range ds.Batches(o) {
		must(t, err)
		if b.X.Shape()[0] != b.Y.Shape()[0] || b.X.Dims() != 2 || b.Y.Dims() != 1 {
			t.Fatalf("x %v, y %v", b.X.Shape(), b.Y.Shape())
		}
		for i, v := range b.X.Float32s() {
			if b.Y.Float32s()[i] != float32(int(v)%2) {
				t.Fatalf("row %v has the label %v", v, b.Y.Float32s()[i])
			}
			all = append(all, int(v))
		}
	}
	return all
}

func counted(rows, buffer int) *records.Dataset {
	return &records.Dataset{Source: counting(rows), Columns: records.Columns{Y: []string{"odd"}}, Buffer: buffer}
}

// Where all rows fit into the buffer they come as from tensors.
func TestOrderIsThatOfTensors(t *testing.T) {
	x := make([]float32, 53)
	for i := range x {
		x[i] = float32(i)
	}
	memory, err := data.NewTensors(tensor.New(tensor.WithShape(53, 1), tensor.WithBacking(x)), nil, nil)
	must(t, err)
	for _, o := range []data.Order{{BatchSize: 8}, {BatchSize: 8, Seed: 3, Pass: 4}, {BatchSize: 53}, {Shuffle: data.ShuffleBatches, BatchSize: 7, Seed: 1}, {Shuffle: data.ShuffleOff}} {
		for _, buffer := range []int{0, 53, 100} {
			if buffer == 53 && o.Shuffle == data.ShuffleRows {
				continue // the buffer is full before the end shows
			}
			var want []int
			for b, err := range memory.Batches(o) {
				must(t, err)
				for _, v := range b.X.Float32s() {
					want = append(want, int(v))
				}
			}
			if got := pass(t, counted(53, buffer), o); !slices.Equal(got, want) {
				t.Errorf("%+v, buffer %d: %v, expected %v", o, buffer, got, want)
			}
		}
	}
}

// A buffer that holds some of the rows gives each once, not long before its
// turn, by seed and pass alone.
func TestBuffer(t *testing.T) {
	const rows = 1000
	for _, buffer := range []int{1, 2, 10, 999, 1000} {
		ds := counted(rows, buffer)
		o := data.Order{BatchSize: 32, Seed: 7}
		first := pass(t, ds, o)
		if !slices.Equal(first, pass(t, ds, o)) {
			t.Errorf("buffer %d: another pass of the same order differs", buffer)
		}
		for at, row := range first {
			if row > at+buffer {
				t.Fatalf("buffer %d: row %d came at place %d", buffer, row, at)
			}
		}
		sorted := slices.Sorted(slices.Values(first))
		for i, v := range sorted {
			if i != v {
				t.Fatalf("buffer %d: row %d is missing or came twice", buffer, i)
			}
		}
		if buffer == 1 {
			if !slices.IsSorted(first) {
				t.Errorf("a buffer of one row shuffles")
			}
			continue
		}
		for _, other := range []data.Order{{BatchSize: 32, Seed: 8}, {BatchSize: 32, Seed: 7, Pass: 1}} {
			if slices.Equal(first, pass(t, ds, other)) {
				t.Errorf("buffer %d: %+v gives the order of %+v", buffer, other, o)
			}
		}
	}
}

// The mean place of a row is near its own, the spread that of the buffer.
func TestBufferSpreads(t *testing.T) {
	const rows, buffer = 20_000, 500
	order := pass(t, counted(rows, buffer), data.Order{})
	sum := 0.
	for at, row := range order {
		sum += float64(at - row)
	}
	if math.Abs(sum/rows) > 1e-9 { // a permutation
		t.Errorf("the mean delay is %v", sum/rows)
	}
	late := 0
	for at, row := range order {
		if at > row {
			late++
		}
	}
	// A row waits geometrically: it stays with 1 - 1/500 at each step, and comes
	// later than its number when it stays for 500, with e^-1.
	if share := float64(late) / rows; math.Abs(share-math.Exp(-1)) > .02 {
		t.Errorf("%v of the rows come late, expected %v", share, math.Exp(-1))
	}
}

func TestLenAndCounts(t *testing.T) {
	opened := 0
	source := counting(101)
	source.opened = &opened
	ds := &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"odd"}}}
	if n := ds.Len(); n != -1 {
		t.Errorf("length %d before a pass, expected -1", n)
	}
	for range ds.Batches(data.Order{BatchSize: 10}) {
		break
	}
	if n := ds.Len(); n != -1 {
		t.Errorf("length %d after a pass that was left, expected -1", n)
	}
	counts, err := ds.ClassCounts()
	if err != nil || !cmp.Equal(counts, map[int]int{0: 51, 1: 50}) {
		t.Errorf("counts %v, %v", counts, err)
	}
	if n := ds.Len(); n != 101 {
		t.Errorf("length %d, expected 101", n)
	}
	ds = counted(7, 0)
	pass(t, ds, data.Order{})
	if n := ds.Len(); n != 7 {
		t.Errorf("length %d after a pass, expected 7", n)
	}
	known := &records.Dataset{Source: source, Columns: ds.Columns, Counts: map[int]int{0: 3}}
	if counts, err := known.ClassCounts(); err != nil || counts[0] != 3 {
		t.Errorf("given counts: %v, %v", counts, err)
	}
	for _, c := range []records.Columns{{X: []string{"n"}}, {Y: []string{"odd", "n"}}} {
		if _, err := (&records.Dataset{Source: source, Columns: c}).ClassCounts(); !errors.Is(err, data.ErrNotCounted) {
			t.Errorf("%+v: %v, expected ErrNotCounted", c, err)
		}
	}
	halves := list{names: []string{"x", "y"}, rows: [][]string{{"1", "0"}, {"1", "0.5"}}, opened: &opened}
	if _, err := (&records.Dataset{Source: halves, Columns: records.Columns{Y: []string{"y"}}}).ClassCounts(); !errors.Is(err, data.ErrNotCounted) {
		t.Errorf("half a class: %v, expected ErrNotCounted", err)
	}
	if opened != 0 {
		t.Errorf("%d sources are open", opened)
	}
}

// Columns become x, codes, y and w, in either type.
func TestColumns(t *testing.T) {
	source := list{names: []string{"a", "b", "c", "d"}, rows: [][]string{{"1", "x", "1.0", "2"}, {"3", "", "0", "4"}, {"", "z", "1", "5"}}}
	encoder := &table.Encoder{Columns: []table.EncodedColumn{
		{Name: "b", Kind: table.Codes, Categories: []string{"w", "x"}},
		{Name: "a", Kind: table.Numeric, Median: 5, Mean: 1, Scale: 2},
		{Name: "b", Kind: table.OneHot, Categories: []string{"x"}},
	}}
	ds := &records.Dataset{Source: source, DType: tensor.Float64,
		Columns: records.Columns{Encoder: encoder, Y: []string{"c"}, W: "d", Labels: []string{"1", "0"}}}
	for b, err := range ds.Batches(data.Order{BatchSize: 4, Shuffle: data.ShuffleOff}) {
		must(t, err)
		want := []float64{0, 0, 0, 1, 1, 1, 0, 0, 2, 0, 1, 0}
		if !cmp.Equal(b.X.Float64s(), want) || !b.X.Shape().Eq(tensor.Shape{3, 4}) {
			t.Errorf("x %v %v, expected %v", b.X.Shape(), b.X, want)
		}
		if len(b.MoreX) != 1 || !cmp.Equal(b.MoreX[0].Float64s(), []float64{3, 0, 1}) || !b.MoreX[0].Shape().Eq(tensor.Shape{3, 1}) {
			t.Errorf("codes %v", b.MoreX)
		}
		if !cmp.Equal(b.Y.Float64s(), []float64{0, 1, 0}) || !cmp.Equal(b.W.Float64s(), []float64{2, 4, 5}) {
			t.Errorf("y %v, w %v", b.Y, b.W)
		}
	}
	two := &records.Dataset{Source: source, Columns: records.Columns{X: []string{"d"}, Y: []string{"c", "d"}}}
	for b, err := range two.Batches(data.Order{Shuffle: data.ShuffleOff}) {
		must(t, err)
		if !b.Y.Shape().Eq(tensor.Shape{3, 2}) || !cmp.Equal(b.Y.Float32s(), []float32{1, 2, 0, 4, 1, 5}) || b.W != nil {
			t.Errorf("y %v %v", b.Y.Shape(), b.Y)
		}
	}
}

func firstError(batches iter.Seq2[data.Batch, error]) error {
	for _, err := range batches {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestErrors(t *testing.T) {
	opened := 0
	source := list{names: []string{"a", "b"}, rows: [][]string{{"1", "0"}, {"2", "x"}, {"?", "1"}}, opened: &opened}
	lost := source
	lost.fails = 2
	tests := []struct {
		name string
		ds   *records.Dataset
		o    data.Order
		want string
	}{
		{"no source", &records.Dataset{}, data.Order{}, "records: a data set without a source"},
		{"no column", &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"z"}}}, data.Order{}, `records: list: there is no column "z", expected one of "a", "b"`},
		{"text", &records.Dataset{Source: source, Columns: records.Columns{X: []string{"b"}}}, data.Order{}, `records: list: row 1, column "b": "x" is not a number`},
		{"missing", &records.Dataset{Source: source, Columns: records.Columns{X: []string{"a"}}}, data.Order{}, `records: list: row 2, column "a": there is no value, expected a number`},
		{"label", &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"b"}, Labels: []string{"0", "1"}}}, data.Order{}, `records: list: row 1, column "b": the label "x", expected one of those that were given`},
		{"label twice", &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"b"}, Labels: []string{"0", "0"}}}, data.Order{}, `records: list: the label "0" is listed twice`},
		{"labels of nothing", &records.Dataset{Source: source, Columns: records.Columns{Labels: []string{"0"}}}, data.Order{}, `records: list: labels without a column of targets`},
		{"no inputs", &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"a"}, W: "b"}}, data.Order{}, "records: list: there is no column of numbers for the inputs"},
		{"not fitted", &records.Dataset{Source: source, Columns: records.Columns{Encoder: &table.Encoder{}}}, data.Order{}, "records: list: the encoder is not fitted: call Fit first"},
		{"other inputs", &records.Dataset{Source: source, Columns: records.Columns{X: []string{"a"}, Encoder: &table.Encoder{Columns: []table.EncodedColumn{{Name: "b", Kind: table.OneHot}}}}}, data.Order{}, `records: list: the inputs are ["a"], the encoder was fitted on ["b"]`},
		{"reading", &records.Dataset{Source: lost, Columns: records.Columns{X: []string{"a"}}}, data.Order{}, "records: list: row 2: lost"},
		{"type", &records.Dataset{Source: source, DType: tensor.Int}, data.Order{}, "records: batches of int, expected float32 or float64"},
		{"buffer", &records.Dataset{Source: source, Buffer: -1}, data.Order{}, "records: a buffer of -1 rows, expected at least 1 (0 for the default)"},
		{"batch size", counted(3, 0), data.Order{BatchSize: -1}, "data: batch size -1, want at least 1"},
		{"shuffle", counted(3, 0), data.Order{Shuffle: 9}, "data: unknown shuffle 9, want ShuffleRows, ShuffleBatches or ShuffleOff"},
	}
	for _, c := range tests {
		for _, shuffle := range []data.Shuffle{data.ShuffleRows, data.ShuffleBatches, data.ShuffleOff} {
			o := c.o
			o.Shuffle += shuffle
			if err := firstError(c.ds.Batches(o)); err == nil || c.name != "shuffle" && err.Error() != c.want {
				t.Errorf("%s, shuffle %v: error %q, expected %q", c.name, shuffle, err, c.want)
			}
		}
	}
	if opened != 0 {
		t.Errorf("%d sources are still open", opened)
	}
	// The rows before a bad one come, if they need not wait for it.
	n := 0
	var last error
	for b, err := range (&records.Dataset{Source: lost, Columns: records.Columns{X: []string{"a"}}}).Batches(data.Order{BatchSize: 1, Shuffle: data.ShuffleOff}) {
		if last = err; err == nil {
			n += b.X.Shape()[0]
		}
	}
	if n != 2 || last == nil {
		t.Errorf("%d rows before the bad one, then %v, expected 2", n, last)
	}
}

func TestEmptySource(t *testing.T) {
	ds := counted(0, 0)
	for _, shuffle := range []data.Shuffle{data.ShuffleRows, data.ShuffleBatches, data.ShuffleOff} {
		for b, err := range ds.Batches(data.Order{Shuffle: shuffle}) {
			t.Errorf("shuffle %v: no rows give %v, %v", shuffle, b, err)
		}
		if n := ds.Len(); n != 0 {
			t.Errorf("length %d of no rows", n)
		}
	}
}

func TestStopsEarly(t *testing.T) {
	opened := 0
	source := counting(1000)
	source.opened = &opened
	stopsEarly(t, &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"odd"}}, Buffer: 50}, func() int { return opened })
}

// Batches are made in memory that is taken once.
func TestSteadyPassAllocatesNothing(t *testing.T) {
	source := counting(3000)
	for _, buffer := range []int{0, 50} {
		ds := &records.Dataset{Source: source, Columns: records.Columns{Y: []string{"odd"}}, Buffer: buffer}
		next, stop := iter.Pull2(ds.Batches(data.Order{BatchSize: 5}))
		next()
		if allocs := testing.AllocsPerRun(100, func() { next() }); allocs != 0 {
			t.Errorf("buffer %d: %v allocations per batch, expected none", buffer, allocs)
		}
		stop()
	}
}

// Several passes may run at once.
func TestConcurrentPasses(t *testing.T) {
	ds := counted(500, 20)
	want := pass(t, ds, data.Order{})
	results := make(chan string)
	for range 4 {
		go func() {
			var got []int
			for b, err := range ds.Batches(data.Order{}) {
				if err != nil {
					results <- err.Error()
					return
				}
				for _, v := range b.X.Float32s() {
					got = append(got, int(v))
				}
			}
			if _, err := ds.ClassCounts(); err != nil || !slices.Equal(got, want) {
				results <- fmt.Sprint("another order: ", got, err)
				return
			}
			results <- ""
		}()
	}
	for range 4 {
		if r := <-results; r != "" {
			t.Error(strings.TrimSpace(r))
		}
	}
}
