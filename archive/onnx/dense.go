package onnx

import (
	"math"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/model/layer"
)

// linear multiplies the last axis of x by a matrix and adds a row, unless it is
// "".
func (g *graph) linear(x value, kernel, bias string, units int) value {
	shape := append(slices.Clone(x.shape[:len(x.shape)-1]), units)
	if len(shape) == 1 && bias != "" {
		return g.op("Gemm", shape, []string{x.name, kernel, bias})
	}
	y := g.op("MatMul", shape, []string{x.name, kernel})
	if bias != "" {
		y = g.with("Add", y, bias)
	}
	return y
}

func (c call) dense(l layer.Dense) value {
	bias := ""
	if !l.NoBias {
		bias = c.weight(1, l.Units)
	}
	return c.activate(l.Activation, c.linear(c.in[0], c.weight(0, c.weights[0].shape...), bias, l.Units))
}

func (c call) einsum(l layer.EinsumDense) value {
	// The layer knows the shape of its output.
	b, err := l.Build(c.in[0].shape)
	if err != nil {
		return c.in[0]
	}
	shape := b.Out
	if l.Activation == layer.GLU {
		shape = slices.Clone(shape)
		shape[len(shape)-1] *= 2
	}
	equation := strings.ReplaceAll(l.Equation, " ", "")
	y := c.op("Einsum", shape, []string{c.in[0].name, c.weight(0, c.weights[0].shape...)}, stringOf("equation", equation))
	if len(c.weights) > 1 {
		y = c.with("Add", y, c.weight(1, c.weights[1].shape...))
	}
	return c.activate(l.Activation, y)
}

func (c call) embedding(l layer.Embedding) value {
	x := c.in[0]
	shape := append(slices.Clone(x.shape), l.OutputDim)
	y := c.op("Gather", shape, []string{c.weight(0, c.weights[0].shape...), c.cast(x, typeInt64).name})
	if l.MaskZero {
		mask := c.differs(x, 0)
		y.mask = &mask
	}
	return y
}

// differs is 1 where x is not a number, and 0 where it is.
func (g *graph) differs(x value, v float64) value {
	equal := g.with("Equal", x, g.number(v))
	return g.cast(g.elementwise("Not", equal), typeFloat)
}

func (c call) masking(l layer.Masking) value {
	x := c.in[0]
	last := len(x.shape) - 1
	mask := c.reshape(c.reduce("ReduceMax", c.differs(x, l.MaskValue), last), x.shape[:last]...)
	return c.both("Mul", x, c.over(&mask, x)).masked(&mask)
}

// categories turns indices into rows that say which of them are there.
func (c call) categories(l layer.CategoryEncoding) value {
	x := c.in[0]
	rows := c.oneHot(c.cast(x, typeInt64), l.NumTokens)
	last := len(x.shape) - 1
	switch l.OutputMode {
	case layer.OneHotOutput:
		return c.without1(rows, last)
	case layer.CountOutput:
		if len(c.in) > 1 {
			weights := c.reshape(c.in[1], append(slices.Clone(x.shape), 1)...)
			rows = c.both("Mul", rows, weights)
		}
		return c.reshape(c.reduce("ReduceSum", rows, last), l.NumTokens)
	}
	return c.reshape(c.reduce("ReduceMax", rows, last), l.NumTokens)
}

// without1 drops an axis that one-hot rows have no use for.
func (g *graph) without1(rows value, axis int) value {
	if rows.shape[axis] != 1 {
		return rows
	}
	return g.reshape(rows, slices.Delete(slices.Clone(rows.shape), axis, axis+1)...)
}

func (g *graph) oneHot(index value, depth int) value {
	values := g.tensor("off on", "off_on", typeFloat, []int{2}, func() []byte { return rawFloats([]float32{0, 1}) })
	return g.op("OneHot", append(slices.Clone(index.shape), depth), []string{index.name, g.ints(depth), values})
}

// bins counts the boundaries that a number is not below.
func (c call) bins(l layer.Discretization) value {
	x := c.in[0]
	depth := len(l.BinBoundaries) + 1
	var index value
	if depth == 1 {
		index = c.cast(c.with("Less", x, c.number(math.Inf(-1))), typeFloat) // 0 for all
	} else {
		bounds := make([]float32, depth-1)
		for i, b := range l.BinBoundaries {
			bounds[i] = float32(b)
		}
		wide := c.reshape(x, append(slices.Clone(x.shape), 1)...)
		below := c.op("Less", append(slices.Clone(x.shape), depth-1), []string{wide.name, c.floats("boundaries", []int{depth - 1}, bounds)})
		counted := c.cast(c.elementwise("Not", below), typeFloat)
		index = c.reshape(c.reduce("ReduceSum", counted, len(x.shape)), x.shape...)
	}
	if l.OutputMode == layer.DefaultOutput || l.OutputMode == layer.IntOutput {
		return index
	}
	last := len(x.shape) - 1
	rows := c.oneHot(c.cast(index, typeInt64), depth)
	switch l.OutputMode {
	case layer.OneHotOutput:
		return c.without1(rows, last)
	case layer.CountOutput:
		return c.reshape(c.reduce("ReduceSum", rows, last), depth)
	}
	return c.reshape(c.reduce("ReduceMax", rows, last), depth)
}
