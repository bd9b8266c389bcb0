package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/safetensors"
	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"
)

// golden has the arrays that testdata/make.py puts into kinds.safetensors, in
// the file's order.
func golden() safetensors.File {
	f := safetensors.File{Metadata: map[string]string{"format": "np"}}
	add := func(name string, backing any) {
		f.Arrays = append(f.Arrays, safetensors.Array{Name: name, Value: tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(backing))})
	}
	add("layer <u8>/kernel", []uint64{0, 1, 2, 3, 4, 5})
	add("layer <i8>/kernel", []int64{-2, -1, 0, 1, 2, 3})
	add("layer <f8>/kernel", []float64{-2, -1, 0, 1, 2, 3})
	f.Arrays = append(f.Arrays, safetensors.Array{Name: "scalar", Value: tensor.New(tensor.FromScalar(-2.0))})
	f.Arrays = append(f.Arrays, safetensors.Array{Name: "größe", Value: tensor.New(tensor.WithShape(1), tensor.WithBacking([]float32{1.5}))})
	add("layer <f4>/kernel", []float32{-2, -1, 0, 1, 2, 3})
	add("layer <u4>/kernel", []uint32{0, 1, 2, 3, 4, 5})
	add("layer <i4>/kernel", []int32{-2, -1, 0, 1, 2, 3})
	add("layer <u2>/kernel", []uint16{0, 1, 2, 3, 4, 5})
	add("layer <i2>/kernel", []int16{-2, -1, 0, 1, 2, 3})
	add("layer <i1>/kernel", []int8{-2, -1, 0, 1, 2, 3})
	add("layer <u1>/kernel", []uint8{0, 1, 2, 3, 4, 5})
	add("layer <bool>/kernel", []bool{false, true, true, true, true, true})
	return f
}

func TestReadsWhatTheLibraryWrites(t *testing.T) {
	got, err := safetensors.ReadFile(filepath.Join("testdata", "kinds.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	want := golden()
	if !cmp.Equal(got.Metadata, want.Metadata) || len(got.Arrays) != len(want.Arrays) {
		t.Fatalf("%d arrays with metadata %v", len(got.Arrays), got.Metadata)
	}
	for i, w := range want.Arrays {
		g := got.Arrays[i]
		if g.Name != w.Name || !g.Value.Shape().Eq(w.Value.Shape()) || !reflect.DeepEqual(g.Value.Data(), w.Value.Data()) {
			t.Errorf("%q: %v of shape %v, expected %q: %v of shape %v", g.Name, g.Value.Data(), g.Value.Shape(), w.Name, w.Value.Data(), w.Value.Shape())
		}
	}
	if f, err := safetensors.ReadFile(filepath.Join("testdata", "empty.safetensors")); err != nil || len(f.Arrays) != 0 {
		t.Errorf("no arrays: %v, %v", f, err)
	}
}

func write(t testing.TB, f safetensors.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := safetensors.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What Write writes is byte for byte what the format's own library wrote.
func TestWritesWhatTheLibraryWrites(t *testing.T) {
	for name, f := range map[string]safetensors.File{"kinds.safetensors": golden(), "empty.safetensors": {}} {
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := write(t, f); !bytes.Equal(got, want) {
			t.Errorf("%s:\n%q\nexpected\n%q", name, got, want)
		}
	}
}

// The library reads what Write writes.
func TestLibraryReads(t *testing.T) {
	python := os.Getenv("COUNTERWEIGHT_PYTHON")
	if python == "" {
		t.Skip("COUNTERWEIGHT_PYTHON names no Python with safetensors")
	}
	name := filepath.Join(t.TempDir(), "x.safetensors")
	if err := os.WriteFile(name, write(t, golden()), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, filepath.Join("testdata", "make.py"), "check", name).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// raw puts a header before some bytes.
func raw(header, data string) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

func read(b []byte) (safetensors.File, error) {
	return safetensors.Read(bytes.NewReader(b), int64(len(b)))
}

func TestHalves(t *testing.T) {
	f, err := read(raw(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]}}   `, "\x00\x3c\x00\xc0\x20\xc0"))
	if err != nil {
		t.Fatal(err)
	}
	if a := f.Arrays[0].Value.Float32s(); !cmp.Equal(a, []float32{1, -2}) {
		t.Errorf("F16: %v", a)
	}
	if b := f.Arrays[1].Value.ScalarValue(); b != float32(-2.5) {
		t.Errorf("BF16: %v", b)
	}
}

func TestReadErrors(t *testing.T) {
	const one = `"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}`
	huge := binary.LittleEndian.AppendUint64(nil, math.MaxUint64)
	for _, c := range []struct {
		what string
		b    []byte
		want string
	}{
		{"no bytes", nil, "the header's length"},
		{"a short length", []byte("1234"), "the header's length"},
		{"a huge header", append(huge, "{}"...), "a header of 18446744073709551615 bytes in a file of 10"},
		{"a header longer than the file", raw("{}", "")[:9], "a header of 2 bytes in a file of 9"},
		{"no object", raw("[]", ""), "no JSON object"},
		{"an empty header", raw("", ""), "no JSON object"},
		{"broken JSON", raw(`{"a":`, ""), "array"},
		{"an open object", raw(`{`+one, "ab"), "header"},
		{"text after the object", raw(`{`+one+`}x`, "ab"), `"x" after the JSON object`},
		{"a name twice", raw(`{`+one+`,`+one+`}`, "ab"), `array "a" is there twice`},
		{"an unknown type", raw(`{"a":{"dtype":"F7","shape":[2],"data_offsets":[0,2]}}`, "ab"), `type "F7"`},
		{"a gap", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, "abc"), "begins at byte 1, expected 0"},
		{"an overlap", raw(`{`+one+`,"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, "abc"), "begins at byte 1, expected 2"},
		{"bytes left over", raw(`{`+one+`}`, "abc"), "3 bytes of arrays, but the header tells of 2"},
		{"too few bytes", raw(`{`+one+`}`, "a"), "1 bytes of arrays, but the header tells of 2"},
		{"a size that does not fit", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}`, "ab"), "expected 8 bytes"},
		{"offsets that go back", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}`, "ab"), "bytes 2 to 0"},
		{"a negative offset", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[-2,0]}}`, "ab"), "bytes -2 to 0"},
		{"a negative length", raw(`{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}`, "ab"), "negative"},
		{"2^60 elements", raw(`{"a":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,9223372036854775807]}}`, ""), "no file can hold"},
		{"an overflow", raw(`{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, ""), "no file can hold"},
		{"no elements", raw(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, ""), "no elements"},
		{"a fraction", raw(`{"a":{"dtype":"U8","shape":[0.5],"data_offsets":[0,0]}}`, ""), "shape is missing or malformed"},
		{"a missing field", raw(`{"a":{"dtype":"U8","shape":[2]}}`, "ab"), "data_offsets is missing or malformed"},
		{"a field more", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"x":1}}`, "ab"), "expected a dtype, a shape and two data_offsets"},
		{"three offsets", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2,2]}}`, "ab"), "two data_offsets"},
		{"metadata that are no strings", raw(`{"__metadata__":{"a":1}}`, ""), "__metadata__"},
	} {
		_, err := read(c.b)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "safetensors: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, expected %q", c.what, err, c.want)
		}
	}
	if _, err := safetensors.ReadFile("missing.safetensors"); err == nil || !strings.Contains(err.Error(), "missing.safetensors") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestWriteErrors(t *testing.T) {
	a := golden().Arrays[0]
	view, err := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking(make([]float32, 6))).Slice(nil, tensor.S(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		arrays []safetensors.Array
		want   string
	}{
		{"a name twice", []safetensors.Array{a, a}, "empty or taken"},
		{"no name", []safetensors.Array{{Value: a.Value}}, "empty or taken"},
		{"the metadata's name", []safetensors.Array{{Name: "__metadata__", Value: a.Value}}, "empty or taken"},
		{"nil", []safetensors.Array{{Name: "a"}}, "nil"},
		{"a view", []safetensors.Array{{Name: "a", Value: view.(*tensor.Dense)}}, "contiguous"},
		{"strings", []safetensors.Array{{Name: "a", Value: tensor.New(tensor.WithShape(1), tensor.WithBacking([]string{"a"}))}}, "string"},
	} {
		err := safetensors.Write(&bytes.Buffer{}, safetensors.File{Arrays: c.arrays})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "safetensors: ") {
			t.Errorf("%s: %v, expected %q", c.what, err, c.want)
		}
	}
}

// The types whose width depends on the machine are written as 64 bits.
func TestInts(t *testing.T) {
	f, err := read(write(t, safetensors.File{Arrays: []safetensors.Array{
		{Name: "a", Value: tensor.New(tensor.WithShape(2), tensor.WithBacking([]int{-1, 2}))},
		{Name: "b", Value: tensor.New(tensor.FromScalar(uint(7)))},
	}}))
	if err != nil {
		t.Fatal(err)
	}
	if b, a := f.Arrays[0].Value, f.Arrays[1].Value; !cmp.Equal(a.Data(), []int64{-1, 2}) || b.ScalarValue() != uint64(7) {
		t.Errorf("%v, %v", a, b)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, golden()))
	f.Add(write(f, safetensors.File{}))
	f.Add(raw(`{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}} `, "abcd"))
	f.Add(raw(`{"a":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,8]}}`, ""))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := read(b)
		if err != nil {
			if s := err.Error(); !strings.HasPrefix(s, "safetensors: ") {
				t.Fatal(s)
			}
			return
		}
		for _, a := range file.Arrays {
			if a.Name == "" {
				return // which the format allows, and Write does not
			}
		}
		// What was read can be written, and read again.
		if _, err := read(write(t, file)); err != nil {
			t.Fatal(err)
		}
	})
}
