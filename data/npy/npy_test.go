package npy_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
	"pgregory.net/rapid"
)

// kinds has an array of each type, as testdata/golden.py fills it.
var kinds = []struct {
	name string
	want any
}{
	{"f2", []float32{-2, -1, 0, 1, 2, 3}},
	{"f4", []float32{-2, -1, 0, 1, 2, 3}},
	{"f8", []float64{-2, -1, 0, 1, 2, 3}},
	{"i1", []int8{-2, -1, 0, 1, 2, 3}},
	{"i2", []int16{-2, -1, 0, 1, 2, 3}},
	{"i4", []int32{-2, -1, 0, 1, 2, 3}},
	{"i8", []int64{-2, -1, 0, 1, 2, 3}},
	{"u1", []uint8{0, 1, 2, 3, 4, 5}},
	{"u2", []uint16{0, 1, 2, 3, 4, 5}},
	{"u4", []uint32{0, 1, 2, 3, 4, 5}},
	{"u8", []uint64{0, 1, 2, 3, 4, 5}},
	{"b1", []bool{false, true, false, true, false, true}},
}

func read(t *testing.T, name string) *tensor.Dense {
	t.Helper()
	a, err := npy.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestReadsWhatNumpyWrites(t *testing.T) {
	for _, c := range kinds {
		for _, suffix := range []string{".npy", "_big.npy"} {
			if suffix == "_big.npy" && (strings.HasSuffix(c.name, "1")) {
				continue // one byte has no order
			}
			a := read(t, c.name+suffix)
			if !reflect.DeepEqual(a.Data(), c.want) || !a.Shape().Eq(tensor.Shape{2, 3}) {
				t.Errorf("%s%s: %v of shape %v, expected %v", c.name, suffix, a.Data(), a.Shape(), c.want)
			}
		}
	}
	if a := read(t, "version2.npy"); !reflect.DeepEqual(a.Data(), kinds[1].want) {
		t.Errorf("format version 2: %v", a.Data())
	}
	if a := read(t, "scalar.npy"); !a.IsScalar() || a.ScalarValue() != -2.0 {
		t.Errorf("scalar: %v", a)
	}
	if a := read(t, "vector.npy"); !slices.Equal(a.Float64s(), []float64{-2, -1, 0, 1, 2}) || a.Dims() != 1 {
		t.Errorf("vector: %v", a)
	}
	a := read(t, "fortran.npy")
	for i, v := range a.Float32s() {
		if v != float32(i-2) {
			t.Fatalf("column-major: %v", a.Data())
		}
	}
	if !a.Shape().Eq(tensor.Shape{2, 3, 4}) {
		t.Errorf("column-major: shape %v", a.Shape())
	}
}

// What Write writes is byte for byte what numpy wrote.
func TestWritesWhatNumpyWrites(t *testing.T) {
	names := []string{"scalar.npy", "vector.npy"}
	for _, c := range kinds[1:] {
		names = append(names, c.name+".npy")
	}
	for _, name := range names {
		want, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := npy.Write(&got, read(t, name)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: %q, expected %q", name, got.Bytes(), want)
		}
	}
}

func TestWritesIntAsInt64(t *testing.T) {
	for _, c := range []struct{ backing, want any }{
		{[]int{-1, 2}, []int64{-1, 2}}, {[]uint{1, 2}, []uint64{1, 2}},
	} {
		var file bytes.Buffer
		if err := npy.Write(&file, tensor.New(tensor.WithShape(2), tensor.WithBacking(c.backing))); err != nil {
			t.Fatal(err)
		}
		if a, err := npy.Read(&file); err != nil || !reflect.DeepEqual(a.Data(), c.want) {
			t.Errorf("%T: read %v, %v", c.backing, a, err)
		}
	}
}

// Every bit of a float comes back, for shapes of any rank.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 5).Draw(t, "shape")
		bits := rapid.SliceOfN(rapid.Uint64(), tensor.Shape(shape).TotalSize(), tensor.Shape(shape).TotalSize()).Draw(t, "bits")
		values := make([]float64, len(bits))
		for i, b := range bits {
			values[i] = math.Float64frombits(b)
		}
		var file bytes.Buffer
		if err := npy.Write(&file, tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))); err != nil {
			t.Fatal(err)
		}
		a, err := npy.Read(&file)
		if err != nil || !a.Shape().Eq(shape) {
			t.Fatalf("%v, %v", a, err)
		}
		for i, v := range a.Float64s() {
			if math.Float64bits(v) != bits[i] {
				t.Fatalf("element %d: bits %x, expected %x", i, math.Float64bits(v), bits[i])
			}
		}
	})
}

func TestHalf(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		bits uint16
		want float32
	}{
		{0, 0}, {1, 1.0 / (1 << 24)}, {0x03ff, 1023.0 / (1 << 24)}, {0x0400, 1.0 / (1 << 14)}, {0x3555, 0.33325195},
		{0x7bff, 65504}, {0xc000, -2}, {0x7c00, inf}, {0xfc00, -inf}, {0x8001, -1.0 / (1 << 24)},
	} {
		file := npyFile("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", byte(c.bits), byte(c.bits>>8))
		if a, err := npy.Read(file); err != nil || a.Float32s()[0] != c.want {
			t.Errorf("%04x: %v, %v, expected %v", c.bits, a, err, c.want)
		}
	}
	file := npyFile("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", 1, 0x7e)
	if a, err := npy.Read(file); err != nil || !math.IsNaN(float64(a.Float32s()[0])) {
		t.Errorf("NaN: %v, %v", a, err)
	}
}

// npyFile is a file with a header of one's own.
func npyFile(header string, elements ...byte) *bytes.Buffer {
	start := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return bytes.NewBuffer(append(append(start, header...), elements...))
}

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", "unexpected EOF"},
		{"another file", "PK\x03\x04....", `starts with "PK`},
		{"version", "\x93NUMPY\x04\x00..", "format version 4.0"},
		{"cut length", "\x93NUMPY\x02\x00..", "header's length"},
		{"huge header", "\x93NUMPY\x02\x00\xff\xff\xff\xff", "at most 10000"},
		{"cut header", "\x93NUMPY\x01\x00\x10\x00{", "reading the header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := npy.Read(strings.NewReader(c.file))
			wantError(t, err, c.want)
		})
	}
	for _, c := range []struct{ header, want string }{
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "reading the 2 elements of shape [2]: unexpected EOF"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (9, 999999999, 999999999), }", "too large"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "expected a size"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "expected a size"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1 2), }", `expected ")"`},
		{"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }", `expected "False"`},
		{"{'descr': '<f4', 'fortran_order': False}", "expected the keys"},
		{"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False}", "twice"},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 'x'}", `key "more"`},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", "after the dictionary"},
		{"{'descr': '<f4", "without an end"},
		{"[1]", `expected "{"`},
		{"{'descr': '', 'fortran_order': False, 'shape': (1,)}", "type of elements is missing"},
		{"{'descr': '<f3', 'fortran_order': False, 'shape': (1,)}", `type "<f3"`},
	} {
		_, err := npy.Read(npyFile(c.header, 1, 2, 3, 4, 5))
		wantError(t, err, c.want)
	}
	for _, c := range []struct{ name, want string }{
		{"empty.npy", "no elements"}, {"complex.npy", `"<c16"`}, {"text.npy", `"<U2"`}, {"record.npy", "records"}, {"object.npy", `"|O"`},
		{"missing", "no such file"}, {"arrays.npz", "starts with"},
	} {
		_, err := npy.ReadFile(filepath.Join("testdata", c.name))
		wantError(t, err, c.want)
	}
	long := filepath.Join(t.TempDir(), "long.npy")
	file := npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", 1, 2)
	writeFile(t, long, file.Bytes())
	_, err := npy.ReadFile(long)
	wantError(t, err, "bytes after the array")
}

// Read leaves what follows an array to the next one.
func TestReadSeveral(t *testing.T) {
	var file bytes.Buffer
	for i := range 3 {
		if err := npy.Write(&file, tensor.New(tensor.WithShape(2), tensor.WithBacking([]int32{int32(i), 7}))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		if a, err := npy.Read(&file); err != nil || a.Int32s()[0] != int32(i) {
			t.Errorf("array %d: %v, %v", i, a, err)
		}
	}
}

type broken struct{}

var errBroken = errors.New("broken")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrors(t *testing.T) {
	wantError(t, npy.Write(io.Discard, nil), "nil")
	wide := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	column, err := wide.Slice(nil, tensor.S(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, npy.Write(io.Discard, column.(*tensor.Dense)), "contiguous")
	wantError(t, npy.Write(io.Discard, tensor.New(tensor.WithShape(2, 3), tensor.AsFortran(nil), tensor.Of(tensor.Float32))), "contiguous")
	wantError(t, npy.Write(io.Discard, tensor.New(tensor.WithShape(1), tensor.WithBacking([]string{"a"}))), "string")
	if err := npy.Write(broken{}, wide); !errors.Is(err, errBroken) {
		t.Errorf("error %v, expected that of the writer", err)
	}
	masked := tensor.New(tensor.WithShape(2), tensor.WithBacking([]float32{1, 2}, []bool{true, false}))
	wantError(t, npy.Write(io.Discard, masked), "masked")
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) || strings.Count(err.Error(), "npy: ") != 1 {
		t.Errorf("error is %v, expected one with %q", err, text)
	}
}

// A header that is no header is not repeated in full.
func TestLongHeader(t *testing.T) {
	text := strings.Repeat("\n6", 2000)
	file := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)&255), byte(len(text)>>8))
	_, err := npy.Read(bytes.NewReader(append(file, text...)))
	wantError(t, err, `expected "{" at "\n6`)
	if err != nil && len(err.Error()) > 800 {
		t.Errorf("an error of %d bytes", len(err.Error()))
	}
}

// Whatever the bytes, Read returns an array or an error, and what it returns
// can be written and read again.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"f2.npy", "f8_big.npy", "fortran.npy", "scalar.npy", "b1.npy", "version2.npy", "empty.npy", "record.npy", "object.npy", "i1.npy", "u2_big.npy"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := npy.Read(bytes.NewReader(file))
		if err != nil {
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 2000 {
				t.Fatalf("error %q, expected a line", err)
			}
			return
		}
		var again bytes.Buffer
		if err := npy.Write(&again, a); err != nil {
			t.Fatal(err)
		}
		b, err := npy.Read(&again)
		if err != nil || !b.Shape().Eq(a.Shape()) || b.Dtype() != a.Dtype() {
			t.Fatalf("read %v of shape %v, then %v, %v", a.Dtype(), a.Shape(), b, err)
		}
	})
}
