package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// WeightedSum makes the operation with inputs x, of any shape but a scalar, and
// weights, as many as x has elements, whose output is the scalar Σ w·x. It has
// a gradient by x. The value beside it receives x.
func WeightedSum(dt tensor.Dtype, x tensor.Shape) (o Op, seen *tensor.Dense, err error) {
	o, err = dispatch(dt, x, func(x tensor.Shape) (Op, error) {
		return newWeightedSum[float32](x, &seen), nil
	}, func(x tensor.Shape) (Op, error) {
		return newWeightedSum[float64](x, &seen), nil
	})
	return o, seen, err
}

func newWeightedSum[T kernel.Float](x tensor.Shape, seen **tensor.Dense) Op {
	n := x.TotalSize()
	values := make([]T, n)
	*seen = Value(tensor.Shape{n}, values).(*tensor.Dense)
	return fuse(spec[T]{
		kind: "weighted sum", layer: "loss", shape: tensor.ScalarShape(),
		in: []tensor.Shape{x, {n}}, wrt: []bool{true, false},
		bind: func(out []T) func([][]T) func() {
			return func(in [][]T) func() {
				return func() {
					copy(values, in[0])
					out[0] = T(kernel.Dot(in[0], in[1]))
				}
			}
		},
		diff: func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
			dx, err := G.ApplyOp(fuse(spec[T]{
				kind: "weighted sum gradient", layer: "loss", shape: x,
				in: []tensor.Shape{{n}, tensor.ScalarShape()},
				bind: func(dx []T) func([][]T) func() {
					return func(in [][]T) func() {
						return func() {
							for i, w := range in[0] {
								dx[i] = w * in[1][0]
							}
						}
					}
				},
			}), in[1], grad)
			return G.Nodes{dx, nil}, err
		},
	})
}
