package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// PoolConfig describes the largest element or the mean of windows, channel by
// channel.
type PoolConfig struct {
	Layer string
	X     tensor.Shape  // (n, rows, cols, channels) or (n, steps, channels)
	Axes  []kernel.Axis // of rows and cols, or of steps
	Y     tensor.Shape  // (n, outputs..., channels), or another shape of that size
	Mean  bool
}

// Pool makes the operation with input x.
func Pool(dt tensor.Dtype, c PoolConfig) (Op, error) {
	return dispatch(dt, c, newPool[float32], newPool[float64])
}

func newPool[T kernel.Float](c PoolConfig) (Op, error) {
	n := c.X[0]
	k := &kernel.Pool{Images: n, Rows: c.Axes[0], Cols: c.Axes[len(c.Axes)-1], Channels: c.X[len(c.X)-1]}
	if len(c.Axes) == 1 {
		k.Images, k.Rows = 1, kernel.Axis{In: n, Out: n, Size: 1, Stride: 1, Dilation: 1}
	}
	kind, places := "average pooling", []T(nil)
	if !c.Mean {
		kind, places = "max pooling", make([]T, c.Y.TotalSize())
	}
	inRows, outRows := k.Images*k.Rows.In, k.Images*k.Rows.Out
	work := poolWork * k.Rows.Size * k.Cols.Size * c.Y.TotalSize()
	return fuse(spec[T]{
		kind: kind, layer: c.Layer, in: []tensor.Shape{c.X}, shape: c.Y, wrt: []bool{true},
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() {
				x := in[0]
				return kernel.NewLoop(outRows, grain(outRows, k.Rows.Out, work/outRows, mostChunks), func(lo, hi int) {
					if c.Mean {
						kernel.AveragePool(k, lo, hi, y, x)
					} else {
						kernel.MaxPool(k, lo, hi, y, places, x)
					}
				}).Run
			}
		},
		diff: func(_ G.Nodes, out, grad *G.Node) (G.Nodes, error) {
			g := &poolGrad[T]{inputs: G.Nodes{out, grad}, mean: c.Mean, rows: func(lo, hi int, dx []T, pitch int, dy []T) {
				if c.Mean {
					kernel.AveragePoolGrad(k, lo, hi, dx, pitch, dy)
				} else {
					kernel.MaxPoolGrad(k, lo, hi, dx, pitch, dy, places)
				}
			}}
			g.Fused = fuse(spec[T]{
				kind: kind + " gradient", layer: c.Layer, in: []tensor.Shape{c.Y, c.Y}, shape: c.X,
				bind: func(dx []T) func([][]T) func() {
					return func(in [][]T) func() {
						dy, size := in[1], len(dx)/inRows
						return kernel.NewLoop(inRows, grain(inRows, k.Rows.In, work/inRows, mostChunks), func(lo, hi int) {
							g.rows(lo, hi, dx[lo*size:], k.Cols.In, dy)
						}).Run
					}
				},
			})
			dx, err := G.ApplyOp(g, g.inputs...)
			return G.Nodes{dx}, err
		},
	}), nil
}

// poolGrad is the gradient of a pooling. A convolution whose output is pooled,
// and goes nowhere else, takes its inputs and calls rows where it needs some, so
// that a large and mostly empty array is never stored.
type poolGrad[T kernel.Float] struct {
	*Fused[T]
	inputs G.Nodes // the output, for its places, and its gradient
	mean   bool
	rows   func(lo, hi int, dx []T, pitch int, dy []T)
}

// poolWork is about what an element of a window costs, in floating point
// operations: it is memory that takes the time.
const poolWork = 16
