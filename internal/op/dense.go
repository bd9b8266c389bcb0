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
	Shared     *Shared
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
	s := spec[T]{kind: "dense", layer: c.Layer, in: in, shape: shape, wrt: wrt, flops: 2 * rows * d * n}
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			pre := out
			if z != nil {
				pre = z
			}
			var bias []T
			if c.Bias {
				bias = in[2]
			}
			rectify := c.Activation == kernel.ReLU
			product := kernel.NewProduct(kernel.NN, rows, n, d, in[0], in[1], pre, bias, rectify)
			if rectify || c.Activation == kernel.Linear {
				return product.Run
			}
			activate := kernel.NewLoop(rows*n, kernel.Grain(rows*n, activationWork), func(lo, hi int) {
				kernel.Activate(c.Activation, out[lo:hi], pre[lo:hi])
			})
			return func() {
				product.Run()
				activate.Run()
			}
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
		kind: "dense gradient", layer: c.Layer, shape: tensor.Shape{d, n}, flops: 2 * rows * d * n,
		in: []tensor.Shape{c.X, out.Shape(), grad.Shape()},
		bind: func(dw []T) func([][]T) func() {
			return func(in [][]T) func() {
				x, y, dy := in[0], in[1], in[2]
				product := kernel.NewProduct(kernel.TN, d, n, rows, x, dz, dw, nil, false)
				activate := kernel.NewLoop(rows*n, kernel.Grain(rows*n, activationWork), func(lo, hi int) {
					kernel.ActivateGrad(c.Activation, dz[lo:hi], dy[lo:hi], span(z, lo, hi), y[lo:hi])
				})
				return func() {
					activate.Run()
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
			kind: "dense input gradient", layer: c.Layer, shape: c.X, flops: 2 * rows * d * n,
			in: []tensor.Shape{{d, n}, {d, n}}, // dw for the order, W
			bind: func(dx []T) func([][]T) func() {
				return func(in [][]T) func() {
					if panels := transposed(c.Shared, d, n, in[1]); panels != nil {
						return kernel.NewProductOf(kernel.NT, rows, d, n, dz, in[1], panels, dx, nil, false).Run
					}
					return kernel.NewProduct(kernel.NT, rows, d, n, dz, in[1], dx, nil, false).Run
				}
			},
		}), dw, in[1])
		if err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// activationWork is about what one element of an activation costs, in floating
// point operations.
const activationWork = 32

// span returns s[lo:hi], or nil of nil.
func span[T any](s []T, lo, hi int) []T {
	if s == nil {
		return nil
	}
	return s[lo:hi]
}
