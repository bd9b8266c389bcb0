package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// BatchNormConfig describes batch normalisation over all axes but the last.
type BatchNormConfig struct {
	Layer      string
	X          tensor.Shape // (..., n)
	Momentum   float64
	Epsilon    float64
	Scale      bool // has gamma
	Center     bool // has beta
	Training   bool // use and blend in the batch's statistics
	InputGrad  bool
	Mask       bool // has a mask over all axes but the last
	MovingMean *tensor.Dense
	MovingVar  *tensor.Dense
}

// BatchNorm makes the operation with inputs x and, where asked for, gamma and
// beta of shape (n). In training it normalises with the batch's mean and
// biased variance and moves MovingMean and MovingVar towards them as it runs;
// otherwise it normalises with the moving statistics. With Mask the last input
// is a mask, and the batch's statistics are those of the rows where it is 1.
func BatchNorm(dt tensor.Dtype, c BatchNormConfig) (Op, error) {
	return dispatch(dt, c, newBatchNorm[float32], newBatchNorm[float64])
}

func newBatchNorm[T kernel.Float](c BatchNormConfig) (Op, error) {
	n := c.X[len(c.X)-1]
	movingMean, err := Slice[T](c.MovingMean)
	if err != nil {
		return nil, err
	}
	movingVar, err := Slice[T](c.MovingVar)
	if err != nil {
		return nil, err
	}
	mean, variance := movingMean, movingVar
	if c.Training {
		mean, variance = make([]T, n), make([]T, n)
	}
	inv, sum := make([]T, n), make([]float64, n)

	in, wrt := []tensor.Shape{c.X}, []bool{c.InputGrad}
	gammaAt, betaAt := -1, -1
	if c.Scale {
		gammaAt = len(in)
		in, wrt = append(in, tensor.Shape{n}), append(wrt, true)
	}
	if c.Center {
		betaAt = len(in)
		in, wrt = append(in, tensor.Shape{n}), append(wrt, true)
	}
	maskAt := -1
	if c.Mask = c.Mask && c.Training; c.Mask {
		maskAt = len(in)
		in, wrt = append(in, c.X[:len(c.X)-1]), append(wrt, false)
	}
	var divisor float64 // of masked statistics
	s := spec[T]{kind: "batch normalisation", layer: c.Layer, in: in, shape: c.X, wrt: wrt, together: c.Training}
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			return func() {
				switch {
				case c.Mask:
					divisor = kernel.MaskedMoments(mean, variance, in[0], in[maskAt], sum)
				case c.Training:
					kernel.Moments(mean, variance, in[0], sum)
				}
				if c.Training {
					kernel.Blend(movingMean, mean, T(c.Momentum))
					kernel.Blend(movingVar, variance, T(c.Momentum))
				}
				kernel.Normalize(out, in[0], mean, variance, at(in, gammaAt), at(in, betaAt), inv, T(c.Epsilon))
			}
		}
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		backward := kernel.NormalizeGradFixed[T]
		if c.Training {
			backward = kernel.NormalizeGrad[T]
		}
		dgamma, dbeta := make([]T, n), make([]T, n)
		shapes := []tensor.Shape{c.X, c.X, c.X}
		args := G.Nodes{in[0], out, grad} // out for the order
		if c.Scale {
			shapes, args = append(shapes, tensor.Shape{n}), append(args, in[gammaAt])
		}
		if c.Mask {
			shapes, args = append(shapes, in[maskAt].Shape()), append(args, in[maskAt])
		}
		dx, err := G.ApplyOp(fuse(spec[T]{
			kind: "batch normalisation gradient", layer: c.Layer, in: shapes, shape: c.X,
			bind: func(dx []T) func([][]T) func() {
				if !c.InputGrad && c.Training && !c.Mask {
					dx = nil // nobody reads it
				}
				return func(in [][]T) func() {
					var gamma []T
					if c.Scale {
						gamma = in[3]
					}
					if c.Mask {
						mask := in[len(in)-1]
						return func() {
							kernel.MaskedNormalizeGrad(dx, dgamma, dbeta, in[2], in[0], mask, mean, gamma, inv, divisor)
						}
					}
					return func() { backward(dx, dgamma, dbeta, in[2], in[0], mean, gamma, inv) }
				}
			},
		}), args...)
		if err != nil {
			return nil, err
		}
		grads := G.Nodes{dx}
		for _, p := range []struct {
			wanted bool
			memory []T
		}{{c.Scale, dgamma}, {c.Center, dbeta}} {
			if !p.wanted {
				continue
			}
			node, err := part("batch normalisation weight gradient", c.Layer, tensor.Shape{n}, p.memory, dx)
			if err != nil {
				return nil, err
			}
			grads = append(grads, node)
		}
		if c.Mask {
			grads = append(grads, nil)
		}
		return grads, nil
	}
	return fuse(s), nil
}

// at returns in[i], or nil for an absent input.
func at[T any](in [][]T, i int) []T {
	if i < 0 {
		return nil
	}
	return in[i]
}
