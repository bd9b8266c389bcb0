package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorgonia.org/tensor"
)

// Table is a list of columns of equal length.
type Table struct {
	File    string // named in errors; may be empty
	Header  bool   // the columns have names
	Columns []Column
}

// New makes a table of columns of equal length; it has a header. No column, and
// lengths that differ, are errors.
func New(columns ...Column) (*Table, error) {
	t := &Table{Header: true, Columns: columns}
	if len(columns) == 0 {
		return nil, fmt.Errorf("table: no columns, expected at least one")
	}
	for i := range columns {
		if n := columns[i].Len(); n != t.Rows() {
			return nil, fmt.Errorf("table: column %q has %d rows, %q has %d", columns[i].Name, n, columns[0].Name, t.Rows())
		}
	}
	return t, nil
}

// Rows returns the number of rows.
func (t *Table) Rows() int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Columns[0].Len()
}

// Names returns the names of the columns: their numbers from 0 on where the
// table has no header.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// Index finds a column, as [Find] does.
func (t *Table) Index(name string) (int, error) {
	i, err := Find(t.Names(), t.Header, name)
	if err != nil {
		return 0, fmt.Errorf("table: %s%w", prefix(t.File), err)
	}
	return i, nil
}

// Column finds a column, as [Find] does.
func (t *Table) Column(name string) (*Column, error) {
	i, err := t.Index(name)
	if err != nil {
		return nil, err
	}
	return &t.Columns[i], nil
}

// Without returns the table without some columns, which share their memory.
func (t *Table) Without(names ...string) (*Table, error) {
	var leave []int
	for _, name := range names {
		i, err := t.Index(name)
		if err != nil {
			return nil, err
		}
		leave = append(leave, i)
	}
	out := &Table{File: t.File, Header: t.Header}
	for i, c := range t.Columns {
		if !slices.Contains(leave, i) {
			out.Columns = append(out.Columns, c)
		}
	}
	return out, nil
}

// Take returns the given rows in the given order, repeats included.
func (t *Table) Take(rows []int) (*Table, error) {
	out := &Table{File: t.File, Header: t.Header, Columns: make([]Column, len(t.Columns))}
	for i := range t.Columns {
		var err error
		if out.Columns[i], err = t.Columns[i].Take(rows); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// RowNumbers tells whether the first column has no name and counts the rows,
// from 0 or from 1 on, as pandas writes its index.
func (t *Table) RowNumbers() bool {
	if !t.Header || len(t.Columns) < 2 || t.Columns[0].Name != "" || t.Rows() == 0 || t.Columns[0].Numbers == nil {
		return false
	}
	first := t.Columns[0].Numbers[0]
	if first != 0 && first != 1 {
		return false
	}
	for i, v := range t.Columns[0].Numbers {
		if v != first+float64(i) {
			return false
		}
	}
	return true
}

// Tensor returns columns as an array (rows, columns) of dtype float64, all of
// them where none is named. Text and missing cells are errors that name the row.
func (t *Table) Tensor(names ...string) (*tensor.Dense, error) {
	all := make([]int, len(t.Columns))
	for i := range all {
		all[i] = i
	}
	if len(names) > 0 {
		all = all[:0]
		for _, name := range names {
			i, err := t.Index(name)
			if err != nil {
				return nil, err
			}
			all = append(all, i)
		}
	}
	if len(all) == 0 || t.Rows() == 0 {
		return nil, fmt.Errorf("table: %s%d rows and %d columns, expected at least one of each", prefix(t.File), t.Rows(), len(all))
	}
	out := make([]float64, t.Rows()*len(all))
	for j, i := range all {
		values, err := t.Columns[i].Floats()
		if err != nil {
			return nil, err
		}
		for r, v := range values {
			out[r*len(all)+j] = v
		}
	}
	return tensor.New(tensor.WithShape(t.Rows(), len(all)), tensor.WithBacking(out)), nil
}

// Find returns the place of a column: the one of that name. Without a header the
// names are the columns' numbers, from 0 on. A header in which a name stands twice
// may be none: then a number will do there too, if no column has it for a name.
// A name that no column or several columns have is an error.
func Find(names []string, header bool, name string) (int, error) {
	var found []int
	unique := map[string]bool{}
	for i, n := range names {
		if n == name {
			found = append(found, i)
		}
		unique[n] = true
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) > 1 {
		return 0, fmt.Errorf("the name %q stands above columns %v, expected one", clip(name), found)
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(names) && len(unique) < len(names) {
		return i, nil
	}
	if !header {
		return 0, fmt.Errorf("there is no column %q: without a header, columns are numbers from 0 to %d", clip(name), len(names)-1)
	}
	return 0, fmt.Errorf("there is no column %q, expected one of %s", clip(name), list(names))
}

// list writes names for a message.
func list(names []string) string {
	const most = 12
	var out []string
	for _, n := range names[:min(len(names), most)] {
		out = append(out, strconv.Quote(clip(n)))
	}
	if len(names) > most {
		out = append(out, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(out, ", ")
}
