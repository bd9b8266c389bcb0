package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// pointwise describes an operation of one input whose gradient needs no more
// than the incoming gradient, the input and the output.
func pointwise[T kernel.Float](layer, kind string, x, y tensor.Shape, forward func(y, x []T), backward func(dx, dy, x, y []T)) spec[T] {
	return spec[T]{
		kind: kind, layer: layer, in: []tensor.Shape{x}, shape: y, wrt: []bool{true},
		bind: func(out []T) func([][]T) func() {
			return func(in [][]T) func() { return func() { forward(out, in[0]) } }
		},
		diff: func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
			dx, err := G.ApplyOp(fuse(spec[T]{
				kind: kind + " gradient", layer: layer, in: []tensor.Shape{x, y, y}, shape: x,
				bind: func(dx []T) func([][]T) func() {
					return func(in [][]T) func() { return func() { backward(dx, in[2], in[0], in[1]) } }
				},
			}), in[0], out, grad)
			return G.Nodes{dx}, err
		},
	}
}
