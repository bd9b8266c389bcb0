package npy_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/counterweight-go/counterweight/data/npy"
	"gorgonia.org/tensor"
)

func vector(v ...float64) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v))
}

func TestReadsArchivesOfNumpy(t *testing.T) {
	arrays, err := npy.ReadZipFile("testdata/arrays.npz")
	if err != nil {
		t.Fatal(err)
	}
	if len(arrays) != 2 || arrays[0].Name != "dense/kernel" || arrays[1].Name != "steps" {
		t.Fatalf("arrays %v", arrays)
	}
	if !reflect.DeepEqual(arrays[0].Value.Data(), []float32{-2, -1, 0, 1, 2, 3}) || arrays[1].Value.ScalarValue() != int64(7) {
		t.Errorf("values %v, %v", arrays[0].Value, arrays[1].Value)
	}
	arrays, err = npy.ReadZipFile("testdata/compressed.npz")
	if err != nil || len(arrays) != 1 || arrays[0].Name != "x" || arrays[0].Value.Float64s()[11] != 9 {
		t.Errorf("compressed: %v, %v", arrays, err)
	}
}

func TestZipRoundTrip(t *testing.T) {
	arrays := []npy.Array{{"b/2", vector(1, 2)}, {"a", tensor.New(tensor.FromScalar(int64(3)))}}
	var first, second bytes.Buffer
	for _, w := range []io.Writer{&first, &second} {
		if err := npy.WriteZip(w, arrays); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same arrays give other bytes")
	}
	got, err := npy.ReadZip(bytes.NewReader(first.Bytes()), int64(first.Len()))
	if err != nil || len(got) != 2 || got[0].Name != "b/2" || got[0].Value.Float64s()[1] != 2 || got[1].Value.ScalarValue() != int64(3) {
		t.Errorf("read %v, %v", got, err)
	}
	first.Reset()
	if err := npy.WriteZip(&first, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := npy.ReadZip(bytes.NewReader(first.Bytes()), int64(first.Len())); err != nil || len(got) != 0 {
		t.Errorf("an empty archive: %v, %v", got, err)
	}
}

func TestZipErrors(t *testing.T) {
	wantError(t, npy.WriteZip(io.Discard, []npy.Array{{"", vector(1)}}), `""`)
	wantError(t, npy.WriteZip(io.Discard, []npy.Array{{"a", vector(1)}, {"a", vector(1)}}), "taken")
	wantError(t, npy.WriteZip(io.Discard, []npy.Array{{"a", nil}}), `nil (array "a")`)
	if err := npy.WriteZip(broken{}, []npy.Array{{"a", vector(1)}}); !errors.Is(err, errBroken) {
		t.Errorf("error %v, expected that of the writer", err)
	}
	_, err := npy.ReadZipFile("testdata/f4.npy")
	wantError(t, err, "zip")
	_, err = npy.ReadZipFile("testdata/missing.npz")
	wantError(t, err, "missing.npz")
	for _, c := range []struct {
		names []string
		want  string
	}{
		{[]string{"readme.txt"}, `holds "readme.txt"`}, {[]string{".npy"}, `holds ".npy"`}, {[]string{"a.npy"}, `unexpected EOF (array "a")`},
	} {
		var file bytes.Buffer
		w := zip.NewWriter(&file)
		for _, name := range c.names {
			if _, err := w.Create(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, err := npy.ReadZip(bytes.NewReader(file.Bytes()), int64(file.Len()))
		wantError(t, err, c.want)
	}

	var twice bytes.Buffer
	w := zip.NewWriter(&twice)
	for range 2 {
		entry, err := w.Create("a.npy")
		if err != nil {
			t.Fatal(err)
		}
		if err := npy.Write(entry, vector(1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = npy.ReadZip(bytes.NewReader(twice.Bytes()), int64(twice.Len()))
	wantError(t, err, "twice")

	// A bit that fell over does not go unnoticed.
	var file bytes.Buffer
	if err := npy.WriteZip(&file, []npy.Array{{"a", vector(1, 2, 3)}}); err != nil {
		t.Fatal(err)
	}
	bad := bytes.Replace(file.Bytes(), []byte{0xf0, 0x3f}, []byte{0xf1, 0x3f}, 1) // the 1
	if _, err := npy.ReadZip(bytes.NewReader(bad), int64(len(bad))); err == nil {
		t.Error("a wrong checksum was accepted")
	}
}

// archive is a zip file of one entry without content, whatever its header says.
func archive(t testing.TB, h zip.FileHeader) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	if _, err := w.CreateRaw(&h); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// Names that leave the archive and arrays that are nearly all compression are
// refused before anything is read, whichever array is wanted.
func TestHostileArchives(t *testing.T) {
	for _, c := range []struct {
		header zip.FileHeader
		want   string
	}{
		{zip.FileHeader{Name: "../a.npy"}, `"../a.npy", expected names inside it`},
		{zip.FileHeader{Name: "/etc/a.npy"}, "names inside it"},
		{zip.FileHeader{Name: "b/../../a.npy"}, "names inside it"},
		{zip.FileHeader{Name: `..\a.npy`}, "names inside it"},
		{zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CompressedSize64: 1 << 20, UncompressedSize64: 1 << 30}, "decompress to 1073741824"},
		{zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CompressedSize64: 1 << 62, UncompressedSize64: 1 << 63}, "decompress to"},
	} {
		file := archive(t, c.header)
		_, err := npy.ReadZip(bytes.NewReader(file), int64(len(file)))
		wantError(t, err, c.want)
		_, err = npy.ReadZipArray(bytes.NewReader(file), int64(len(file)), "a")
		wantError(t, err, c.want)
	}
}

// A real bomb: more comes out than the directory says.
func TestArchiveSaysLessThanItHolds(t *testing.T) {
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	array := npyFile("{'descr': '|u1', 'fortran_order': False, 'shape': (4194304,), }").Bytes()
	for _, part := range [][]byte{array, make([]byte, 4<<20)} {
		if _, err := deflate.Write(part); err != nil {
			t.Fatal(err)
		}
	}
	if err := deflate.Close(); err != nil {
		t.Fatal(err)
	}
	for _, claim := range []uint64{uint64(len(array)) + 4<<20, 1000} {
		var file bytes.Buffer
		w := zip.NewWriter(&file)
		entry, err := w.CreateRaw(&zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: claim})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(packed.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		a, err := npy.ReadZipArray(bytes.NewReader(file.Bytes()), int64(file.Len()), "a")
		if claim > 1000 && (err != nil || a.DataSize() != 4<<20) {
			t.Errorf("an honest archive: %v", err)
		}
		if claim == 1000 {
			wantError(t, err, "takes 4194")
		}
	}
}

func TestReadsOneArray(t *testing.T) {
	a, err := npy.ReadZipFileArray("testdata/arrays.npz", "steps")
	if err != nil || a.ScalarValue() != int64(7) {
		t.Errorf("%v, %v", a, err)
	}
	_, err = npy.ReadZipFileArray("testdata/arrays.npz", "step")
	wantError(t, err, `no array "step", expected one of ["dense/kernel" "steps"] (file testdata/arrays.npz)`)
}

func FuzzReadZip(f *testing.F) {
	for _, name := range []string{"arrays.npz", "compressed.npz"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add(archive(f, zip.FileHeader{Name: "../a.npy"}))
	f.Add(archive(f, zip.FileHeader{Name: "a.npy", Method: zip.Deflate, CompressedSize64: 3, UncompressedSize64: 1 << 40}))
	f.Fuzz(func(t *testing.T, file []byte) {
		arrays, err := npy.ReadZip(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		if err := npy.WriteZip(io.Discard, arrays); err != nil {
			t.Fatal(err)
		}
	})
}
