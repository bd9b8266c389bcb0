package records_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data"
	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// saved writes a file, compressed by its suffix.
func saved(t testing.TB, name, text string) string {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch filepath.Ext(name) {
	case ".gz":
		w = gzip.NewWriter(&out)
	case ".zst":
		w, _ = zstd.NewWriter(&out)
	default:
		w = nopCloser{&out}
	}
	_, err := io.WriteString(w, text)
	must(t, err)
	must(t, w.Close())
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, out.Bytes(), 0o600))
	return path
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func TestCSVGivesTheHistoryOfMemory(t *testing.T) {
	text := customers(300)
	m := inMemory(t, text)
	for _, name := range []string{"c.csv", "c.csv.gz", "c.csv.zst"} {
		sameHistory(t, records.CSV{Path: saved(t, name, text)}, m)
	}
}

func TestCSVStopsEarly(t *testing.T) {
	files := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			return 0
		}
		return len(entries)
	}
	for _, name := range []string{"c.csv", "c.csv.gz", "c.csv.zst"} {
		ds := &records.Dataset{Source: records.CSV{Path: saved(t, name, customers(3000))}, Columns: records.Columns{X: []string{"income"}}, Buffer: 10}
		stopsEarly(t, ds, files)
	}
}

func TestCSVWithoutHeader(t *testing.T) {
	ds := &records.Dataset{Source: records.CSV{Path: saved(t, "p.csv", "1,,0\n2,text,1\n3,'x',0\n")}, Columns: records.Columns{X: []string{"0"}, Y: []string{"2"}}}
	for b, err := range ds.Batches(data.Order{Shuffle: data.ShuffleOff}) {
		must(t, err)
		if !cmp.Equal(b.X.Float32s(), []float32{1, 2, 3}) || !cmp.Equal(b.Y.Float32s(), []float32{0, 1, 0}) {
			t.Errorf("x %v, y %v", b.X, b.Y)
		}
	}
}

func TestCSVErrors(t *testing.T) {
	path := saved(t, "bad.csv", "a,b\n1,2\n3\n")
	zipped := saved(t, "bad.csv.gz", customers(3000))
	whole, err := os.ReadFile(zipped)
	must(t, err)
	must(t, os.WriteFile(zipped, whole[:len(whole)/2], 0o600))
	for _, c := range []struct {
		ds   *records.Dataset
		want string
	}{
		{&records.Dataset{Source: records.CSV{Path: path}}, "records: " + path + ": row 1, line 3: 1 fields, expected 2"},
		{&records.Dataset{Source: records.CSV{Path: path}, Columns: records.Columns{X: []string{"c"}}}, "records: " + path + `: there is no column "c"`},
		{&records.Dataset{Source: records.CSV{Path: path, Options: table.Options{Header: 9}}}, "records: " + path + ": unknown kind of header 9"},
		{&records.Dataset{Source: records.CSV{Path: path + "x"}}, "records: " + path + "x: no such file or directory"},
		{&records.Dataset{Source: records.CSV{Path: zipped}, Columns: records.Columns{X: []string{"income"}}}, "unexpected EOF"},
	} {
		err := firstError(c.ds.Batches(data.Order{}))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Count(err.Error(), c.ds.Source.Name()) != 1 {
			t.Errorf("error %q, expected %q", err, c.want)
		}
	}
}
