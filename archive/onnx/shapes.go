package onnx

import "slices"

// repeat repeats samples along an axis as a whole.
func (g *graph) repeat(x value, axis, times int) value {
	shape, by := slices.Clone(x.shape), slices.Repeat([]int{1}, len(x.shape)+1)
	shape[axis] *= times
	by[axis+1] = times
	return g.op("Tile", shape, []string{x.name, g.ints(by...)})
}

// enlarge repeats what lies along the first axes of samples, place by place.
func (g *graph) enlarge(x value, sizes ...int) value {
	for axis, n := range orEach(sizes, 2) {
		shape := slices.Clone(x.shape)
		wide := g.repeat(g.reshape(x, slices.Insert(slices.Clone(shape), axis+1, 1)...), axis+1, n)
		shape[axis] *= n
		x = g.reshape(wide, shape...)
	}
	return x
}

func (g *graph) bilinear(x value, size [2]int) value {
	s := orEach(size[:], 2)
	first := g.transpose(x, 2, 0, 1)
	scales := g.floats("scales", []int{4}, []float32{1, 1, float32(s[0]), float32(s[1])})
	y := g.op("Resize", []int{first.shape[0], first.shape[1] * s[0], first.shape[2] * s[1]}, []string{first.name, "", scales},
		stringOf("mode", "linear"), stringOf("coordinate_transformation_mode", "half_pixel"))
	return g.transpose(y, 1, 2, 0)
}

// borders gives sizes of the two sides of each axis: otherwise if all are 0,
// and 0 for layer.None.
func borders(sides []int, otherwise int) []int {
	all := slices.Clone(sides)
	if !slices.ContainsFunc(all, func(n int) bool { return n != 0 }) {
		return slices.Repeat([]int{otherwise}, len(all))
	}
	for i, n := range all {
		all[i] = max(n, 0)
	}
	return all
}

// pad puts zeros around the first axes of samples.
func (g *graph) pad(x value, sides []int) value {
	shape := slices.Clone(x.shape)
	starts, ends := make([]int, len(shape)+1), make([]int, len(shape)+1)
	for i := range len(sides) / 2 {
		starts[i+1], ends[i+1] = sides[2*i], sides[2*i+1]
		shape[i] += sides[2*i] + sides[2*i+1]
	}
	return g.op("Pad", shape, []string{x.name, g.ints(append(starts, ends...)...)})
}

// crop cuts off both sides of the first axes of samples.
func (g *graph) crop(x value, sides []int) value {
	for i := range len(sides) / 2 {
		if sides[2*i]+sides[2*i+1] > 0 {
			x = g.slice(x, i, sides[2*i], x.shape[i]-sides[2*i+1], 1)
		}
	}
	return x.masked(nil)
}
