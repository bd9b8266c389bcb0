package onnx

import (
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
