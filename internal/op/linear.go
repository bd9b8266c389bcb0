package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// linear describes an operation of several inputs. The gradient of each input
// that has one, wrt, needs no more than the incoming gradient and the inputs.
func linear[T kernel.Float](layer, kind string, in []tensor.Shape, y tensor.Shape, wrt []bool, forward func(y []T, in [][]T), backward func(dx, dy []T, in [][]T, i int)) spec[T] {
	return spec[T]{
		kind: kind, layer: layer, in: in, shape: y, wrt: wrt,
		bind: func(out []T) func([][]T) func() {
			return func(in [][]T) func() { return func() { forward(out, in) } }
		},
		diff: func(nodes G.Nodes, _, grad *G.Node) (G.Nodes, error) {
			grads := make(G.Nodes, len(nodes))
			for i, wanted := range wrt {
				if !wanted {
					continue
				}
				var err error
				grads[i], err = G.ApplyOp(fuse(spec[T]{
					kind: kind + " gradient", layer: layer, in: append(in[:len(in):len(in)], y), shape: in[i],
					bind: func(dx []T) func([][]T) func() {
						return func(values [][]T) func() {
							last := len(values) - 1
							return func() { backward(dx, values[last], values[:last], i) }
						}
					},
				}), append(nodes[:len(nodes):len(nodes)], grad)...)
				if err != nil {
					return nil, err
				}
			}
			return grads, nil
		},
	}
}
