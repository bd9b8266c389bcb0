package onnx

import (
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// terms gives the inputs one rank, and the shape that they are repeated to.
func (c call) terms(in []value) (all []value, shape []int) {
	rank := 0
	for _, x := range in {
		rank = max(rank, len(x.shape))
	}
	for i, x := range in {
		x = c.aligned(x, rank)
		if i == 0 {
			shape = x.shape
		}
		all, shape = append(all, x), merged(shape, x.shape)
	}
	return all, shape
}

// merge adds an operator on all inputs, which is given the union of their masks.
func (c call) merge(op string, in []value) value {
	terms, shape := c.terms(in)
	var names []string
	for _, x := range terms {
		names = append(names, x.name)
	}
	return c.op(op, shape, names).masked(c.anyMask(c.in))
}

// anyMask is 1 where the mask of any value is, and nil if one has none.
func (g *graph) anyMask(in []value) *value {
	var names []string
	var shape []int
	for _, x := range in {
		if x.mask == nil {
			return nil
		}
		if !slices.Contains(names, x.mask.name) {
			names = append(names, x.mask.name)
			shape = x.mask.shape
		}
	}
	if len(names) == 1 {
		return in[0].mask
	}
	mask := g.op("Max", shape, names)
	return &mask
}

func (c call) multiply() value {
	in := slices.Clone(c.in)
	for i, x := range in {
		if x.mask != nil {
			in[i] = c.choose(x.mask, x, c.number(1))
		}
	}
	terms, shape := c.terms(in)
	y := terms[0]
	for _, x := range terms[1:] {
		y = c.op("Mul", merged(y.shape, x.shape), []string{y.name, x.name})
	}
	y.shape = shape
	mask := c.anyMask(c.in)
	if mask == nil {
		return y
	}
	return c.both("Mul", y, c.over(mask, y)).masked(mask)
}

// extreme takes the inputs in order; what is masked gives way to the others.
func (c call) extreme(op string) value {
	terms, _ := c.terms(c.in)
	y := terms[0]
	for i, x := range terms[1:] {
		shape := merged(y.shape, x.shape)
		pick := func(mask *value, a, b value) value {
			m := c.cast(c.over(mask, value{shape: shape}), typeBool)
			return c.op("Where", shape, []string{m.name, a.name, b.name})
		}
		if mask := c.in[i+1].mask; mask != nil {
			x = pick(mask, x, y)
		}
		if mask := c.anyMask(c.in[:i+1]); mask != nil {
			y = pick(mask, y, x)
		}
		y = c.op(op, shape, []string{y.name, x.name})
	}
	return y.masked(c.anyMask(c.in))
}

func (c call) concatenate(l layer.Concatenate) value {
	axis := len(c.in[0].shape) - 1
	if l.Axis != 0 {
		axis = sampleAxes([]int{l.Axis}, c.in[0].shape)[0]
	}
	y := c.concat(c.in, axis)
	if axis > 0 {
		return y.masked(c.anyMask(c.in))
	}
	var masks []value
	some := false
	for _, x := range c.in {
		if x.mask != nil {
			masks, some = append(masks, *x.mask), true
			continue
		}
		// Ones for every sample: numbers that equal themselves or do not.
		part := x
		for len(part.shape) > 1 {
			part = c.slice(part, len(part.shape)-1, 0, 1, 1)
			part = c.reshape(part, part.shape[:len(part.shape)-1]...)
		}
		equal := c.cast(c.with("Equal", part, part.name), typeFloat)
		masks = append(masks, c.with("Max", equal, c.number(1)))
	}
	if !some {
		return y
	}
	mask := c.concat(masks, 0)
	return y.masked(&mask)
}

// concat puts values one behind the other along an axis.
func (g *graph) concat(in []value, axis int) value {
	shape := slices.Clone(in[0].shape)
	var names []string
	for i, x := range in {
		if i > 0 {
			shape[axis] += x.shape[axis]
		}
		names = append(names, x.name)
	}
	return g.op("Concat", shape, names, intOf("axis", axis+1))
}

func (c call) dot(l layer.Dot) value {
	var matrices []value
	var out []int
	for i, x := range c.in {
		axis := sampleAxes([]int{l.Axes[i]}, x.shape)[0]
		rest := slices.DeleteFunc(indices(0, len(x.shape)), func(a int) bool { return a == axis })
		out = append(out, permuted(x.shape, rest)...)
		n := x.shape[axis]
		x = c.reshape(c.transpose(x, append(rest, axis)...), product(x.shape)/n, n)
		if l.Normalize {
			x = c.unit(x, []int{1}, 1e-7)
		}
		matrices = append(matrices, x)
	}
	if len(out) == 0 {
		out = []int{1}
	}
	return c.reshape(c.product(matrices[0], c.transpose(matrices[1], 1, 0)), out...)
}

// product multiplies matrices, the last two axes of samples.
func (g *graph) product(a, b value) value {
	n := len(a.shape)
	shape := append(slices.Clone(a.shape[:n-1]), b.shape[n-1])
	return g.op("MatMul", shape, []string{a.name, b.name})
}
