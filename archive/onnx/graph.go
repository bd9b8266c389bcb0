package onnx

import (
	"fmt"
	"slices"
)

// A graph is what has been written of one. Its methods add operators, named
// after the layer at work.
type graph struct {
	nodes   []proto
	tensors []proto
	taken   map[string]bool   // names of values
	known   map[string]string // constants and weights, by what they hold
	layer   string            // the path of the layer at work
	size    int               // bytes of tensors
}

// A value is a batch of samples, which have a shape.
type value struct {
	name  string
	shape []int
	mask  *value // 1 for timesteps that count, 0 for others; nil for all
}

func (v value) masked(mask *value) value {
	v.mask = mask
	return v
}

// unique gives a name that no value has.
func (g *graph) unique(base string) string {
	name := base
	for n := 1; g.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	g.taken[name] = true
	return name
}

// several adds an operator and gives the names of its outputs.
func (g *graph) several(op string, outputs int, in []string, attributes ...attribute) []string {
	var p proto
	for _, name := range in {
		p.string(1, name)
	}
	out := make([]string, outputs)
	for i := range out {
		out[i] = g.unique(g.layer + "/" + op)
		p.string(2, out[i])
	}
	p.string(3, out[0])
	p.string(4, op)
	for _, a := range attributes {
		p.bytes(5, a)
	}
	g.nodes = append(g.nodes, p)
	return out
}

// op adds an operator of one output, of samples of a shape.
func (g *graph) op(op string, shape []int, in []string, attributes ...attribute) value {
	return value{name: g.several(op, 1, in, attributes...)[0], shape: shape}
}

// elementwise adds an operator whose output is of the shape of x.
func (g *graph) elementwise(op string, x value, attributes ...attribute) value {
	return g.op(op, x.shape, []string{x.name}, attributes...)
}

// with adds an operator on x and something that is repeated to its shape.
func (g *graph) with(op string, x value, other string) value {
	return g.op(op, x.shape, []string{x.name, other})
}

// tensor adds a constant, unless there is one of that key.
func (g *graph) tensor(key, name string, kind int, shape []int, raw func() []byte) string {
	if name, ok := g.known[key]; ok {
		return name
	}
	name = g.unique(name)
	g.known[key] = name
	t := tensorOf(name, kind, shape, raw())
	g.size += len(t)
	g.tensors = append(g.tensors, t)
	return name
}

// ints is a constant list of whole numbers.
func (g *graph) ints(v ...int) string {
	return g.tensor(fmt.Sprint("ints ", v), "ints", typeInt64, []int{len(v)}, func() []byte { return rawInts(v) })
}

// number is a constant without axes.
func (g *graph) number(v float64) string {
	x := float32(v)
	return g.tensor(fmt.Sprint("number ", x), "number", typeFloat, nil, func() []byte { return rawFloats([]float32{x}) })
}

// floats is a constant of the layer at work; name says which.
func (g *graph) floats(name string, shape []int, v []float32) string {
	name = g.layer + "/" + name
	return g.tensor("floats "+name, name, typeFloat, shape, func() []byte { return rawFloats(v) })
}

// fixed is a constant that is the same for all samples.
func (g *graph) fixed(name string, shape []int, v []float32) value {
	return value{name: g.floats(name, append([]int{1}, shape...), v), shape: shape}
}

// reshape gives samples another shape of the same size.
func (g *graph) reshape(x value, shape ...int) value {
	if slices.Equal(x.shape, shape) {
		return x.masked(nil)
	}
	return g.op("Reshape", shape, []string{x.name, g.ints(append([]int{-1}, shape...)...)})
}

// transpose puts the axes of samples, counted from 0, into another order.
func (g *graph) transpose(x value, order ...int) value {
	all, shape, same := []int{0}, make([]int, len(order)), true
	for i, a := range order {
		all = append(all, a+1)
		shape[i] = x.shape[a]
		same = same && i == a
	}
	if same {
		return x.masked(nil)
	}
	return g.op("Transpose", shape, []string{x.name}, intsOf("perm", all...))
}

// slice takes part of the samples along an axis, counted from 0; a step of -1
// turns it round.
func (g *graph) slice(x value, axis, from, to, step int) value {
	shape := slices.Clone(x.shape)
	shape[axis] = to - from
	if step < 0 {
		shape[axis] = from - to
		if to < 0 { // before the first
			to = -1 << 62
		}
	}
	return g.op("Slice", shape, []string{x.name, g.ints(from), g.ints(to), g.ints(axis + 1), g.ints(step)})
}

// reverse turns samples round along their first axis.
func (g *graph) reverse(x value) value { return g.slice(x, 0, x.shape[0]-1, -1, -1) }

// aligned gives x the rank of out, with axes of size 1 in front of a sample.
func (g *graph) aligned(x value, rank int) value {
	return g.reshape(x, append(slices.Repeat([]int{1}, rank-len(x.shape)), x.shape...)...)
}

// over gives a mask of leading axes the rank of x.
func (g *graph) over(mask *value, x value) value {
	return g.reshape(*mask, append(slices.Clone(mask.shape), slices.Repeat([]int{1}, len(x.shape)-len(mask.shape))...)...)
}

// cast gives values another type.
func (g *graph) cast(x value, kind int) value {
	return g.op("Cast", x.shape, []string{x.name}, intOf("to", kind))
}

// choose is x where a mask, of the axes of x or its leading ones, is not 0, and
// other elsewhere.
func (g *graph) choose(mask *value, x value, other string) value {
	m := g.cast(g.over(mask, x), typeBool)
	return g.op("Where", x.shape, []string{m.name, x.name, other})
}

// reduce adds a reduction of samples along axes, counted from 0, which stay
// with size 1.
func (g *graph) reduce(op string, x value, axes ...int) value {
	shape, from1 := slices.Clone(x.shape), make([]int, len(axes))
	for i, a := range axes {
		shape[a] = 1
		from1[i] = a + 1
	}
	if op == "ReduceSum" { // the only one whose axes are an input in this opset
		return g.op(op, shape, []string{x.name, g.ints(from1...)})
	}
	return g.op(op, shape, []string{x.name}, intsOf("axes", from1...))
}

// merged is the shape that samples are repeated to, of one rank.
func merged(a, b []int) []int {
	out := slices.Clone(a)
	for i := range out {
		out[i] = max(a[i], b[i])
	}
	return out
}

// both adds an operator on two values of one rank, either repeated to the other.
func (g *graph) both(op string, a, b value) value {
	return g.op(op, merged(a.shape, b.shape), []string{a.name, b.name})
}

func product(shape []int) int {
	n := 1
	for _, k := range shape {
		n *= k
	}
	return n
}

// indices are the numbers from lo to below hi.
func indices(lo, hi int) []int {
	var all []int
	for i := lo; i < hi; i++ {
		all = append(all, i)
	}
	return all
}
