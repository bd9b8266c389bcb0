package parquet

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Whatever the bytes, rows come or an error of one line.
func FuzzRows(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.parquet")
	if err != nil || len(seeds) < 5 {
		f.Fatal(seeds, err)
	}
	for _, path := range seeds {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		check := func(err error) {
			if !strings.HasPrefix(err.Error(), "parquet: ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q, expected one line of this package", err)
			}
		}
		disk := bytes.NewReader(file)
		every, err := open(disk, int64(len(file)), nil)
		if err != nil && !strings.Contains(err.Error(), "column ") {
			check(err)
			return
		}
		var names []string
		if err == nil {
			names = every.names
		} else {
			names = []string{"int32", "text", "half", "large"} // of the seed that has groups
		}
		r, err := open(disk, int64(len(file)), names)
		if err != nil {
			check(err)
			return
		}
		values := make([]table.Value, len(r.names))
		for range 10_000 {
			if err := r.Next(values); err == io.EOF {
				break
			} else if err != nil {
				check(err)
				break
			}
		}
		if err := r.Close(); err != nil {
			check(err)
		}
	})
}

// The walker goes through what is there, and refuses claims beyond it.
func TestWalker(t *testing.T) {
	for _, c := range []struct {
		name  string
		bytes []byte
		want  string
	}{
		{"nothing", nil, "cut off"},
		{"empty", []byte{0}, ""},
		{"number", []byte{0x15, 0x02, 0}, ""},
		{"text", []byte{0x18, 2, 'a', 'b', 0}, ""},
		{"long text", []byte{0x18, 0xff, 0xff, 0xff, 0x7f, 'a', 0}, "cut off"},
		{"list", []byte{0x19, 0x25, 2, 4, 0}, ""},
		{"long list", []byte{0x19, 0xf5, 0xff, 0xff, 0xff, 0x7f, 0}, "cut off"},
		{"list of parts", append([]byte{0x19, 0xfc, 20}, make([]byte, 21)...), "claims 20 parts"},
		{"map", []byte{0x1b, 1, 0x55, 2, 4, 0}, ""},
		{"deep", bytes.Repeat([]byte{0x1c}, 100), "nested too deeply"},
		{"deep lists", append([]byte{0x19}, bytes.Repeat([]byte{0x19}, 100)...), "nested too deeply"},
		{"kind", []byte{0x1f, 0}, "kind 15"},
		{"long number", append([]byte{0x15}, bytes.Repeat([]byte{0xff}, 12)...), "too long"},
	} {
		w := walker{bytes: c.bytes}
		err := w.structure(0, 0)
		if c.want == "" && (err != nil || w.at != len(c.bytes)) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v at byte %d of %d, expected %q", c.name, err, w.at, len(c.bytes), c.want)
		}
	}
}

// Files of before 2017 say what values stand for in another way.
func TestConvertedTypes(t *testing.T) {
	for _, c := range []struct {
		element format.SchemaElement
		of      parquet.Type
		value   parquet.Value
		want    float64
	}{
		{format.SchemaElement{ConvertedType: thrift.New(deprecated.Decimal), Scale: thrift.New[int32](2)}, parquet.Int32Type, parquet.Int32Value(-125), -1.25},
		{format.SchemaElement{ConvertedType: thrift.New(deprecated.Uint32)}, parquet.Int32Type, parquet.Int32Value(-1), 1<<32 - 1},
		{format.SchemaElement{ConvertedType: thrift.New(deprecated.Int32)}, parquet.Int32Type, parquet.Int32Value(-1), -1},
		{format.SchemaElement{}, parquet.Int32Type, parquet.Int32Value(-1), -1},
	} {
		value, err := valueOf(c.of, logicalOf(c.element))
		if err != nil {
			t.Fatal(err)
		}
		if got := value(c.value); got != table.NumberValue(c.want) {
			t.Errorf("%v becomes %v, expected %v", c.value, got, c.want)
		}
	}
}

// A page that claims more than it has is refused before room is made for it.
func TestForgedPage(t *testing.T) {
	for _, c := range []struct {
		bytes []byte
		want  string
	}{
		{[]byte{0x15, 0, 0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0}, "a page of 2147483647 bytes, there are 0"},
		{[]byte{0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 0, 0}, "a page of 2147483647 bytes and 0 values"},
		{[]byte{0x15, 0, 0x15, 0, 0x15, 0, 0x2c, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0}, "a page of 0 bytes and 2147483647 values"},
		{[]byte{0x15, 0}, "a page: its description is cut off"},
	} {
		chunk := &format.ColumnMetaData{TotalCompressedSize: int64(len(c.bytes))}
		if err := judgePages(bytes.NewReader(c.bytes), int64(len(c.bytes)), chunk, new(column), new(expander)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%x: error %v, expected %q", c.bytes, err, c.want)
		}
	}
	for _, c := range [][2]int64{{-1, 2}, {0, -1}, {5, 10}, {1 << 62, 1 << 62}} {
		if err := judgePages(bytes.NewReader(make([]byte, 8)), 8, &format.ColumnMetaData{DataPageOffset: c[0], TotalCompressedSize: c[1]}, new(column), new(expander)); err == nil || !strings.Contains(err.Error(), "the file has 8") {
			t.Errorf("pages at %d of %d bytes: %v", c[0], c[1], err)
		}
	}
}

// A page that decompresses to more than it claims is refused on the way.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 1<<20)
	for name, codec := range map[string]compress.Codec{"snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "brotli": &parquet.Brotli, "zstd": &parquet.Zstd, "lz4": &parquet.Lz4Raw} {
		page, err := codec.Encode(nil, zeros)
		if err != nil {
			t.Fatal(err)
		}
		e, used := new(expander), codec.CompressionCodec()
		defer e.close()
		for range 2 { // the second time with what is there
			if got, err := e.expand(used, page, 1<<20); err != nil || !bytes.Equal(got, zeros) {
				t.Errorf("%s: %d bytes, %v", name, len(got), err)
			}
			if _, err := e.expand(used, page, 1<<20-1); err == nil || !strings.Contains(err.Error(), "decompress") {
				t.Errorf("%s: a page that claims a byte less: %v", name, err)
			}
			if _, err := e.expand(used, append([]byte{9, 9, 9}, page[:3]...), 1<<20); err == nil && used != format.Brotli { // which finds some sense in it
				t.Errorf("%s: a broken page is accepted", name)
			}
		}
	}
	if _, err := new(expander).expand(format.LZO, nil, 1); err == nil {
		t.Error("an unknown compression is accepted")
	}
}

// Runs and differences that claim more values than the page has are refused.
func TestForgedValues(t *testing.T) {
	h := pageHeader{kind: data, values: 3, encoding: int64(format.RLEDictionary)}
	for _, c := range []struct {
		name     string
		encoding format.Encoding
		bytes    []byte
		want     string
	}{
		{"runs", format.RLEDictionary, []byte{1, 6, 0}, ""},
		{"packed", format.RLEDictionary, []byte{1, 3, 0}, ""},
		{"long run", format.RLEDictionary, []byte{1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0}, "a page of 3 values claims 2147483647"},
		{"packed without bits", format.RLEDictionary, []byte{0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0}, "claims"},
		{"wide", format.RLEDictionary, []byte{33, 6, 0}, "numbers of 33 bits"},
		{"cut", format.RLEDictionary, []byte{1, 0xff}, "cut off"},
		{"truths", format.RLE, []byte{2, 0, 0, 0, 6, 1}, ""},
		{"truths without an end", format.RLE, []byte{9, 0, 0, 0, 6, 1}, "cut off"},
		{"differences", format.DeltaBinaryPacked, []byte{128, 1, 4, 3, 0}, ""},
		{"many differences", format.DeltaLengthByteArray, []byte{128, 1, 4, 4, 0}, "a page of 3 values claims 4"},
		{"prefixes", format.DeltaByteArray, []byte{0}, "not read"},
	} {
		h.encoding = int64(c.encoding)
		if err := h.judge(c.bytes, false, format.Uncompressed, nil); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", c.name, err, c.want)
		}
	}
	h = pageHeader{kind: data, values: 3, levelEncoding: int64(format.RLE)}
	if err := h.judge([]byte{5, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f}, true, format.Uncompressed, nil); err == nil || !strings.Contains(err.Error(), "claims") {
		t.Errorf("levels: %v", err)
	}
}
