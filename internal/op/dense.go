package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// DenseConfig describes act(x·W + b) on the last axis of x.
type DenseConfig struct {
	Layer      string
	X          tensor.Shape // (..., d)
	Units      int
	Bias       bool
	Activation kernel.Activation
	InputGrad  bool // whether the gradient of x is wanted
}

// Dense makes the operation with inputs x, W (d, units) and, with Bias, b
// (units); its output is (..., units).
func Dense(dt tensor.Dtype, c DenseConfig) (Op, error) {
	return dispatch(dt, c, newDense[float32], newDense[float64])
}

func newDense[T kernel.Float](c DenseConfig) (Op, error) {
	d, n := c.X[len(c.X)-1], c.Units
	rows := c.X.TotalSize() / d
	shape := append(c.X[:len(c.X)-1].Clone(), n)
	in := []tensor.Shape{c.X, {d, n}}
	wrt := []bool{c.InputGrad, true}
	if c.Bias {
		in, wrt = append(in, tensor.Shape{n}), append(wrt, true)
	}
	// z is kept for the gradient where the activation's derivative needs it.
	var z []T
	if c.Activation.NeedsInput() {
		z = make([]T, rows*n)
	}
	s := spec[T]{kind: "dense", layer: c.Layer, in: in, shape: shape, wrt: wrt}
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			x, w := in[0], in[1]
			var bias []T
			if c.Bias {
				bias = in[2]
			}
			return kernel.NewLoop(rows, kernel.Grain(rows, 2*d*n), func(lo, hi int) {
				y := out[lo*n : hi*n]
				pre := y
				if z != nil {
					pre = z[lo*n : hi*n]
				}
				rectify := c.Activation == kernel.ReLU
				kernel.GemmBias(hi-lo, n, d, x[lo*d:], d, w, n, pre, n, bias, rectify)
				if c.Activation != kernel.Linear && !rectify {
					kernel.Activate(c.Activation, y, pre)
				}
			}).Run
		}
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		return denseGrad(c, rows, d, n, z, in, out, grad)
	}
	return fuse(s), nil
}

// denseGrad makes three nodes: the weight gradient, whose operation also
// computes dz and the bias gradient, and the input gradient, from dz.
func denseGrad[T kernel.Float](c DenseConfig, rows, d, n int, z []T, in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	dz := make([]T, rows*n)
	db := make([]T, n)
	dw, err := G.ApplyOp(fuse(spec[T]{
		kind: "dense gradient", layer: c.Layer, shape: tensor.Shape{d, n},
		in: []tensor.Shape{c.X, out.Shape(), grad.Shape()},
		bind: func(dw []T) func([][]T) func() {
			return func(in [][]T) func() {
				x, y, dy := in[0], in[1], in[2]
				product := kernel.NewLoop(d, kernel.Grain(d, 2*rows*n), func(lo, hi int) {
					kernel.Gemm(kernel.TN, hi-lo, n, rows, x[lo:], d, dz, n, dw[lo*n:], n, false)
				})
				return func() {
					kernel.ActivateGrad(c.Activation, dz, dy, z, y)
					if c.Bias {
						kernel.ColSum(db, dz)
					}
					product.Run()
				}
			}
		},
	}), in[0], out, grad)
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{nil, dw}
	if c.Bias {
		b, err := part("dense bias gradient", c.Layer, tensor.Shape{n}, db, dw)
		if err != nil {
			return nil, err
		}
		grads = append(grads, b)
	}
	if c.InputGrad {
		grads[0], err = G.ApplyOp(fuse(spec[T]{
			kind: "dense input gradient", layer: c.Layer, shape: c.X,
			in: []tensor.Shape{{d, n}, {d, n}}, // dw for the order, W
			bind: func(dx []T) func([][]T) func() {
				return func(in [][]T) func() {
					w := in[1]
					return kernel.NewLoop(rows, kernel.Grain(rows, 2*d*n), func(lo, hi int) {
						kernel.Gemm(kernel.NT, hi-lo, d, n, dz[lo*n:], n, w, n, dx[lo*d:], d, false)
					}).Run
				}
			},
		}), dw, in[1])
		if err != nil {
			return nil, err
		}
	}
	return grads, nil
}
