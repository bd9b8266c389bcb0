package table

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/tensor"
)

// Labels are the classes of rows.
type Labels struct {
	Classes []int    // of each row, from 0 on
	Names   []string // of the classes; numbers in their shortest form
}

// LabelsOf numbers the labels of a column. Of two labels the positive one is
// class 1: the rarer one where positive is "", and of two equally frequent ones
// the greater. More labels are numbered in ascending order, numbers by size; then
// a positive one is class 1 and all others together are class 0, named "rest".
//
// A missing label names its row. A single label, and a positive one that does
// not occur, are errors.
func LabelsOf(c *Column, positive string) (*Labels, error) {
	names := make([]string, c.Len())
	counts := map[string]int{}
	for i := range names {
		if c.Missing(i) {
			return nil, c.errorf(i, "there is no label")
		}
		if c.Numbers != nil {
			names[i] = shortest(c.Numbers[i])
		} else {
			names[i] = c.Text(i)
		}
		counts[names[i]]++
	}
	order := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if c.Numbers != nil {
			x, _ := Number(a)
			y, _ := Number(b)
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a, b)
	})
	if len(order) < 2 {
		return nil, fmt.Errorf("table: %scolumn %q has the labels %q, expected at least two", prefix(c.file), c.Name, order)
	}
	if v, err := Number(positive); err == nil && c.Numbers != nil {
		positive = shortest(v)
	}
	if positive == "" && len(order) == 2 {
		positive = order[1]
		if counts[order[0]] < counts[order[1]] {
			positive = order[0]
		}
	}
	if positive != "" && counts[positive] == 0 {
		return nil, fmt.Errorf("table: %scolumn %q has no label %q, expected one of %s", prefix(c.file), c.Name, clip(positive), list(order))
	}
	number := map[string]int{}
	switch {
	case positive == "":
		for i, name := range order {
			number[name] = i
		}
	case len(order) == 2:
		number[positive] = 1
		if order[0] == positive {
			slices.Reverse(order)
		}
	default:
		number[positive], order = 1, []string{"rest", positive}
	}
	out := &Labels{Classes: make([]int, len(names)), Names: order}
	for i, name := range names {
		out.Classes[i] = number[name]
	}
	return out, nil
}

// Tensor returns the classes of some rows, or of all where rows is nil, as
// targets (n) of a float dtype.
func (l *Labels) Tensor(rows []int, dt tensor.Dtype) (*tensor.Dense, error) {
	if rows == nil {
		rows = all(len(l.Classes))
	}
	y := make([]float64, len(rows))
	for i, r := range rows {
		if r < 0 || r >= len(l.Classes) {
			return nil, fmt.Errorf("table: there is no label of row %d, expected 0 to %d", r, len(l.Classes)-1)
		}
		y[i] = float64(l.Classes[r])
	}
	return array(y, dt, len(y))
}

// all lists the rows 0 to n-1.
func all(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
