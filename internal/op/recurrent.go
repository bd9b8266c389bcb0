package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RecurrentConfig describes a recurrent layer on whole sequences, whose states
// start at zero.
type RecurrentConfig struct {
	Layer string
	kernel.RecurrentConfig
	Mask   bool // has a mask
	Shared *Shared
}

// Recurrent makes the operation with inputs x (n, T, d), W (d, g·u),
// U (u, g·u), with Bias b (g·u), or (2, g·u) for a [kernel.GRUCell], and with
// Mask a mask (n, T); g is the cell's number of gates. Its output is (n, u), or
// (n, T, u) with Sequences.
func Recurrent(dt tensor.Dtype, c RecurrentConfig) (Op, error) {
	return dispatch(dt, c, newRecurrent[float32], newRecurrent[float64])
}

func newRecurrent[T kernel.Float](c RecurrentConfig) (Op, error) {
	s := spec[T]{kind: "recurrent", layer: c.Layer, shape: tensor.Shape{c.Rows, c.Units}}
	if c.Sequences {
		s.shape = tensor.Shape{c.Rows, c.Steps, c.Units}
	}
	columns := c.Cell.Gates() * c.Units
	s.in = []tensor.Shape{{c.Rows, c.Steps, c.Inputs}, {c.Inputs, columns}, {c.Units, columns}}
	s.wrt = []bool{c.InputGrad, true, true}
	biasAt, maskAt := -1, -1
	if c.Bias {
		biasAt = len(s.in)
		bias := tensor.Shape{columns}
		if rows := c.Cell.BiasRows(); rows > 1 {
			bias = tensor.Shape{rows, columns}
		}
		s.in, s.wrt = append(s.in, bias), append(s.wrt, true)
	}
	if c.Mask {
		maskAt = len(s.in)
		s.in, s.wrt = append(s.in, tensor.Shape{c.Rows, c.Steps}), append(s.wrt, false)
	}
	// The memory is made when the operation is bound: by then it is known
	// whether there is a way back, and so how much is needed.
	var r *kernel.Recurrent[T]
	differentiated := false
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			weights, packed := packedRecurrent(c, differentiated, in[1], in[2], at(in, biasAt))
			r = kernel.NewRecurrent(c.RecurrentConfig, differentiated, weights)
			run := r.Forward(in[0], at(in, maskAt), out)
			if packed {
				return run
			}
			return func() {
				weights.Pack()
				run()
			}
		}
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		differentiated = true
		grads, memory := make(G.Nodes, len(in)), make([][]T, len(in))
		for i, wanted := range s.wrt {
			if wanted {
				memory[i] = make([]T, s.in[i].TotalSize())
			}
		}
		var err error
		grads[1], err = G.ApplyOp(fuse(spec[T]{
			kind: "recurrent gradient", layer: c.Layer, shape: s.in[1], out: memory[1],
			in: []tensor.Shape{s.shape, s.shape}, // out for the order
			bind: func(dw []T) func([][]T) func() {
				return func(in [][]T) func() {
					return r.Backward(memory[0], dw, memory[2], at(memory, biasAt), in[1])
				}
			},
		}), out, grad)
		for i, m := range memory {
			if m != nil && i != 1 && err == nil {
				grads[i], err = part("recurrent gradient", c.Layer, s.in[i], m, grads[1])
			}
		}
		return grads, err
	}
	return fuse(s), nil
}

// packedRecurrent returns the weights as the kernel reads them, and whether
// somebody else packs them before each step, once for all parts of a batch.
func packedRecurrent[T kernel.Float](c RecurrentConfig, back bool, w, u, b []T) (weights *kernel.RecurrentWeights[T], packed bool) {
	type key struct { // two uses of the same weights may differ in these
		u               *T
		back, inputGrad bool
	}
	k := key{&u[0], back, c.InputGrad}
	if c.Shared == nil {
		return kernel.NewRecurrentWeights(c.RecurrentConfig, back, w, u, b), false
	}
	if p, ok := c.Shared.packed[k]; ok {
		return p.(*kernel.RecurrentWeights[T]), true
	}
	weights = kernel.NewRecurrentWeights(c.RecurrentConfig, back, w, u, b)
	if c.Shared.packed == nil {
		c.Shared.packed = map[any]any{}
	}
	c.Shared.packed[k] = weights
	c.Shared.pack = append(c.Shared.pack, weights.Pack)
	return weights, true
}
