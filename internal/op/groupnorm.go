package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// GroupNormConfig describes the normalisation of groups of numbers of each
// sample.
type GroupNormConfig struct {
	Layer   string
	X       tensor.Shape // (n, ...)
	Groups  kernel.NormGroups
	Kind    kernel.NormKind
	Epsilon float64
	Scale   bool    // has gamma
	Center  bool    // has beta
	Params  []int   // shape of gamma and beta
	Which   []int32 // which of them a number of a group has; nil for its place in the group
	// InputGrad says that the gradient of x is wanted.
	InputGrad bool
}

// GroupNorm makes the operation with inputs x and, where asked for, gamma and
// beta.
func GroupNorm(dt tensor.Dtype, c GroupNormConfig) (Op, error) {
	return dispatch(dt, c, newGroupNorm[float32], newGroupNorm[float64])
}

func newGroupNorm[T kernel.Float](c GroupNormConfig) (Op, error) {
	in, wrt := []tensor.Shape{c.X}, []bool{c.InputGrad}
	gammaAt, betaAt, params := -1, -1, 0
	if c.Scale {
		gammaAt = len(in)
		in, wrt = append(in, c.Params), append(wrt, true)
	}
	if c.Center {
		betaAt = len(in)
		in, wrt = append(in, c.Params), append(wrt, true)
	}
	if c.Scale || c.Center {
		params = tensor.Shape(c.Params).TotalSize()
	}
	n := kernel.NewGroupNorm[T](c.Groups, c.Kind, c.Epsilon, c.Which, params, c.X[0])
	s := spec[T]{kind: "normalisation", layer: c.Layer, in: in, shape: c.X, wrt: wrt}
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() { return n.Forward(out, in[0], at(in, gammaAt), at(in, betaAt)) }
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		dgamma, dbeta := make([]T, params), make([]T, params)
		shapes, args := []tensor.Shape{c.X, c.X, c.X}, G.Nodes{in[0], out, grad} // out for the order
		if c.Scale {
			shapes, args = append(shapes, c.Params), append(args, in[gammaAt])
		}
		dx, err := G.ApplyOp(fuse(spec[T]{
			kind: "normalisation gradient", layer: c.Layer, in: shapes, shape: c.X,
			bind: func(dx []T) func([][]T) func() {
				if !c.InputGrad {
					dx = nil // nobody reads it
				}
				return func(in [][]T) func() {
					var gamma []T
					if c.Scale {
						gamma = in[3]
					}
					return n.Backward(dx, dgamma, dbeta, in[2], in[0], gamma)
				}
			},
		}), args...)
		grads := G.Nodes{dx}
		for i, memory := range [][]T{dgamma, dbeta} {
			if err != nil {
				return nil, err
			}
			if !(i == 0 && c.Scale || i == 1 && c.Center) {
				continue
			}
			var node *G.Node
			node, err = part("normalisation weight gradient", c.Layer, c.Params, memory, dx)
			grads = append(grads, node)
		}
		return grads, err
	}
	return fuse(s), nil
}
