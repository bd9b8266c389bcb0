package npy_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

// Every type, in either byte order and either memory order, read by its name.
func TestReadsEveryLayout(t *testing.T) {
	for _, c := range kinds {
		want := reflect.ValueOf(c.want)
		for _, end := range []string{"little", "big"} {
			for _, order := range []string{"c", "fortran"} {
				name := fmt.Sprintf("%s_%s_%s", c.name, end, order)
				a, err := npy.ReadZipFileArray("testdata/orders.npz", name)
				if err != nil {
					t.Fatal(err)
				}
				got := reflect.ValueOf(a.Data())
				if got.Type() != want.Type() || !a.Shape().Eq(tensor.Shape{2, 3, 2}) {
					t.Fatalf("%s: %T of shape %v, expected %T", name, a.Data(), a.Shape(), c.want)
				}
				for i := range got.Len() {
					exact := got.Index(i).Interface() == want.Index(i%6).Interface()
					if c.name != "b1" && i >= 6 { // two at a time: the array goes on counting
						exact = fmt.Sprint(got.Index(i)) == fmt.Sprint(i-map[bool]int{true: 0, false: 2}[c.name[0] == 'u'])
					}
					if !exact {
						t.Errorf("%s: element %d is %v", name, i, got.Index(i))
					}
				}
			}
		}
	}
}

func TestLayout(t *testing.T) {
	header := "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 1), }"
	file := npyFile(header, 0xff, 0xfe, 0, 7)
	l, err := npy.ReadLayout(file)
	if err != nil {
		t.Fatal(err)
	}
	if !l.Fortran || l.Dtype != tensor.Int16 || l.Width != 2 || l.Elements() != 2 || l.Offset != int64(10+len(header)) {
		t.Errorf("layout %+v", l)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	wide, narrow := make([]float64, 2), make([]float32, 2)
	l.Float64s(wide, raw)
	l.Float32s(narrow, raw)
	if wide[0] != -2 || wide[1] != 7 || narrow[0] != -2 || narrow[1] != 7 {
		t.Errorf("decoded %v and %v", wide, narrow)
	}
	truths := npyFile("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 0, 1, 9)
	if l, err = npy.ReadLayout(truths); err != nil {
		t.Fatal(err)
	}
	three := []float32{5, 5, 5}
	l.Float32s(three, []byte{0, 1, 9})
	if !reflect.DeepEqual(three, []float32{0, 1, 1}) {
		t.Errorf("truths are %v", three)
	}
}

// A short file that claims a large array is refused before anything is read.
func TestClaims(t *testing.T) {
	for _, c := range []struct{ shape, want string }{
		{"(1152921504606846976,)", "too large"}, // 2^60
		{"(72057594037927936,)", "takes"},       // 2^56
		{"(1048576, 1048576)", "takes"},
	} {
		path := t.TempDir() + "/claim.npy"
		writeFile(t, path, npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': "+c.shape+", }", 1, 2, 3, 4).Bytes())
		_, err := npy.ReadFile(path)
		wantError(t, err, c.want)
		wantError(t, err, "claim.npy")
	}
	axes := bytes.Repeat([]byte("1, "), 65)
	_, err := npy.Read(npyFile("{'descr': '<f4', 'fortran_order': False, 'shape': ("+string(axes)+"), }", 1, 2, 3, 4))
	wantError(t, err, "more than 64 axes")
}

func TestHalves(t *testing.T) {
	values := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{1.5, -0.1, 1e6, 3e-8}))
	var b bytes.Buffer
	if err := npy.WriteHalf(&b, values); err != nil {
		t.Fatal(err)
	}
	l, err := npy.ReadLayout(bytes.NewReader(b.Bytes()))
	if err != nil || !l.Half() || l.Width != 2 || l.Dtype != tensor.Float32 {
		t.Errorf("layout %+v, %v", l, err)
	}
	got, err := npy.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{1.5, -0.0999755859375, float32(math.Inf(1)), 5.960464477539063e-08}; !slices.Equal(got.Float32s(), want) {
		t.Errorf("read back %v, want %v", got.Float32s(), want)
	}
	if err := npy.WriteHalf(&b, tensor.New(tensor.WithShape(1), tensor.WithBacking([]float64{1}))); err == nil {
		t.Error("float64 was written as float16")
	}

	var archive bytes.Buffer
	if err := npy.WriteZip(&archive, []npy.Array{{Name: "a", Value: values}}); err != nil {
		t.Fatal(err)
	}
	r := bytes.NewReader(archive.Bytes())
	if l, err = npy.ReadZipLayout(r, r.Size(), "a"); err != nil || l.Half() || !slices.Equal(l.Shape, []int{2, 2}) {
		t.Errorf("layout %+v, %v", l, err)
	}
	if _, err = npy.ReadZipLayout(r, r.Size(), "b"); err == nil || !strings.Contains(err.Error(), `no array "b"`) {
		t.Errorf("error %v", err)
	}
}
