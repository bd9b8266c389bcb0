package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/counterweight-go/counterweight/data/records"
	"github.com/counterweight-go/counterweight/data/table"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// File is a Parquet file as a [records.Source].
//
// Numbers, truth values, decimals and halves are numbers; dates, times and
// timestamps are numbers in the unit of the file; strings, enumerations and plain
// bytes are text. Columns of lists, maps, groups and other types are errors where
// they are asked for, and so is the encoding DELTA_BYTE_ARRAY, in which a few
// bytes can stand for any number of them.
type File struct {
	Path string
}

// Name implements [records.Source].
func (f File) Name() string { return f.Path }

// Open implements [records.Source].
func (f File) Open(columns []string) (records.Rows, error) {
	disk, err := os.Open(f.Path)
	if err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	info, err := disk.Stat()
	if err != nil {
		disk.Close()
		return nil, fmt.Errorf("parquet: %w", err)
	}
	r, err := open(disk, info.Size(), columns)
	if err != nil {
		disk.Close()
		return nil, err
	}
	r.close = disk.Close
	return r, nil
}

// rows gives the rows of a file.
type rows struct {
	disk    io.ReaderAt
	size    int64
	file    *parquet.File
	names   []string
	columns []*column
	group   int   // of rows, the next one
	left    int64 // rows of the present one
	row     int
	close   func() error
	expand  expander
}

func open(disk io.ReaderAt, size int64, columns []string) (r *rows, err error) {
	defer caught(&err)
	if err := judgeDescription(disk, size); err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	file, err := parquet.OpenFile(disk, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("parquet: %w", err)
	}
	r = &rows{disk: disk, size: size, file: file, close: func() error { return nil }}
	all := file.Root().Columns()
	var names []string
	for _, c := range all {
		names = append(names, c.Name())
	}
	if r.names = columns; columns == nil {
		r.names = names
	}
	if len(r.names) == 0 {
		return nil, errors.New("parquet: the file has no columns")
	}
	var leaves []format.SchemaElement
	for _, e := range file.Metadata().Schema {
		if e.NumChildren.V == 0 {
			leaves = append(leaves, e)
		}
	}
	for i, name := range r.names {
		at := i
		if columns != nil {
			if at, err = table.Find(names, true, name); err != nil {
				return nil, fmt.Errorf("parquet: %w", err)
			}
		}
		c, err := newColumn(all[at], leaves)
		if err != nil {
			return nil, fmt.Errorf("parquet: column %q: %w", name, err)
		}
		r.columns = append(r.columns, c)
	}
	return r, nil
}

// Names implements [records.Rows].
func (r *rows) Names() []string { return r.names }

// Next implements [records.Rows].
func (r *rows) Next(values []table.Value) (err error) {
	defer caught(&err)
	for r.left == 0 {
		groups := r.file.RowGroups()
		if r.group == len(groups) {
			return io.EOF
		}
		if err := r.begin(groups[r.group]); err != nil {
			return fmt.Errorf("parquet: row %d: %w", r.row, err)
		}
		r.group++
	}
	for i, c := range r.columns {
		if values[i], err = c.next(); err != nil {
			return fmt.Errorf("parquet: row %d, column %q: %w", r.row, r.names[i], err)
		}
	}
	r.row++
	r.left--
	return nil
}

// begin starts a group of rows.
func (r *rows) begin(group parquet.RowGroup) error {
	if r.left = group.NumRows(); r.left < 0 {
		return fmt.Errorf("a group of %d rows", r.left)
	}
	chunks, described := group.ColumnChunks(), r.file.Metadata().RowGroups[r.group].Columns
	for i, c := range r.columns {
		c.stop()
		if c.leaf >= min(len(chunks), len(described)) {
			return fmt.Errorf("column %q is missing in a group of rows", r.names[i])
		}
		if err := judgePages(r.disk, r.size, &described[c.leaf].MetaData, c, &r.expand); err != nil {
			return fmt.Errorf("column %q: %w", r.names[i], err)
		}
		c.pages = chunks[c.leaf].Pages()
	}
	return nil
}

// Close implements [records.Rows].
func (r *rows) Close() (err error) {
	defer caught(&err)
	for _, c := range r.columns {
		c.stop()
	}
	r.expand.close()
	if err := r.close(); err != nil {
		return fmt.Errorf("parquet: %w", err)
	}
	return nil
}

// caught makes an error of a panic, with which the library answers some files
// that are broken.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("parquet: the file is broken: %v", v)
	}
}
