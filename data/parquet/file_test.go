package parquet_test

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/parquet"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/goroutines"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// read returns the values of columns.
func read(t testing.TB, file string, columns ...string) [][]table.Value {
	t.Helper()
	rows, err := parquet.File{Path: filepath.Join("testdata", file)}.Open(columns)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	var all [][]table.Value
	for {
		row := make([]table.Value, len(rows.Names()))
		if err := rows.Next(row); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
}

func TestReadsWhatArrowWrites(t *testing.T) {
	nan := math.NaN()
	for name, want := range map[string][]float64{
		"bool":     {1, 0, nan, 1, 0},
		"int8":     {-2, -1, nan, 1, 2},
		"int16":    {-2, -1, nan, 1, 300},
		"int32":    {-2, -1, nan, 1, 70000},
		"int64":    {-2, -1, nan, 1, 1 << 40},
		"uint8":    {0, 1, nan, 3, 255},
		"uint32":   {0, 1, nan, 3, math.MaxUint32},
		"uint64":   {0, 1, nan, 3, 1 << 63},
		"half":     {-2, .5, nan, 1, 2},
		"float":    {-2, .5, nan, 1, 2},
		"double":   {-2, .1, nan, 1, 2},
		"decimal":  {-1.25, .1, nan, 3, 9999999.99},
		"large":    {-1.25, .1, nan, 3, 12345678901234567890.12},
		"date":     {1, 18262, nan, -1, 0},
		"time":     {1, 2, nan, 3, 4},
		"required": {1, 2, 3, 4, 5},
	} {
		var got []float64
		for _, row := range read(t, "kinds.parquet", name) {
			v, err := row[0].Float()
			must(t, err)
			got = append(got, v)
		}
		if !cmp.Equal(got, want, cmpopts.EquateNaNs()) {
			t.Errorf("%s: %v, expected %v", name, got, want)
		}
	}
	for name, want := range map[string][]string{
		"text":     {"a", "", "", "", strings.TrimSpace(strings.Repeat("long ", 20))},
		"bytes":    {"a", "b", "", "c", "d"},
		"category": {"x", "y", "", "x", "z"},
	} {
		for i, row := range read(t, "kinds.parquet", name) {
			if row[0].Text() != want[i] || row[0].Missing() != (want[i] == "") {
				t.Errorf("%s, row %d: %q, expected %q", name, i, row[0].Text(), want[i])
			}
		}
	}
	for i, row := range read(t, "kinds.parquet", "required", "text", "required") {
		if len(row) != 3 || row[0] != table.NumberValue(float64(i+1)) || row[2] != row[0] {
			t.Errorf("row %d: %v", i, row)
		}
	}
}

// Every codec and encoding, over pages and groups of rows.
func TestReadsEveryEncoding(t *testing.T) {
	for _, name := range []string{"snappy", "gzip", "zstd", "brotli", "lz4", "none", "v2", "delta", "checked"} {
		rows := read(t, name+".parquet")
		if len(rows) != 300 {
			t.Errorf("%s: %d rows, expected 300", name, len(rows))
		}
		for i, row := range rows {
			wave, err := row[3].Float()
			must(t, err)
			want := []table.Value{table.NumberValue(float64(i)), table.NumberValue(float64(i % 2)), table.TextValue([]string{"even", "odd"}[i%2])}
			if row[0] != want[0] || row[1] != want[1] || row[2] != want[2] || math.Abs(wave-math.Sin(float64(i))) > 1e-12 {
				t.Fatalf("%s, row %d: %v", name, i, row)
			}
		}
	}
}

func trainer(t testing.TB) *fit.Trainer {
	t.Helper()
	m, err := model.Config{Seed: 5}.Sequential(layer.Input{Shape: []int{2}}, layer.Dense{Units: 6, Activation: layer.ReLU}, layer.Dense{Units: 1, Activation: layer.Sigmoid})
	must(t, err)
	tr, err := fit.Compile(m, fit.Config{Optimizer: optimizer.Adam{}, Loss: loss.BinaryCrossentropy{}, Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	return tr
}

// A fit gives the history that it gives from memory.
func TestHistoryIsThatOfMemory(t *testing.T) {
	var x, y []float64
	for _, row := range read(t, "snappy.parquet", "wave", "n", "odd") {
		for i, v := range row {
			f, err := v.Float()
			must(t, err)
			if i < 2 {
				x = append(x, f)
			} else {
				y = append(y, f)
			}
		}
	}
	o := fit.Options{BatchSize: 32, Epochs: 3, Verbose: fit.Silent, ClassWeight: balance.Auto{}}
	want, err := trainer(t).Fit(t.Context(), tensor.New(tensor.WithShape(300, 2), tensor.WithBacking(x)), tensor.New(tensor.WithShape(300), tensor.WithBacking(y)), o)
	must(t, err)
	for _, columns := range []records.Columns{
		{X: []string{"wave", "n"}, Y: []string{"odd"}},
		{X: []string{"wave", "n"}, Y: []string{"word"}, Labels: []string{"even", "odd"}},
	} {
		ds := &records.Dataset{Source: parquet.File{Path: "testdata/snappy.parquet"}, Columns: columns}
		got, err := trainer(t).FitDataset(t.Context(), ds, o)
		must(t, err)
		if fmt.Sprint(got.Values) != fmt.Sprint(want.Values) {
			t.Errorf("history %v, from memory %v", got.Values, want.Values)
		}
	}
}

// Passes that are left leave no goroutine and no open file.
func TestStopsEarly(t *testing.T) {
	files := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0
		}
		return len(entries)
	}
	ds := &records.Dataset{Source: parquet.File{Path: "testdata/zstd.parquet"}, Columns: records.Columns{X: []string{"n", "wave"}}, Buffer: 10}
	before, open := runtime.NumGoroutine(), files()
	for _, d := range []data.Dataset{ds, data.Prefetch{Dataset: ds}} {
		n := 0
		for _, err := range d.Batches(data.Order{BatchSize: 8}) {
			must(t, err)
			if n++; n == 3 {
				break
			}
		}
	}
	if now := goroutines.Settled(before); now > before {
		t.Errorf("%d goroutines, %d before", now, before)
	}
	if now := files(); now != open {
		t.Errorf("%d files are open, %d before", now, open)
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	whole, err := os.ReadFile("testdata/snappy.parquet")
	must(t, err)
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, content, 0o600))
		return path
	}
	damaged := append([]byte(nil), whole...)
	for i := 100; i < 140; i++ {
		damaged[i] ^= 0xff
	}
	for _, c := range []struct {
		path, column, want string
	}{
		{"testdata/kinds.parquet", "nothing", `there is no column "nothing", expected one of "bool", "int8"`},
		{"testdata/kinds.parquet", "list", `column "list": a group of columns, expected numbers or text`},
		{"testdata/kinds.parquet", "group", `column "group": a group of columns, expected numbers or text`},
		{"testdata/prefixes.parquet", "word", `row 0: column "word": values of encoding DELTA_BYTE_ARRAY are not read`},
		{"testdata/kinds.parquet", "text", `row 0, column "text": "a" is not a number`},
		{"testdata/kinds.parquet", "double", `row 2, column "double": there is no value`},
		{filepath.Join(dir, "none"), "n", "no such file"},
		{file("empty", nil), "n", "a file of 0 bytes, too short for Parquet"},
		{file("text", []byte("a,b,c\n1,2,3\n4,5,6\n")), "n", `the file ends with "5,6\n", expected "PAR1"`},
		{file("cut", whole[:len(whole)/2]), "n", "the file ends with"},
		{file("forged", append(append([]byte(nil), whole[:len(whole)-8]...), 0xff, 0xff, 0xff, 0x7f, 'P', 'A', 'R', '1')), "n", "a description of 2147483647 bytes, expected at most"},
		{file("damaged", damaged), "n", `row 0: column "n": a page of 413 bytes does not decompress to 800`},
	} {
		ds := &records.Dataset{Source: parquet.File{Path: c.path}, Columns: records.Columns{X: []string{c.column}}}
		var got error
		for _, err := range ds.Batches(data.Order{Shuffle: data.ShuffleOff}) {
			got = err
		}
		if got == nil || !strings.Contains(got.Error(), c.want) || !strings.HasPrefix(got.Error(), "records: "+c.path+": ") {
			t.Errorf("%s, %s: error %v, expected %q", c.path, c.column, got, c.want)
		}
	}
}
