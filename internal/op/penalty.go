package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// PenaltyConfig describes a penalty on an array.
type PenaltyConfig struct {
	Layer string
	X     tensor.Shape
	// Together says that the penalty is not a sum over rows.
	Together bool
	// Penalty returns the penalty of x and, unless grad is nil, adds scale
	// times its gradient to grad.
	Penalty func(x, grad *tensor.Dense, scale float64) float64
}

// Penalty makes the operation with input x whose output is a scalar.
func Penalty(dt tensor.Dtype, c PenaltyConfig) (Op, error) {
	return dispatch(dt, c, newPenalty[float32], newPenalty[float64])
}

func newPenalty[T kernel.Float](c PenaltyConfig) (Op, error) {
	return fuse(spec[T]{
		kind: "activity regularizer", layer: c.Layer, in: []tensor.Shape{c.X}, shape: tensor.ScalarShape(), wrt: []bool{true}, together: c.Together,
		bind: func(out []T) func([][]T) func() {
			return func(in [][]T) func() {
				x := Value(c.X, in[0]).(*tensor.Dense)
				return func() { out[0] = T(c.Penalty(x, nil, 0)) }
			}
		},
		diff: func(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
			dx, err := G.ApplyOp(fuse(spec[T]{
				kind: "activity regularizer gradient", layer: c.Layer, in: []tensor.Shape{c.X, tensor.ScalarShape()}, shape: c.X,
				bind: func(dx []T) func([][]T) func() {
					return func(in [][]T) func() {
						x, d := Value(c.X, in[0]).(*tensor.Dense), Value(c.X, dx).(*tensor.Dense)
						return func() {
							clear(dx)
							c.Penalty(x, d, float64(in[1][0]))
						}
					}
				},
			}), in[0], grad)
			return G.Nodes{dx}, err
		},
	}), nil
}
