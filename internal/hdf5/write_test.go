package hdf5

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/written.h5 anew")

func dataset(t testing.TB, name string, shape []int, values any) *Dataset {
	t.Helper()
	d, err := NewDataset(name, shape, values)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// written gives one of everything that Write writes.
func written(t testing.TB) *Group {
	vars := &Group{Name: "vars", Groups: []*Group{{Name: "empty group"}}, Attributes: []Attribute{{"name", "dense"}}}
	for _, n := range []int{0, 1, 8, 9, 300} {
		many := &Group{Name: fmt.Sprint("names: ", n)}
		for i := range n {
			many.Datasets = append(many.Datasets, dataset(t, fmt.Sprint(i), nil, []uint8{uint8(i)}))
		}
		vars.Groups = append(vars.Groups, many)
	}
	vars.Datasets = []*Dataset{
		dataset(t, "float32", []int{2, 3}, []float32{0, -1, 2.5, math.MaxFloat32, float32(math.Inf(1)), float32(math.NaN())}),
		dataset(t, "float64", []int{2}, []float64{1.0 / 3, -1e300}),
		dataset(t, "int8", []int{2}, []int8{-128, 127}),
		dataset(t, "int16", []int{2}, []int16{-32768, 5}),
		dataset(t, "int32", nil, []int32{-7}),
		dataset(t, "int64", []int{1, 1, 2}, []int64{math.MinInt64, math.MaxInt64}),
		dataset(t, "uint8", []int{3}, []uint8{0, 200, 255}),
		dataset(t, "uint16", []int{1}, []uint16{65535}),
		dataset(t, "uint32", []int{1}, []uint32{1 << 31}),
		dataset(t, "uint64", []int{1}, []uint64{math.MaxUint64}),
		dataset(t, "bool", []int{3}, []bool{true, false, true}),
		dataset(t, "empty", []int{0, 4}, []float32{}),
		dataset(t, "größe", nil, []float32{1}),
	}
	vars.Datasets[0].Attributes = []Attribute{{"unit", "m"}}
	return &Group{
		Groups: []*Group{vars},
		Attributes: []Attribute{
			{"string", "text"}, {"größe", "groß"}, {"no text", ""}, {"long", strings.Repeat("x", 70000)}, {"nearly a heap", strings.Repeat("y", 4057)},
			{"strings", []string{"a", "", "größe"}}, {"no strings", []string{}},
			{"int", int64(-7)}, {"uint64", uint64(math.MaxUint64)}, {"float", 0.5}, {"bool", true}, {"null", nil},
			{"ints", []int64{1, -2}}, {"uint64s", []uint64{1, math.MaxUint64}}, {"floats", []float64{1, 2.5}}, {"bools", []bool{true, false}},
		},
	}
}

func write(t testing.TB, g *Group) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteAndRead(t *testing.T) {
	want := written(t)
	first := write(t, want)
	g, err := read(first)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(objects(want), objects(g)); diff != "" {
		t.Error(diff)
	}
	for i, a := range want.Attributes {
		if !cmp.Equal(a.Value, g.Attributes[i].Value) {
			t.Errorf("%s: %T %.50v, expected %T %.50v", a.Name, g.Attributes[i].Value, g.Attributes[i].Value, a.Value, a.Value)
		}
	}
	// What was read can be written.
	copied, err := read(write(t, g))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(objects(want), objects(copied)); diff != "" {
		t.Error(diff)
	}
}

// written.h5 is a file that h5py has read: expected.json says what.
func TestWriteGolden(t *testing.T) {
	name := filepath.Join("testdata", "written.h5")
	got := write(t, written(t))
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(got, contents(t, "written.h5")) {
		t.Error("the bytes are not those that h5py has read: look at them with h5py, then run with -update and testdata/make.py")
	}
}

// h5py opens what Write makes, and finds the same as in expected.json.
func TestH5pyReads(t *testing.T) {
	python := os.Getenv("COUNTERWEIGHT_PYTHON")
	if python == "" {
		t.Skip("COUNTERWEIGHT_PYTHON names no Python with h5py")
	}
	name := filepath.Join(t.TempDir(), "x.h5")
	if err := os.WriteFile(name, write(t, written(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "make.py", "check", name)
	cmd.Dir = "testdata"
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestFilesInFiles(t *testing.T) {
	// Types that NewDataset does not take are copied as they were read.
	g, err := read(contents(t, "types_v0.h5"))
	if err != nil {
		t.Fatal(err)
	}
	var kept []*Dataset
	for _, d := range g.Datasets {
		if d.Type != String {
			kept = append(kept, d)
		}
	}
	g.Datasets = kept
	copied, err := read(write(t, g))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(objects(g), objects(copied)); diff != "" {
		t.Error(diff)
	}
}

func TestWriteErrors(t *testing.T) {
	x := dataset(t, "x", nil, []float32{1})
	deep := &Group{Name: "g"}
	for range 300 {
		deep = &Group{Name: "g", Groups: []*Group{deep}}
	}
	strings70k := make([]string, 70000/16)
	for _, c := range []struct {
		what string
		g    *Group
		want string
	}{
		{"a name twice", &Group{Datasets: []*Dataset{x}, Groups: []*Group{{Name: "x"}}}, "of two objects"},
		{"no name", &Group{Groups: []*Group{{}}}, "empty"},
		{"a slash", &Group{Groups: []*Group{{Name: "a/b"}}}, "no name may have"},
		{"an attribute twice", &Group{Attributes: []Attribute{{"a", "1"}, {"a", "2"}}}, "there twice"},
		{"an attribute of no kind", &Group{Attributes: []Attribute{{"a", struct{}{}}}}, "struct {}"},
		{"what was not read", &Group{Attributes: []Attribute{{"a", Unsupported("times")}}}, "Unsupported"},
		{"a zero byte", &Group{Attributes: []Attribute{{"a", "a\x00b"}}}, "zero byte"},
		{"too many strings", &Group{Attributes: []Attribute{{"a", strings70k}}}, "expected at most 65520"},
		{"too deep", deep, "256 deep"},
		{"strings", &Group{Datasets: []*Dataset{{Name: "s", Type: String}}}, "type string cannot be written"},
	} {
		err := Write(io.Discard, c.g)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "hdf5: ") || len(err.Error()) > 1000 {
			t.Errorf("%s: %v, expected %q", c.what, err, c.want)
		}
	}
	full := errors.New("no space left")
	if err := Write(failing{full}, &Group{Datasets: []*Dataset{x}}); !errors.Is(err, full) {
		t.Errorf("%v, expected %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestNewDatasetErrors(t *testing.T) {
	for _, c := range []struct {
		shape  []int
		values any
		want   string
	}{
		{[]int{2}, []float32{1}, "1 values for shape [2]"},
		{nil, []float32{}, "0 values for shape []"},
		{[]int{-1}, []float32{}, "shape [-1]"},
		{[]int{math.MaxInt, 4}, []float32{}, "0 values"},
		{[]int{1}, []string{"a"}, "[]string"},
		{[]int{1}, 1.0, "float64"},
		{[]int{1}, nil, "<nil>"},
	} {
		if _, err := NewDataset("x", c.shape, c.values); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v of %v: %v, expected %q", c.values, c.shape, err, c.want)
		}
	}
}
