package table

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
)

// Header says whether the first row of a file has the names of the columns.
type Header int

const (
	// HeaderAuto takes the first row for a header when a field of it is neither a
	// number nor empty.
	HeaderAuto Header = iota
	HeaderPresent
	HeaderAbsent
)

// Options say how to read a file.
type Options struct {
	Header  Header
	Comma   rune         // between fields; 0 means ','
	Columns []string     // the columns to keep, by name or number, in this order; nil means all
	Logger  *slog.Logger // takes notices; nil means slog.Default()
}

// What a row of a file may take, so that a forged one cannot fill the memory.
const (
	maxRecord  = 16 << 20 // bytes
	maxColumns = 1 << 18
)

// Reader reads the rows of a CSV file: RFC 4180, with fields in double quotes
// where they hold commas, quotes or line ends. Empty lines are left out. Every
// row has as many fields as the first one.
type Reader struct {
	names  []string
	header bool
	rows   int // read so far

	csv   *csv.Reader
	bytes *budget
	first []string // the first row where that is no header
}

// NewReader reads the first row. A file without rows is an error. Options.Columns
// does not act on a Reader.
func NewReader(r io.Reader, o Options) (*Reader, error) {
	if o.Header < HeaderAuto || o.Header > HeaderAbsent {
		return nil, fmt.Errorf("table: unknown kind of header %d, expected HeaderAuto, HeaderPresent or HeaderAbsent", o.Header)
	}
	b := &budget{r: withoutMark(r), left: maxRecord}
	c := csv.NewReader(b)
	c.ReuseRecord, c.FieldsPerRecord = true, -1
	if o.Comma != 0 {
		c.Comma = o.Comma
	}
	first, err := c.Read()
	if err == io.EOF {
		return nil, errors.New("table: the file has no rows")
	}
	if err != nil {
		return nil, fmt.Errorf("table: %w", err)
	}
	if len(first) > maxColumns {
		return nil, fmt.Errorf("table: the file has %d columns, expected at most %d", len(first), maxColumns)
	}
	out := &Reader{csv: c, bytes: b, header: o.Header == HeaderPresent}
	if o.Header == HeaderAuto {
		out.header = isHeader(first)
	}
	for i, field := range first {
		if out.header {
			out.names = append(out.names, bare(field))
		} else {
			out.names = append(out.names, strconv.Itoa(i))
		}
	}
	if !out.header {
		out.first = append([]string(nil), first...)
	} else {
		out.notice(o.Logger)
	}
	return out, nil
}

// isHeader tells whether a field is neither a number nor empty.
func isHeader(fields []string) bool {
	for _, field := range fields {
		text := Cell(field)
		if _, err := Number(text); text != "" && err != nil {
			return true
		}
	}
	return false
}

// notice says so where a header looks as if it were data.
func (r *Reader) notice(log *slog.Logger) {
	at := map[string]bool{}
	for _, n := range r.names {
		if n != "" && at[n] {
			if log == nil {
				log = slog.Default()
			}
			log.Warn("a name stands twice in the header: is the first row data?", "name", clip(n))
			return
		}
		at[n] = true
	}
}

// Names returns the names of the columns: their numbers from 0 on where the file
// has no header.
func (r *Reader) Names() []string { return r.names }

// Header tells whether the first row has the names.
func (r *Reader) Header() bool { return r.header }

// Next returns the fields of the next row, as they stand there, or [io.EOF]
// after the last one. The slice is valid until the next call. Errors name the
// row, counted from 0 after the header, and the line.
func (r *Reader) Next() ([]string, error) {
	fields := r.first
	if fields != nil {
		r.first = nil
	} else {
		r.bytes.left = maxRecord
		var err error
		if fields, err = r.csv.Read(); err == io.EOF {
			return nil, io.EOF
		} else if err != nil {
			return nil, fmt.Errorf("table: row %d: %w", r.rows, err)
		}
		if len(fields) != len(r.names) {
			line, _ := r.csv.FieldPos(0)
			return nil, fmt.Errorf("table: row %d, line %d: %d fields, expected %d", r.rows, line, len(fields), len(r.names))
		}
	}
	r.rows++
	return fields, nil
}

// withoutMark skips the mark with which some programs begin UTF-8.
func withoutMark(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 1<<16)
	if start, _ := b.Peek(3); string(start) == "\xef\xbb\xbf" {
		b.Discard(3)
	}
	return b
}

// budget fails when a row takes too many bytes.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("a row of more than %d MiB: is a quote missing?", maxRecord>>20)
	}
	n, err := b.r.Read(p)
	b.left -= n
	return n, err
}

// ReadFile reads a CSV file into memory, .csv, .csv.gz or .csv.zst. A column is
// of numbers if all its cells are, or missing, and of text otherwise. Missing
// are empty cells and those that say so: ?, NA, N/A, NaN, null, None.
func ReadFile(path string, o Options) (*Table, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f, path, o, f.judge)
}

// Read is [ReadFile] of something else than a file. The name is for errors.
func Read(r io.Reader, name string, o Options) (*Table, error) {
	return read(r, name, o, func() error { return nil })
}

func read(r io.Reader, name string, o Options, judge func() error) (*Table, error) {
	t, err := readRows(r, name, o, judge)
	if err != nil {
		return nil, inFile(name, err)
	}
	return t, nil
}

func readRows(r io.Reader, name string, o Options, judge func() error) (*Table, error) {
	in, err := NewReader(r, o)
	if err != nil {
		return nil, err
	}
	t := &Table{File: name, Header: in.header}
	var keep []int
	for i := range in.names {
		if o.Columns == nil {
			keep = append(keep, i)
		}
	}
	for _, wanted := range o.Columns {
		i, err := Find(in.names, in.header, wanted)
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		keep = append(keep, i)
	}
	for _, i := range keep {
		t.Columns = append(t.Columns, Column{Name: in.names[i], file: name})
	}
	for {
		fields, err := in.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = judge()
		}
		if err != nil {
			return nil, err
		}
		for at, i := range keep {
			t.Columns[at].cells.add(fields[i])
		}
	}
	if in.rows == 0 {
		return nil, errors.New("table: there are no rows after the header")
	}
	for i := range t.Columns {
		t.Columns[i].parse()
	}
	return t, nil
}
