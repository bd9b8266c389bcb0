package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/counterweight-go/counterweight/data/table"
	"github.com/counterweight-go/counterweight/internal/atomicfile"
	"github.com/counterweight-go/counterweight/internal/registry"
	"gorgonia.org/tensor"
)

// table resamples a CSV file: columns keep their order and rows that are picked
// their text.
func (r *resampling) table(ctx context.Context, made registry.Sampler) error {
	t, err := table.ReadFile(r.csv.path, table.Options{})
	if err != nil {
		return err
	}
	at, err := t.Index(r.column)
	if err != nil {
		return err
	}
	labels, err := labelsOf(&t.Columns[at], r.csv.path)
	if err != nil {
		return err
	}
	x, err := r.features(t, at, made)
	if err != nil {
		return err
	}
	out, rows, err := r.resampledTable(ctx, made, t, at, x, labels)
	if err != nil {
		return fmt.Errorf("%w (%s)", err, r.csv.path)
	}
	if err := atomicfile.Write(r.outCSV.path, out.Write); err != nil {
		return err
	}
	return r.indices(rows)
}

// classLabels are the classes of rows as whole numbers, and for each class a row
// that has it.
type classLabels struct {
	y     []int
	first map[int]int
}

// labelsOf takes whole numbers as they are and numbers text in alphabetical
// order.
func labelsOf(c *table.Column, path string) (*classLabels, error) {
	l := &classLabels{y: make([]int, c.Len()), first: map[int]int{}}
	var texts []string
	for i := range l.y {
		if c.Missing(i) {
			return nil, fmt.Errorf("%s: row %d, column %q: there is no class", path, i, c.Name)
		}
		if c.Numbers == nil {
			texts = append(texts, c.Text(i))
		}
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	for i := range l.y {
		if c.Numbers == nil {
			l.y[i], _ = slices.BinarySearch(texts, c.Text(i))
		} else if v := c.Numbers[i]; v != math.Trunc(v) || math.Abs(v) > 1<<24 {
			return nil, fmt.Errorf("%s: row %d, column %q: %v is not a class, expected whole numbers or text", path, i, c.Name, v)
		} else {
			l.y[i] = int(v)
		}
		if _, seen := l.first[l.y[i]]; !seen {
			l.first[l.y[i]] = i
		}
	}
	return l, nil
}

// features are the columns beside the target, of whole numbers if all of them
// are. A sampler that does not look at them gets the numbers of the rows.
func (r *resampling) features(t *table.Table, at int, made registry.Sampler) (*tensor.Dense, error) {
	if made.Blind {
		numbers := make([]float64, t.Rows())
		for i := range numbers {
			numbers[i] = float64(i)
		}
		return tensor.New(tensor.WithShape(t.Rows(), 1), tensor.WithBacking(numbers)), nil
	}
	others := &table.Table{File: t.File, Header: t.Header, Columns: slices.Delete(slices.Clone(t.Columns), at, at+1)}
	if len(others.Columns) == 0 {
		return nil, fmt.Errorf("%s: there is no column beside the target", r.csv.path)
	}
	whole := true
	for i := range others.Columns {
		whole = whole && others.Columns[i].Whole()
	}
	x, err := others.Tensor()
	if err == nil && whole {
		if err = wide(x, r.csv.path); err == nil {
			x = cast(x, tensor.Int64)
		}
	}
	return x, err
}

// wide refuses whole numbers that float64 does not hold.
func wide(x *tensor.Dense, path string) error {
	for i, v := range x.Float64s() {
		if math.Abs(v) > 1<<53 {
			return fmt.Errorf("%s: %v in row %d, expected whole numbers from -2^53 to 2^53", path, v, i/x.Shape()[1])
		}
	}
	return nil
}

func (r *resampling) resampledTable(ctx context.Context, made registry.Sampler, t *table.Table, at int, x *tensor.Dense, labels *classLabels) (*table.Table, []int, error) {
	y := tensor.New(tensor.WithShape(len(labels.y)), tensor.WithBacking(labels.y))
	if !made.Makes {
		rows, err := picked(ctx, made, x, y)
		if err != nil {
			return nil, nil, err
		}
		out, err := t.Take(rows)
		return out, rows, err
	}
	xs, ys, err := made.Resample(ctx, x, y)
	if err != nil {
		return nil, nil, err
	}
	n, width := xs.Shape()[0], xs.Shape()[1]
	same := unchanged(x, xs, labels.y, ys.Float64s())
	out := &table.Table{Header: t.Header}
	j := 0 // among the features
	for i := range t.Columns {
		c := &t.Columns[i]
		cells := make([]string, n)
		for row := range cells {
			switch {
			case row < same:
				cells[row] = c.Raw(row)
			case i == at:
				cells[row] = c.Raw(labels.first[int(ys.Float64s()[row])])
			default:
				cells[row] = written(xs.Float64s()[row*width+j], c.Whole())
			}
		}
		if i != at {
			j++
		}
		out.Columns = append(out.Columns, table.NewText(c.Name, cells))
	}
	return out, nil, nil
}

// unchanged counts the rows at the start that are those of the input: their cells
// are written as they were read.
func unchanged(x, xs *tensor.Dense, y []int, ys []float64) int {
	before, width := cast64(x), xs.Shape()[1]
	for row := range min(len(y), len(ys)) {
		if float64(y[row]) != ys[row] || !slices.Equal(before[row*width:][:width], xs.Float64s()[row*width:][:width]) {
			return row
		}
	}
	return min(len(y), len(ys))
}

// cast64 is the data of a table as float64.
func cast64(x *tensor.Dense) []float64 {
	if v, ok := x.Data().([]float64); ok {
		return v
	}
	var out []float64
	for _, v := range x.Int64s() {
		out = append(out, float64(v))
	}
	return out
}

// written is a number in a cell, toward zero where the column is of whole ones.
func written(v float64, whole bool) string {
	if whole {
		v = math.Trunc(v) + 0 // not -0
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
