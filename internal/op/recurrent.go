package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RecurrentConfig describes a recurrent layer on whole sequences.
type RecurrentConfig struct {
	Layer string
	kernel.RecurrentConfig
	Mask bool // has a mask
	// Last says that the states after the last step are wanted, too.
	Last bool
	// InitialGrad says which gradients of the initial states are wanted.
	InitialGrad []bool
	Shared      *Shared
	// Drop is for training with dropout of what is fed back.
	Drop RecurrentDrop
}

// States returns how many states a cell has.
func (c RecurrentConfig) States() int {
	if c.Cell == kernel.LSTMCell {
		return 2
	}
	return 1
}

// out returns how many numbers of output a row has without the states.
func (c RecurrentConfig) out() int {
	if c.Sequences {
		return c.Steps * c.Units
	}
	return c.Units
}

// Recurrent makes the operation with inputs x (n, T, d), W (d, g·u),
// U (u, g·u), with Bias b (g·u), or (2, g·u) for a [kernel.GRUCell], with
// Initial the states (n, u) before the first step, and with Mask a mask (n, T);
// g is the cell's number of gates. Its output is (n, u), or (n, T, u) with
// Sequences. With Last it is (n, m): those numbers of a row, and after them the
// states after the last step.
func Recurrent(dt tensor.Dtype, c RecurrentConfig) (Op, error) {
	return dispatch(dt, c, newRecurrent[float32], newRecurrent[float64])
}

func newRecurrent[T kernel.Float](c RecurrentConfig) (Op, error) {
	s := spec[T]{kind: "recurrent", layer: c.Layer, shape: tensor.Shape{c.Rows, c.Units}}
	if c.Sequences {
		s.shape = tensor.Shape{c.Rows, c.Steps, c.Units}
	}
	if c.Last {
		s.shape = tensor.Shape{c.Rows, c.out() + c.States()*c.Units}
	}
	columns := c.Cell.Gates() * c.Units
	s.in = []tensor.Shape{{c.Rows, c.Steps, c.Inputs}, {c.Inputs, columns}, {c.Units, columns}}
	s.wrt = []bool{c.InputGrad, true, true}
	biasAt, maskAt, initialAt := -1, -1, [2]int{-1, -1}
	if c.Bias {
		biasAt = len(s.in)
		bias := tensor.Shape{columns}
		if rows := c.Cell.BiasRows(); rows > 1 {
			bias = tensor.Shape{rows, columns}
		}
		s.in, s.wrt = append(s.in, bias), append(s.wrt, true)
	}
	for i := range c.States() {
		if c.Initial {
			initialAt[i] = len(s.in)
			s.in, s.wrt = append(s.in, tensor.Shape{c.Rows, c.Units}), append(s.wrt, c.InitialGrad[i])
		}
	}
	if c.Mask {
		maskAt = len(s.in)
		s.in, s.wrt = append(s.in, tensor.Shape{c.Rows, c.Steps}), append(s.wrt, false)
	}
	// The memory is made when the operation is bound: by then it is known
	// whether there is a way back, and so how much is needed.
	var r recurrence[T]
	differentiated := false
	memory := make([][]T, len(s.in)) // of gradients
	parts := newRecurrentParts[T](c)
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			var prepare func()
			if c.Drop.Recurrent > 0 {
				r, prepare = newDropped(c, in[1], in[2], at(in, biasAt))
			} else {
				weights, packed := packedRecurrent(c, differentiated, in[1], in[2], at(in, biasAt))
				r = kernel.NewRecurrent(c.RecurrentConfig, differentiated, weights)
				if !packed {
					prepare = weights.Pack
				}
			}
			r.First(at(in, initialAt[0]), at(in, initialAt[1]), at(memory, initialAt[0]), at(memory, initialAt[1]))
			y := out
			if c.Last {
				y = parts.y
				parts.own(differentiated)
				r.Last(parts.states[0], parts.states[1], parts.grads[0], parts.grads[1])
			}
			run := r.Forward(in[0], at(in, maskAt), y)
			if prepare == nil && !c.Last {
				return run
			}
			return func() {
				if prepare != nil {
					prepare()
				}
				run()
				if c.Last {
					parts.join(out)
				}
			}
		}
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		differentiated = true
		grads := make(G.Nodes, len(in))
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
					if !c.Last {
						return r.Backward(memory[0], dw, memory[2], at(memory, biasAt), in[1])
					}
					run := r.Backward(memory[0], dw, memory[2], at(memory, biasAt), parts.dy)
					return func() {
						parts.cut(in[1])
						run()
					}
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
