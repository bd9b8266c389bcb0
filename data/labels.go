package data

import (
	"errors"
	"fmt"
	"math"

	"gorgonia.org/tensor"
)

// Labels returns the class of each row of the targets y: whole numbers from 0 on
// of shape (n) or (n,1), or one-hot rows (n,K) with K above 1. Anything else is
// an error that names the row.
func Labels(y tensor.Tensor) ([]int, error) {
	if Absent(y) {
		return nil, errors.New("data: there are no targets to take classes from")
	}
	d, err := AsType(y, tensor.Float64)
	if err != nil {
		return nil, err
	}
	shape := d.Shape()
	columns := 1
	if d.Dims() == 2 {
		columns = shape[1]
	}
	if d.Dims() < 1 || d.Dims() > 2 || product(shape) == 0 {
		return nil, fmt.Errorf("data: targets of shape %v, want classes of shape (n) or (n,1), or one-hot rows (n,K)", shape)
	}
	v := d.Float64s()
	labels := make([]int, shape[0])
	for i := range labels {
		row := v[i*columns : (i+1)*columns]
		if columns == 1 {
			if c := row[0]; !(c >= 0 && c <= 1<<24) || c != math.Trunc(c) {
				return nil, fmt.Errorf("data: %v in row %d is not a class, want a whole number from 0 on", c, i)
			}
			labels[i] = int(row[0])
			continue
		}
		labels[i] = -1
		for c, share := range row {
			if share == 1 && labels[i] < 0 {
				labels[i] = c
			} else if share != 0 {
				return nil, fmt.Errorf("data: row %d is not one-hot, want a single 1 among zeros", i)
			}
		}
		if labels[i] < 0 {
			return nil, fmt.Errorf("data: row %d is not one-hot, want a single 1 among zeros", i)
		}
	}
	return labels, nil
}

// tallied returns how many rows each class has.
func tallied(labels []int) map[int]int {
	counts := map[int]int{}
	for _, c := range labels {
		counts[c]++
	}
	return counts
}
