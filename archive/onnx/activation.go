package onnx

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// activate adds an activation function.
func (g *graph) activate(f layer.ActivationFunc, x value) value {
	n := len(x.shape) - 1
	switch f {
	case layer.ReLU:
		return g.elementwise("Relu", x)
	case layer.Sigmoid:
		return g.elementwise("Sigmoid", x)
	case layer.Tanh:
		return g.elementwise("Tanh", x)
	case layer.Softmax:
		return g.elementwise("Softmax", x, intOf("axis", -1))
	case layer.LogSoftmax:
		return g.elementwise("LogSoftmax", x, intOf("axis", -1))
	case layer.LeakyReLU:
		return g.elementwise("LeakyRelu", x, floatOf("alpha", 0.2))
	case layer.ReLU6:
		return g.clip(x, 0, 6)
	case layer.ELU, layer.CELU: // CELU of alpha 1
		return g.elementwise("Elu", x)
	case layer.SELU:
		return g.elementwise("Selu", x)
	case layer.GELU: // x·(1 + erf(x/√2))/2
		erf := g.elementwise("Erf", g.with("Mul", x, g.number(1/math.Sqrt2)))
		return g.with("Mul", g.both("Mul", x, g.with("Add", erf, g.number(1))), g.number(0.5))
	case layer.SiLU:
		return g.both("Mul", x, g.elementwise("Sigmoid", x))
	case layer.Softplus:
		return g.elementwise("Softplus", x)
	case layer.Softsign:
		return g.elementwise("Softsign", x)
	case layer.Squareplus: // (x + √(x²+4))/2
		root := g.elementwise("Sqrt", g.with("Add", g.both("Mul", x, x), g.number(4)))
		return g.with("Mul", g.both("Add", x, root), g.number(0.5))
	case layer.SparsePlus: // (x+1)²/4 between -1 and 1, and what lies above 1
		half := g.with("Mul", g.with("Add", g.clip(x, -1, 1), g.number(1)), g.number(0.5))
		above := g.elementwise("Relu", g.with("Sub", x, g.number(1)))
		return g.both("Add", g.both("Mul", half, half), above)
	case layer.SparseSigmoid:
		return g.clip(g.with("Mul", g.with("Add", x, g.number(1)), g.number(0.5)), 0, 1)
	case layer.Exponential:
		return g.elementwise("Exp", x)
	case layer.HardSigmoid:
		return g.elementwise("HardSigmoid", x, floatOf("alpha", 1./6), floatOf("beta", 0.5))
	case layer.HardSiLU:
		return g.elementwise("HardSwish", x)
	case layer.HardTanh:
		return g.clip(x, -1, 1)
	case layer.HardShrink:
		return g.elementwise("Shrink", x, floatOf("lambd", 0.5), floatOf("bias", 0))
	case layer.SoftShrink:
		return g.elementwise("Shrink", x, floatOf("lambd", 0.5), floatOf("bias", 0.5))
	case layer.TanhShrink:
		return g.both("Sub", x, g.elementwise("Tanh", x))
	case layer.Mish:
		return g.both("Mul", x, g.elementwise("Tanh", g.elementwise("Softplus", x)))
	case layer.LogSigmoid:
		return g.elementwise("Neg", g.elementwise("Softplus", g.elementwise("Neg", x)))
	case layer.Sparsemax:
		return g.sparsemax(x)
	case layer.GLU:
		shape := slices.Clone(x.shape)
		shape[n] /= 2
		halves := g.several("Split", 2, []string{x.name}, intOf("axis", -1))
		return g.both("Mul", value{name: halves[0], shape: shape}, g.elementwise("Sigmoid", value{name: halves[1], shape: shape}))
	}
	return x.masked(nil) // Linear
}

func (g *graph) clip(x value, low, high float64) value {
	return g.op("Clip", x.shape, []string{x.name, g.number(low), g.number(high)})
}

// sparsemax is max(x-τ, 0) with τ such that the sum is 1: of the numbers in
// descending order z, those count for which 1 + k·z[k] > z[1]+…+z[k], and τ is
// their sum less 1, divided by how many they are (Martins and Astudillo 2016).
func (g *graph) sparsemax(x value) value {
	last := len(x.shape) - 1
	n := x.shape[last]
	z := value{name: g.several("TopK", 2, []string{x.name, g.ints(n)}, intOf("axis", -1))[0], shape: x.shape}
	sums := g.op("CumSum", x.shape, []string{z.name, g.tensor("axis", "axis", typeInt64, nil, func() []byte { return rawInts([]int{-1}) })})
	ranks := make([]float32, n)
	for i := range ranks {
		ranks[i] = float32(i + 1)
	}
	counts := g.with("Add", g.with("Mul", z, g.floats("ranks", []int{n}, ranks)), g.number(1))
	counts = g.cast(g.both("Greater", counts, sums), typeFloat)
	sum := g.reduce("ReduceSum", g.both("Mul", z, counts), last)
	tau := g.both("Div", g.with("Sub", sum, g.number(1)), g.reduce("ReduceSum", counts, last))
	return g.elementwise("Relu", g.both("Sub", x, tau))
}

// rectify is x above the threshold, at most the maximum, and a line below.
func (c call) rectify(l layer.ReLULayer) value {
	x := c.in[0]
	if l == (layer.ReLULayer{Name: l.Name}) {
		return c.elementwise("Relu", x)
	}
	top := x
	if l.MaxValue != 0 {
		top = c.with("Min", x, c.number(l.MaxValue))
	}
	below := c.number(0) // of an infinity, too
	if l.NegativeSlope != 0 {
		below = c.with("Mul", c.with("Sub", x, c.number(l.Threshold)), c.number(l.NegativeSlope)).name
	}
	above := c.with("Greater", x, c.number(l.Threshold))
	return c.op("Where", x.shape, []string{above.name, top.name, below})
}

// softmax sums over some axes; masked timesteps take no part.
func (c call) softmax(l layer.SoftmaxLayer) value {
	x := c.in[0]
	if x.mask != nil {
		x = c.choose(x.mask, x, c.number(-1e9))
	}
	axes := []int{len(x.shape) - 1}
	if l.Axis != nil {
		axes = sampleAxes(l.Axis, x.shape)
	}
	var y value
	if len(axes) == 1 {
		y = c.elementwise("Softmax", x, intOf("axis", axes[0]+1))
	} else {
		e := c.elementwise("Exp", c.both("Sub", x, c.reduce("ReduceMax", x, axes...)))
		y = c.both("Div", e, c.reduce("ReduceSum", e, axes...))
	}
	if mask := c.in[0].mask; mask != nil {
		y = c.both("Mul", y, c.over(mask, y))
	}
	return y
}

// sampleAxes counts Keras's axes, with the batch as 0 or from the end, from 0
// for the first one of a sample, in order. The layer's Build has checked them.
func sampleAxes(axes, shape []int) []int {
	var all []int
	for _, a := range axes {
		if a < 0 {
			a += len(shape) + 1
		}
		all = append(all, a-1)
	}
	slices.Sort(all)
	return all
}
