package layer

import (
	"fmt"
	"slices"
)

// sampleAxes returns, in order, which axes of a sample of shape in are meant by
// axes counted as Keras does: 0 is the batch, negative ones count from the
// end. None given means def.
func sampleAxes(axes, in []int, def int) ([]int, error) {
	if len(axes) == 0 {
		axes = []int{def}
	}
	var all []int
	for _, axis := range axes {
		at := axis - 1
		if axis < 0 {
			at = len(in) + axis
		}
		if at < 0 || at >= len(in) || axis == 0 {
			return nil, fmt.Errorf("expected axes of samples of shape %v, from 1 to %d or from -%d to -1, got %d", in, len(in), len(in), axis)
		}
		if slices.Contains(all, at) {
			return nil, fmt.Errorf("expected each axis once, got %v", axes)
		}
		all = append(all, at)
	}
	slices.Sort(all)
	return all, nil
}

// sizesOf returns the sizes of some axes.
func sizesOf(shape, axes []int) []int {
	var sizes []int
	for _, axis := range axes {
		sizes = append(sizes, shape[axis])
	}
	return sizes
}
