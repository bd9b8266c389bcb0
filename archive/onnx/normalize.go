package onnx

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// scaled multiplies by gamma and adds beta, the weights from the i-th on, which
// are repeated from a shape.
func (c call) scaled(y value, i int, gamma, beta bool, shape []int) value {
	if gamma {
		y = c.with("Mul", y, c.weight(i, shape...))
		i++
	}
	if beta {
		y = c.with("Add", y, c.weight(i, shape...))
	}
	return y
}

func (c call) batchNormalization(l layer.BatchNormalization) value {
	x := c.in[0]
	mean, variance := c.weights[len(c.weights)-2], c.weights[len(c.weights)-1]
	d := c.with("Sub", x, c.weight(len(c.weights)-2, mean.shape...))
	scale := make([]float32, len(variance.data))
	for i, v := range variance.data {
		scale[i] = float32(1 / math.Sqrt(float64(v)+or(l.Epsilon, 1e-3)))
		if !l.NoScale {
			scale[i] *= c.weights[0].data[i]
		}
	}
	y := c.with("Mul", d, c.floats("scale", variance.shape, scale))
	if l.NoCenter {
		return y
	}
	return c.with("Add", y, c.weight(len(c.weights)-3, mean.shape...))
}

// along gives the sizes of a sample along some axes, and 1 for the others.
func along(shape, axes []int) []int {
	sizes := slices.Repeat([]int{1}, len(shape))
	for _, a := range axes {
		sizes[a] = shape[a]
	}
	return sizes
}

func (c call) normalization(l layer.Normalization) value {
	x := c.in[0]
	axes := []int{len(x.shape) - 1}
	if l.Axis != nil {
		axes = sampleAxes(l.Axis, x.shape)
	}
	sizes := along(x.shape, axes)
	var mean, deviation []float32
	if l.Mean == nil {
		mean = c.weights[0].data
		for _, v := range c.weights[1].data {
			deviation = append(deviation, float32(max(math.Sqrt(float64(v)), 1e-7)))
		}
	} else {
		for i, v := range l.Variance {
			mean = append(mean, float32(l.Mean[i]))
			deviation = append(deviation, float32(max(math.Sqrt(v), 1e-7)))
		}
		repeats := product(sizes) / len(mean)
		mean, deviation = slices.Repeat(mean, repeats), slices.Repeat(deviation, repeats)
	}
	m, s := c.fixed("mean", sizes, mean), c.fixed("deviation", sizes, deviation)
	if l.Invert {
		return c.both("Add", c.both("Mul", x, s), m)
	}
	return c.both("Div", c.both("Sub", x, m), s)
}

// centred takes the mean along axes off.
func (g *graph) centred(x value, axes []int) value {
	return g.both("Sub", x, g.reduce("ReduceMean", x, axes...))
}

// divided divides x by √(mean d²+ε) along axes.
func (g *graph) divided(x, d value, axes []int, epsilon float64) value {
	variance := g.reduce("ReduceMean", g.both("Mul", d, d), axes...)
	return g.both("Div", x, g.elementwise("Sqrt", g.with("Add", variance, g.number(epsilon))))
}

// axesOr gives axes of samples, the last one where none are given.
func axesOr(axes, shape []int) []int {
	if len(axes) == 0 {
		return []int{len(shape) - 1}
	}
	return sampleAxes(axes, shape)
}

func (c call) layerNormalization(l layer.LayerNormalization) value {
	x := c.in[0]
	axes := axesOr(l.Axis, x.shape)
	d := c.centred(x, axes)
	top := d
	if l.RMSScaling {
		top = x
	}
	y := c.divided(top, d, axes, or(l.Epsilon, 1e-3))
	return c.scaled(y, 0, !l.NoScale || l.RMSScaling, !l.NoCenter && !l.RMSScaling, along(x.shape, axes))
}

func (c call) rmsNormalization(l layer.RMSNormalization) value {
	x := c.in[0]
	axes := axesOr(l.Axis, x.shape)
	return c.scaled(c.divided(x, x, axes, or(l.Epsilon, 1e-6)), 0, true, false, along(x.shape, axes))
}

func (c call) unitNormalization(l layer.UnitNormalization) value {
	return c.unit(c.in[0], axesOr(l.Axis, c.in[0].shape), 1e-12)
}

// unit divides x by its length along axes, or by least where that is more.
func (g *graph) unit(x value, axes []int, least float64) value {
	length := g.elementwise("Sqrt", g.reduce("ReduceSum", g.both("Mul", x, x), axes...))
	return g.both("Div", x, g.with("Max", length, g.number(least)))
}

func (c call) groupNormalization(l layer.GroupNormalization) value {
	x := c.in[0]
	axis := len(x.shape) - 1
	if l.Axis != 0 {
		axis = sampleAxes([]int{l.Axis}, x.shape)[0]
	}
	channels, groups := x.shape[axis], l.Groups
	switch groups {
	case 0:
		groups = 32
	case -1:
		groups = channels
	}
	split := c.reshape(x, slices.Concat(x.shape[:axis], []int{groups, channels / groups}, x.shape[axis+1:])...)
	within := slices.DeleteFunc(indices(0, len(split.shape)), func(a int) bool { return a == axis })
	d := c.centred(split, within)
	y := c.reshape(c.divided(d, d, within, or(l.Epsilon, 1e-3)), x.shape...)
	return c.scaled(y, 0, !l.NoScale, !l.NoCenter, along(x.shape, []int{axis}))
}

func (c call) rescaling(l layer.Rescaling) value {
	x := c.in[0]
	each := func(name string, all []float64, one float64) string {
		if all == nil {
			return c.number(one)
		}
		v := make([]float32, len(all))
		for i, a := range all {
			v[i] = float32(a)
		}
		return c.floats(name, []int{len(v)}, v)
	}
	y := c.with("Mul", x, each("scale", l.Scales, l.Scale))
	return c.with("Add", y, each("offset", l.Offsets, l.Offset))
}
