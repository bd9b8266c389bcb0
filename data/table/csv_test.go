package table_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"
)

func read(t testing.TB, text string, o table.Options) *table.Table {
	t.Helper()
	out, err := table.Read(strings.NewReader(text), "t.csv", o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// column checks name and numbers of a column; no numbers mean text.
func column(t *testing.T, c table.Column, name string, want ...float64) {
	t.Helper()
	if c.Name != name || !cmp.Equal(c.Numbers, want, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()) {
		t.Errorf("column %q is %v, expected %q %v", c.Name, c.Numbers, name, want)
	}
}

func TestReadsNumbersAndText(t *testing.T) {
	nan := math.NaN()
	tab := read(t, "\ufeffage,\"city, state\",income,'score',note\r\n"+
		"34,\"New York, \"\"NY\"\"\",1e3,'-1', \r\n"+
		"\r\n"+
		"?, Paris ,NA,'1',\"two\nlines\"\r\n"+
		" 7 ,,-Inf,,x", table.Options{})
	if !tab.Header || tab.Rows() != 3 {
		t.Fatalf("header %v, %d rows, expected a header and 3 rows", tab.Header, tab.Rows())
	}
	column(t, tab.Columns[0], "age", 34, nan, 7)
	column(t, tab.Columns[1], "city, state")
	column(t, tab.Columns[2], "income", 1000, nan, math.Inf(-1))
	column(t, tab.Columns[3], "score", -1, 1, nan)
	column(t, tab.Columns[4], "note")
	city := tab.Columns[1]
	if city.Text(0) != `New York, "NY"` || city.Text(1) != "Paris" || city.Raw(1) != " Paris " || !city.Missing(2) {
		t.Errorf("cities %q, %q, %q", city.Text(0), city.Text(1), city.Text(2))
	}
	if note := tab.Columns[4]; !note.Missing(0) || note.Text(1) != "two\nlines" {
		t.Errorf("notes %q and %q", note.Text(0), note.Text(1))
	}
}

// The first row is a header when a field of it is neither a number nor empty.
func TestHeader(t *testing.T) {
	for _, c := range []struct {
		text   string
		o      table.Options
		header bool
		rows   int
	}{
		{"1,2\n3,4\n", table.Options{}, false, 2},
		{"1,\n3,4\n", table.Options{}, false, 2},
		{"1,b\n3,4\n", table.Options{}, true, 1},
		{",3,4\n0,3,4\n", table.Options{}, false, 2},
		{"0x10,1\n3,4\n", table.Options{}, true, 1},
		{"'1',2\n3,4\n", table.Options{}, false, 2},
		{"NaN,2\n3,4\n", table.Options{}, false, 2},
		{"1e400,-.5\n3,4\n", table.Options{}, false, 2},
		{"1,2\n3,4\n", table.Options{Header: table.HeaderPresent}, true, 1},
		{"a,b\n3,4\n", table.Options{Header: table.HeaderAbsent}, false, 2},
		{"a;b\n3;4\n", table.Options{Comma: ';'}, true, 1},
	} {
		tab := read(t, c.text, c.o)
		if tab.Header != c.header || tab.Rows() != c.rows || c.o.Comma != 0 && len(tab.Columns) != 2 {
			t.Errorf("%q: header %v and %d rows, expected %v and %d", c.text, tab.Header, tab.Rows(), c.header, c.rows)
		}
	}
	var log bytes.Buffer
	o := table.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	tab := read(t, "A1,6,6\nA2,3,4\n", o)
	if !strings.Contains(log.String(), "stands twice") {
		t.Errorf("notices %q, expected one on the header", log.String())
	}
	if i, err := tab.Index("2"); err != nil || i != 2 {
		t.Errorf("column 2 under a dubious header: %d, %v", i, err)
	}
	log.Reset()
	if read(t, ",,a\n1,3,4\n", o); log.Len() > 0 {
		t.Errorf("a notice on columns without names: %q", log.String())
	}
}

func TestKeepsSomeColumns(t *testing.T) {
	tab := read(t, "a,b,c\n1,x,3\n4,y,6\n", table.Options{Columns: []string{"c", "a"}})
	column(t, tab.Columns[0], "c", 3, 6)
	column(t, tab.Columns[1], "a", 1, 4)
	tab = read(t, "1,2,3\n4,5,6\n", table.Options{Columns: []string{"2"}})
	if i, err := tab.Index("2"); err != nil || i != 0 {
		t.Errorf("column 2 of the file: %d, %v", i, err)
	}
	column(t, tab.Columns[0], "2", 3, 6)
}

func TestReadErrors(t *testing.T) {
	long := "a,b\n1,\"" + strings.Repeat("x", 17<<20)
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "table: t.csv: the file has no rows"},
		{"blank", "\n\n", "table: t.csv: the file has no rows"},
		{"header alone", "a,b\n", "table: t.csv: there are no rows after the header"},
		{"too few fields", "a,b\n1,2\n\n3\n", "table: t.csv: row 1, line 4: 1 fields, expected 2"},
		{"too many fields", "1,2\n3,4,5\n", "table: t.csv: row 1, line 2: 3 fields, expected 2"},
		{"quote in a field", "a,b\n1,2\"2\n", `table: t.csv: row 0: parse error on line 2, column 4: bare " in non-quoted-field`},
		{"open quote", "a,b\n1,\"2\n", `table: t.csv: row 0: parse error on line 2, column 6: extraneous or missing " in quoted-field`},
		{"endless row", long, "table: t.csv: row 0: a row of more than 16 MiB: is a quote missing?"},
		{"too many columns", strings.Repeat(",", 1<<18), "table: t.csv: the file has 262145 columns, expected at most 262144"},
	} {
		if _, err := table.Read(strings.NewReader(c.text), "t.csv", table.Options{}); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %q, expected %q", c.name, err, c.want)
		}
	}
	for want, o := range map[string]table.Options{
		`table: t.csv: there is no column "z", expected one of "a", "b"`:                             {Columns: []string{"z"}},
		"table: t.csv: unknown kind of header 7, expected HeaderAuto, HeaderPresent or HeaderAbsent": {Header: 7},
		"table: t.csv: csv: invalid field or comment delimiter":                                      {Comma: '"'},
	} {
		if _, err := table.Read(strings.NewReader("a,b\n1,2\n"), "t.csv", o); err == nil || err.Error() != want {
			t.Errorf("%+v: error %q, expected %q", o, err, want)
		}
	}
}

func compressed(t testing.TB, suffix, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch suffix {
	case ".gz":
		w = gzip.NewWriter(&out)
	case ".zst":
		w, _ = zstd.NewWriter(&out)
	default:
		return []byte(text)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCompressedFiles(t *testing.T) {
	dir := t.TempDir()
	text := "a,b\n" + strings.Repeat("1,x\n2,y\n", 5000)
	for _, suffix := range []string{"", ".gz", ".zst"} {
		path := filepath.Join(dir, "t.csv"+suffix)
		whole := compressed(t, suffix, text)
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		tab, err := table.ReadFile(path, table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if tab.Rows() != 10000 || tab.Columns[0].Numbers[9999] != 2 || tab.Columns[1].Text(9999) != "y" {
			t.Errorf("%s: %d rows", path, tab.Rows())
		}
		if suffix == "" {
			continue
		}
		for name, content := range map[string][]byte{"cut short": whole[:len(whole)-6], "not compressed": []byte(text)} {
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := table.ReadFile(path, table.Options{}); err == nil || strings.Count(err.Error(), path) != 1 {
				t.Errorf("%s, %s: %v, expected an error that names the file once", suffix, name, err)
			}
		}
	}
	if _, err := table.ReadFile(filepath.Join(dir, "none.csv"), table.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// A small file that decompresses to gigabytes is refused on the way.
func TestBomb(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bomb.csv.zst")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := zstd.NewWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	rows := []byte(strings.Repeat("0,"+strings.Repeat(" ", 100_000)+"0\n", 10))
	for range 400 {
		if _, err := w.Write(rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := table.ReadFile(path, table.Options{Columns: []string{"0"}}); err == nil || !strings.Contains(err.Error(), "decompresses to more than 100 times its size") {
		t.Errorf("error %v, expected a refusal", err)
	}
}

func TestWritesWhatItRead(t *testing.T) {
	text := "a,\"b, c\"\n1.50,\" x\"\n,\"say \"\"y\"\"\"\n"
	var out bytes.Buffer
	if err := read(t, text, table.Options{}).Write(&out); err != nil {
		t.Fatal(err)
	}
	if out.String() != text {
		t.Errorf("wrote %q, read %q", out.String(), text)
	}
	out.Reset()
	if err := read(t, "1\n2\n", table.Options{}).Write(&out); err != nil || out.String() != "1\n2\n" {
		t.Errorf("without a header: %q, %v", out.String(), err)
	}
	one, err := table.New(table.NewNumbers("x", []float64{0.1, math.NaN(), 3}))
	if err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := one.Write(&out); err != nil {
		t.Fatal(err)
	}
	column(t, read(t, out.String(), table.Options{}).Columns[0], "x", 0.1, math.NaN(), 3)
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "a,b\n1,2\n", "1,2\n3,4", "\ufeff'a';\"b\"\"\"\r\n\"x\ny\",'1'\n", "a\n\n\n?\nNaN\n1e999\n", ",,\n,,\n", "0,a\n1,\n2,0x1p4\n", "\"", "1,2\n3\n", "A,A\n1,2\n",
	} {
		f.Add([]byte(seed), false)
	}
	quiet := slog.New(slog.DiscardHandler)
	f.Fuzz(func(t *testing.T, text []byte, semicolon bool) {
		o := table.Options{Logger: quiet}
		if semicolon {
			o.Comma = ';'
		}
		tab, err := table.Read(bytes.NewReader(text), "f.csv", o)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "table: f.csv: ") || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q, expected one line with the file's name", err)
			}
			return
		}
		for _, c := range tab.Columns {
			if c.Len() != tab.Rows() {
				t.Fatalf("column %q has %d rows of %d", c.Name, c.Len(), tab.Rows())
			}
			for i := range c.Len() {
				if c.Missing(i) != (c.Text(i) == "") {
					t.Fatalf("cell %q: missing %v", c.Raw(i), c.Missing(i))
				}
			}
		}
		// What is written reads as the same numbers and text.
		var out bytes.Buffer
		if err := tab.Write(&out); err != nil {
			t.Fatal(err)
		}
		o = table.Options{Logger: quiet, Header: table.HeaderAbsent}
		if tab.Header {
			o.Header = table.HeaderPresent
		}
		again, err := table.Read(&out, "again", o)
		if err != nil {
			t.Fatalf("reading %q: %v", out.Bytes(), err)
		}
		if again.Rows() != tab.Rows() || !cmp.Equal(again.Names(), tab.Names()) {
			t.Fatalf("%d rows of %q, wrote %d of %q", again.Rows(), again.Names(), tab.Rows(), tab.Names())
		}
		for j := range tab.Columns {
			a, b := &tab.Columns[j], &again.Columns[j]
			if !cmp.Equal(a.Numbers, b.Numbers, cmpopts.EquateNaNs()) {
				t.Fatalf("column %d: %v, wrote %v", j, b.Numbers, a.Numbers)
			}
			for i := range a.Len() {
				if strings.ReplaceAll(a.Text(i), "\r", "") != strings.ReplaceAll(b.Text(i), "\r", "") {
					t.Fatalf("cell %q, wrote %q", b.Text(i), a.Text(i))
				}
			}
		}
		if l, err := table.LabelsOf(&tab.Columns[0], ""); err == nil {
			for _, c := range l.Classes {
				if c < 0 || c >= len(l.Names) {
					t.Fatalf("class %d of %q", c, l.Names)
				}
			}
		}
		if e, err := (table.Encoding{}).Fit(tab, nil); err == nil {
			if _, err := e.Transform(tab, nil, floats); err != nil {
				t.Fatalf("fitted, but: %v", err)
			}
		}
	})
}
