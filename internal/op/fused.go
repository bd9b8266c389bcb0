package op

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"io"
	"sync/atomic"
	"unsafe"

	"github.com/chewxy/hm"
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Op is an operation of this package as the engine sees it.
type Op interface {
	G.SDOp
	// Layer is the name of the layer the operation was made for.
	Layer() string
	// Place gives the output memory of an arena, and returns nil where the
	// operation has memory of its own. It is called before Bind, or not at all.
	Place(a *Arena) Block
	// Bind resolves the memory of the inputs and returns a function that
	// computes the output into the value that Output returns. The function
	// writes every element of the output, and reads no more of the inputs than
	// their elements.
	Bind(in []G.Value) (run func(), err error)
	// Output is the value that holds the result, once the operation is bound.
	Output() G.Value
	// Together reports whether the rows of a batch act on each other, so that
	// the operation must see them all.
	Together() bool
	// Flops is the number of floating point operations of its matrix products.
	Flops() int
}

// ids makes every instance of an operation distinct: Gorgonia merges nodes
// whose hashes agree, and two layers of one size must not become one.
var ids atomic.Uint64

// Fused is the one implementation of [Op]. What differs between operations are
// two functions: bind computes, diff makes the nodes of the gradient.
type Fused[T kernel.Float] struct {
	id    uint64
	kind  string // what it does, for messages: "dense", "dropout gradient"
	layer string
	whole bool
	flops int
	dims  []int // dimensions of each input, 0 for a scalar
	shape tensor.Shape
	wrt   []bool
	out   []T // nil until it is placed or bound
	value G.Value

	bind func(out []T) func(in [][]T) func()
	diff func(in G.Nodes, out, grad *G.Node) (G.Nodes, error)
}

// spec is what a constructor says of an operation.
type spec[T kernel.Float] struct {
	kind, layer string
	in          []tensor.Shape
	shape       tensor.Shape
	together    bool   // see Op.Together
	flops       int    // see Op.Flops
	wrt         []bool // which inputs have a gradient; nil for none
	out         []T    // memory for the output, which nobody else may use; nil for what the plan gives
	bind        func(out []T) func(in [][]T) func()
	diff        func(in G.Nodes, out, grad *G.Node) (G.Nodes, error)
}

func fuse[T kernel.Float](s spec[T]) *Fused[T] {
	f := &Fused[T]{
		id: ids.Add(1), kind: s.kind, layer: s.layer, shape: s.shape, wrt: s.wrt,
		out: s.out, bind: s.bind, diff: s.diff, whole: s.together, flops: s.flops,
	}
	for _, in := range s.in {
		f.dims = append(f.dims, in.Dims())
	}
	if f.wrt == nil {
		f.wrt = make([]bool, len(s.in))
	}
	return f
}

// Place implements [Op].
func (f *Fused[T]) Place(a *Arena) Block {
	if f.out != nil {
		return nil
	}
	n := max(f.shape.TotalSize(), 1)
	b := a.borrow(n * int(unsafe.Sizeof(*new(T))))
	f.out = viewOf[T](b, n)
	return b
}

// Layer implements [Op].
func (f *Fused[T]) Layer() string { return f.layer }

// Together implements [Op].
func (f *Fused[T]) Together() bool { return f.whole }

// Flops implements [Op].
func (f *Fused[T]) Flops() int { return f.flops }

// Output implements [Op].
func (f *Fused[T]) Output() G.Value { return f.value }

// Bind implements [Op].
func (f *Fused[T]) Bind(in []G.Value) (func(), error) {
	slices := make([][]T, len(in))
	for i, v := range in {
		s, err := Slice[T](v)
		if err != nil {
			return nil, fmt.Errorf("op: input %d of %s: %w", i, f, err)
		}
		slices[i] = s
	}
	if f.out == nil {
		f.out = make([]T, max(f.shape.TotalSize(), 1))
	}
	if f.value == nil {
		f.value = Value(f.shape, f.out)
	}
	return f.bind(f.out)(slices), nil
}

// Do implements Gorgonia's Op for its own machines. The engine calls Bind once
// and the bound function after that.
func (f *Fused[T]) Do(in ...G.Value) (G.Value, error) {
	run, err := f.Bind(in)
	if err != nil {
		return nil, err
	}
	run()
	return f.value, nil
}

// Arity implements Gorgonia's Op.
func (f *Fused[T]) Arity() int { return len(f.dims) }

// Type implements Gorgonia's Op. The type is made anew at each call, because
// Gorgonia gives it back to a pool.
func (f *Fused[T]) Type() hm.Type {
	types := make([]hm.Type, 0, len(f.dims)+1)
	for _, d := range f.dims {
		types = append(types, typeOf(d))
	}
	return hm.NewFnType(append(types, typeOf(f.shape.Dims()))...)
}

func typeOf(dims int) hm.Type {
	if dims == 0 {
		return hm.TypeVariable('a')
	}
	return G.TensorType{Dims: dims, Of: hm.TypeVariable('a')}
}

// InferShape implements Gorgonia's Op; shapes are fixed at construction.
func (f *Fused[T]) InferShape(...G.DimSizer) (tensor.Shape, error) { return f.shape, nil }

// ReturnsPtr implements Gorgonia's Op: the output is the operation's own memory.
func (f *Fused[T]) ReturnsPtr() bool { return true }

// CallsExtern implements Gorgonia's Op.
func (f *Fused[T]) CallsExtern() bool { return false }

// OverwritesInput implements Gorgonia's Op: no input is ever written to.
func (f *Fused[T]) OverwritesInput() int { return -1 }

// WriteHash implements Gorgonia's Op.
func (f *Fused[T]) WriteHash(h hash.Hash) {
	io.WriteString(h, f.kind)
	binary.Write(h, binary.LittleEndian, f.id)
}

// Hashcode implements Gorgonia's Op.
func (f *Fused[T]) Hashcode() uint32 {
	h := fnv.New32a()
	f.WriteHash(h)
	return h.Sum32()
}

// String implements Gorgonia's Op.
func (f *Fused[T]) String() string {
	if f.layer == "" {
		return f.kind
	}
	return fmt.Sprintf("%s of layer %q", f.kind, f.layer)
}

// DiffWRT implements Gorgonia's SDOp.
func (f *Fused[T]) DiffWRT(int) []bool { return f.wrt }

// SymDiff implements Gorgonia's SDOp.
func (f *Fused[T]) SymDiff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	if f.diff == nil {
		return nil, fmt.Errorf("op: %s has no gradient", f)
	}
	return f.diff(in, out, grad)
}

// part makes a node of a second result of an operation: memory that the
// operation behind node main fills. The edge from main keeps the order.
func part[T kernel.Float](kind, layer string, shape tensor.Shape, out []T, main *G.Node) (*G.Node, error) {
	return G.ApplyOp(fuse(spec[T]{
		kind: kind, layer: layer, in: []tensor.Shape{main.Shape()}, shape: shape, out: out,
		bind: func([]T) func([][]T) func() { return func([][]T) func() { return func() {} } },
	}), main)
}

// Value wraps memory as a Gorgonia value: a dense tensor, or a scalar that
// shares the first element of data.
func Value[T kernel.Float](shape tensor.Shape, data []T) G.Value {
	if !shape.IsScalar() {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
	}
	switch p := any(&data[0]).(type) {
	case *float32:
		return (*G.F32)(p)
	case *float64:
		return (*G.F64)(p)
	}
	panic("op: unreachable: kernel.Float has two types")
}

// Slice returns the memory of a value of element type T.
func Slice[T kernel.Float](v G.Value) ([]T, error) {
	switch v := v.(type) {
	case *tensor.Dense:
		var all any // not Data, which copies a scalar
		switch v.Dtype() {
		case tensor.Float32:
			all = v.Float32s()
		case tensor.Float64:
			all = v.Float64s()
		}
		if s, ok := all.([]T); ok {
			return s, nil
		}
	case *G.F32:
		if s, ok := any(unsafe.Slice((*float32)(v), 1)).([]T); ok {
			return s, nil
		}
	case *G.F64:
		if s, ok := any(unsafe.Slice((*float64)(v), 1)).([]T); ok {
			return s, nil
		}
	}
	var want T
	return nil, fmt.Errorf("op: expected memory of %T, got %T", want, v)
}

// dispatch picks the instance of a generic constructor for a dtype.
func dispatch[C any](dt tensor.Dtype, c C, f32, f64 func(C) (Op, error)) (Op, error) {
	switch dt {
	case tensor.Float32:
		return f32(c)
	case tensor.Float64:
		return f64(c)
	}
	return nil, fmt.Errorf("op: element type %v, expected float32 or float64", dt)
}
