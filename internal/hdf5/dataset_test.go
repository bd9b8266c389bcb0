package hdf5

import (
	"bytes"
	"compress/zlib"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConvertingReaders(t *testing.T) {
	g, err := read(contents(t, "types_v0.h5"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range g.Datasets {
		if !strings.HasPrefix(d.Name, "le_") && !strings.HasPrefix(d.Name, "be_") {
			continue
		}
		f32, err1 := d.Float32s()
		f64, err2 := d.Float64s()
		i64, err3 := d.Int64s()
		if err1 != nil || err2 != nil || err3 != nil {
			t.Errorf("%s: %v, %v, %v", d.Name, err1, err2, err3)
			continue
		}
		if !cmp.Equal(f32, []float32{0, 1, 2, 3, 100, 5}) || !cmp.Equal(f64, []float64{0, 1, 2, 3, 100, 5}) || !cmp.Equal(i64, []int64{0, 1, 2, 3, 100, 5}) {
			t.Errorf("%s: %v, %v, %v", d.Name, f32, f64, i64)
		}
	}
	// Little-endian, whatever the file has.
	b, err := g.Dataset("negative_i2").Read()
	if err != nil || !cmp.Equal(b, []byte{0xff, 0xff, 0xd4, 0xfe}) {
		t.Errorf("%v, %v", b, err)
	}
	if v, err := g.Dataset("bool").Float32s(); err != nil || !cmp.Equal(v, []float32{1, 0, 1}) {
		t.Errorf("%v, %v", v, err)
	}
	for name, want := range map[string]string{
		"float_edges": "float16 elements that are not all of type int64",
		"large_u8":    "uint64 elements that are not all of type int64",
		"strings":     "string elements cannot be read as numbers",
	} {
		if _, err := g.Dataset(name).Int64s(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %q", name, err, want)
		}
	}
	if _, err := g.Dataset("bool").Strings(); err == nil || !strings.Contains(err.Error(), "expected strings") {
		t.Errorf("%v", err)
	}
}

func TestWholeNumbers(t *testing.T) {
	for _, v := range []float64{0.5, math.NaN(), math.Inf(1), 1 << 63, -1.5e19} {
		d := dataset(t, "x", nil, []float64{v})
		if got, err := d.Int64s(); err == nil {
			t.Errorf("%v became %v", v, got)
		}
	}
	d := dataset(t, "x", nil, []float64{-(1 << 63)})
	if got, err := d.Int64s(); err != nil || got[0] != math.MinInt64 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestLookups(t *testing.T) {
	g, err := read(contents(t, "old_v0.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if d := g.Dataset("model_weights/dense_2/dense_2/bias:0"); d == nil || !cmp.Equal(d.Shape, []int{3}) || d.Type != Float32 || d.Len() != 3 {
		t.Errorf("%+v", d)
	}
	if g.Group("") != g || g.Group("model_weights/dense_1") == nil || g.Group("/model_weights/") == nil {
		t.Error("groups that are there are not found")
	}
	if g.Group("model_weights/dense_3") != nil || g.Dataset("model_weights/x/y") != nil || g.Dataset("model_weights/dense_1") != nil {
		t.Error("groups that are not there are found")
	}
	if v, ok := g.Group("model_weights").Attribute("layer_names"); !ok || !cmp.Equal(v, []string{"dense_1", "dense_2"}) {
		t.Errorf("%v, %v", v, ok)
	}
	if _, ok := g.Attribute("none"); ok {
		t.Error("an attribute that is not there is found")
	}
}

// Two names of one dataset are two datasets.
func TestHardLinks(t *testing.T) {
	for _, name := range []string{"hardlink_v0.h5", "hardlink_v3.h5"} {
		g, err := read(contents(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []string{"x", "y"} {
			if v, err := g.Dataset(d).Float32s(); err != nil || !cmp.Equal(v, []float32{0, 1, 2}) {
				t.Errorf("%s, %s: %v, %v", name, d, v, err)
			}
		}
	}
}

// A gzip stream that is cut off, or does not fit its checksum, is an error, also
// where all bytes of the chunk came out of it.
func TestDamagedGzip(t *testing.T) {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	d := decoder{filters: []filter{{id: filterDeflate}}, size: 100}
	for range 2 { // the reader is used again
		if got, err := d.decode(whole, 0); err != nil || !bytes.Equal(got, make([]byte, 100)) {
			t.Fatalf("%v, %v", got, err)
		}
	}
	for n := range whole {
		if _, err := d.decode(whole[:n], 0); err == nil {
			t.Errorf("cut to %d of %d bytes: no error", n, len(whole))
		}
	}
	changed := bytes.Clone(whole)
	changed[len(changed)-1]++
	if _, err := d.decode(changed, 0); err == nil {
		t.Error("another checksum: no error")
	}
	for _, size := range []int{99, 101, 50, 0} {
		if _, err := (&decoder{filters: d.filters, size: size}).decode(whole, 0); err == nil {
			t.Errorf("100 bytes in a chunk of %d: no error", size)
		}
	}
	if _, err := d.decode(whole, 1); err == nil {
		t.Error("a filter that was left out: no error")
	}
}

// Datasets of one file may be read side by side.
func TestSideBySide(t *testing.T) {
	g, err := read(contents(t, "types_v0.h5"))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		for _, d := range g.Datasets {
			group.Go(func() {
				if want := values(d); !cmp.Equal(values(d), want) {
					t.Errorf("%s: it changes", d.Name)
				}
			})
		}
	}
	group.Wait()
}
