package ondisk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/npy"
	"github.com/counterweight-go/counterweight/data/ondisk"
	"gorgonia.org/tensor"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// save writes a tensor to a file.
func save(t testing.TB, dir, name string, d *tensor.Dense) string {
	t.Helper()
	var file bytes.Buffer
	must(t, npy.Write(&file, d))
	path := filepath.Join(dir, name)
	must(t, os.WriteFile(path, file.Bytes(), 0o600))
	return path
}

// count makes a tensor of 0, 1, 2, ...
func count[T float32 | float64 | int64](shape ...int) *tensor.Dense {
	v := make([]T, tensor.Shape(shape).TotalSize())
	for i := range v {
		v[i] = T(i)
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(v))
}

// described writes batches out.
func described(t testing.TB, batches iter.Seq2[data.Batch, error]) string {
	t.Helper()
	var out strings.Builder
	show := func(d *tensor.Dense) {
		if d == nil {
			out.WriteString(" none")
			return
		}
		fmt.Fprint(&out, " ", d.Dtype(), d.Shape(), d.Data())
	}
	for b, err := range batches {
		must(t, err)
		show(b.X)
		show(b.Y)
		show(b.W)
		for _, list := range [][]*tensor.Dense{b.MoreX, b.MoreY, b.MoreW} {
			for _, d := range list {
				show(d)
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

// Batches are those of the same arrays in memory, whatever the order.
func TestBatchesAreThoseOfTensors(t *testing.T) {
	dir := t.TempDir()
	x, y, w, x2, y2 := count[float32](23, 2, 3), count[float64](23), count[float32](23, 1), count[float64](23, 4), count[float32](23, 2)
	memory, err := data.NewMany([]tensor.Tensor{x, x2}, []tensor.Tensor{y, y2}, []tensor.Tensor{w, nil})
	must(t, err)
	files, err := ondisk.OpenMany(
		[]string{save(t, dir, "x", x), save(t, dir, "x2", x2)}, []string{save(t, dir, "y", y), save(t, dir, "y2", y2)}, []string{save(t, dir, "w", w), ""})
	must(t, err)
	defer files.Close()
	if files.Len() != 23 {
		t.Fatalf("%d rows, expected 23", files.Len())
	}
	for _, o := range []data.Order{{}, {BatchSize: 5, Seed: 3, Pass: 2}, {BatchSize: 5, Shuffle: data.ShuffleOff}, {BatchSize: 7, Shuffle: data.ShuffleBatches}, {BatchSize: 100}} {
		if got, want := described(t, files.Batches(o)), described(t, memory.Batches(o)); got != want {
			t.Errorf("%+v:\n%s\nexpected\n%s", o, got, want)
		}
	}
	rows := []int{3, 4, 5, 3, 22, 0, 0}
	o := data.Order{BatchSize: 3}
	if got, want := described(t, files.BatchesOf(rows, o)), described(t, memory.BatchesOf(rows, o)); got != want {
		t.Errorf("rows %v:\n%s\nexpected\n%s", rows, got, want)
	}
}

// Every type and layout that numpy writes gives the numbers that Read gives.
func TestEveryLayout(t *testing.T) {
	golden := filepath.Join("..", "npy", "testdata")
	entries, err := os.ReadDir(golden)
	must(t, err)
	read := 0
	for _, e := range entries {
		path := filepath.Join(golden, e.Name())
		array, err := npy.ReadFile(path)
		if err != nil || array.IsScalar() {
			continue
		}
		read++
		want, err := data.AsType(array, tensor.Float64)
		must(t, err)
		ds, err := ondisk.Open(path, "", "")
		must(t, err)
		for _, o := range []data.Order{{Shuffle: data.ShuffleOff}, {BatchSize: 1, Shuffle: data.ShuffleOff}} {
			var all []float64
			for b, err := range ds.Batches(o) {
				must(t, err)
				part, err := data.AsType(b.X, tensor.Float64)
				must(t, err)
				all = append(all, part.Float64s()...)
			}
			if !reflect.DeepEqual(all, want.Float64s()) {
				t.Errorf("%s: %v, expected %v", e.Name(), all, want.Float64s())
			}
		}
		must(t, ds.Close())
	}
	if read < 20 {
		t.Errorf("only %d files were read", read)
	}
}

// fortran writes columns of numbers in column-major order.
func fortran(t testing.TB, path string, rows, columns int) {
	t.Helper()
	header := fmt.Sprintf("{'descr': '>i4', 'fortran_order': True, 'shape': (%d, %d), }", rows, columns)
	file := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	file = append(file, header...)
	for j := range columns {
		for i := range rows {
			v := i*columns + j
			file = append(file, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
		}
	}
	must(t, os.WriteFile(path, file, 0o600))
}

func TestColumnMajor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	fortran(t, path, 50, 3)
	ds, err := ondisk.Open(path, "", "")
	must(t, err)
	defer ds.Close()
	memory, err := data.NewTensors(count[float64](50, 3), nil, nil)
	must(t, err)
	for _, o := range []data.Order{{BatchSize: 8}, {BatchSize: 8, Shuffle: data.ShuffleOff}} {
		if got, want := described(t, ds.Batches(o)), described(t, memory.Batches(o)); got != want {
			t.Errorf("%+v:\n%s\nexpected\n%s", o, got, want)
		}
	}
}

func TestLabelsAndCounts(t *testing.T) {
	dir := t.TempDir()
	x := save(t, dir, "x", count[float32](200_000, 1))
	labels := make([]uint8, 200_000)
	ones := 0
	for i := range labels {
		if i%7 == 0 {
			labels[i] = 1
			ones++
		}
	}
	y := save(t, dir, "y", tensor.New(tensor.WithShape(len(labels), 1), tensor.WithBacking(labels)))
	ds, err := ondisk.Open(x, y, "")
	must(t, err)
	defer ds.Close()
	got, err := ds.ClassCounts()
	must(t, err)
	if !reflect.DeepEqual(got, map[int]int{0: len(labels) - ones, 1: ones}) {
		t.Errorf("counts %v, expected %d ones", got, ones)
	}
	each, err := ds.Labels()
	must(t, err)
	if len(each) != len(labels) || each[7] != 1 || each[199_999] != int(labels[199_999]) {
		t.Errorf("%d labels", len(each))
	}
	for b, err := range (data.ClassBalanced{Source: ds}).Batches(data.Order{BatchSize: 10}) {
		must(t, err)
		sum := 0
		for _, v := range b.Y.Float32s() {
			sum += int(v)
		}
		if sum != 5 {
			t.Errorf("a balanced batch has %d ones, expected 5", sum)
		}
		break
	}
	halves := make([]float32, 200_000)
	halves[150_000] = .5
	bad := save(t, dir, "bad", tensor.New(tensor.WithShape(len(halves)), tensor.WithBacking(halves)))
	wrong, err := ondisk.Open(x, bad, "")
	must(t, err)
	defer wrong.Close()
	if _, err := wrong.ClassCounts(); err == nil || !strings.Contains(err.Error(), "from row 131070 on: data: 0.5 in row 18930 is not a class") {
		t.Errorf("half a class: %v", err)
	}
	// One-hot rows or a class for each timestep: whoever knows the loss counts.
	two, err := ondisk.Open(x, save(t, dir, "two", count[float32](200_000, 2)), "")
	must(t, err)
	defer two.Close()
	if _, err := two.ClassCounts(); !errors.Is(err, data.ErrNotCounted) {
		t.Errorf("targets of two columns are counted: %v", err)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	x, short := save(t, dir, "x.npy", count[float32](4, 2)), save(t, dir, "short.npy", count[float32](3))
	scalar := save(t, dir, "scalar.npy", tensor.New(tensor.FromScalar(2.)))
	whole, err := os.ReadFile(x)
	must(t, err)
	cut, long := filepath.Join(dir, "cut.npy"), filepath.Join(dir, "long.npy")
	must(t, os.WriteFile(cut, whole[:len(whole)-1], 0o600))
	must(t, os.WriteFile(long, append(whole, 0), 0o600))
	for _, c := range []struct{ x, y, want string }{
		{"", "", "there is no file for x 0"},
		{filepath.Join(dir, "none.npy"), "", "no such file"},
		{x, short, "numbers of rows differ: " + x + " has 4, " + short + " 3"},
		{scalar, "", "the array is a scalar"},
		{cut, "", "an array of shape [4 2] ends at byte 160, the file at 159"},
		{long, "", "ends at byte 160, the file at 161"},
		{filepath.Join("..", "npy", "testdata", "object.npy"), "", `elements of type "|O"`},
		{filepath.Join("..", "npy", "testdata", "arrays.npz"), "", "expected"},
	} {
		if _, err := ondisk.Open(c.x, c.y, ""); err == nil || !strings.HasPrefix(err.Error(), "ondisk: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s and %s: error %v, expected %q", c.x, c.y, err, c.want)
		}
	}
	if _, err := ondisk.OpenMany(nil, nil, nil); err == nil {
		t.Error("no files are a data set")
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

func TestPassErrors(t *testing.T) {
	x := save(t, t.TempDir(), "x.npy", count[float32](1000, 100))
	ds, err := ondisk.Open(x, "", "")
	must(t, err)
	if err := firstError(ds.Batches(data.Order{BatchSize: -1})); err == nil {
		t.Error("a negative batch size")
	}
	if err := firstError(ds.BatchesOf([]int{0, 1000}, data.Order{})); err == nil || !strings.Contains(err.Error(), "there is no row 1000 (place 1 of the list)") {
		t.Errorf("a row that is not there: %v", err)
	}
	if err := firstError(ds.BatchesOf(nil, data.Order{})); err == nil {
		t.Error("a pass of no rows")
	}
	if _, err := ds.Labels(); err == nil {
		t.Error("labels without targets")
	}
	must(t, os.Truncate(x, 1000))
	if err := firstError(ds.Batches(data.Order{})); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), x) {
		t.Errorf("a file that was cut: %v", err)
	}
	next, stop := iter.Pull2(ds.BatchesOf([]int{0, 0}, data.Order{BatchSize: 1}))
	defer stop()
	if _, err, _ := next(); err != nil {
		t.Errorf("the rows that are left: %v", err)
	}
	must(t, ds.Close())
	must(t, ds.Close())
	if _, err, _ := next(); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a pass goes on after Close: %v", err)
	}
}

// Reading allocates nothing once a pass has begun.
func TestSteadyPassAllocatesNothing(t *testing.T) {
	dir := t.TempDir()
	ds, err := ondisk.Open(save(t, dir, "x", count[float32](1000, 3)), save(t, dir, "y", count[int64](1000)), "")
	must(t, err)
	defer ds.Close()
	next, stop := iter.Pull2(ds.Batches(data.Order{BatchSize: 5}))
	defer stop()
	next()
	if allocs := testing.AllocsPerRun(100, func() { next() }); allocs != 0 {
		t.Errorf("%v allocations per batch, expected none", allocs)
	}
}
