package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ConvTransposedConfig describes act(x ⋆ᵀ W + b): what the gradient of the
// input of a convolution with the kernel W would be, were x that of its output.
type ConvTransposedConfig struct {
	Layer      string
	X          tensor.Shape  // (n, rows, cols, channels) or (n, steps, channels)
	Axes       []kernel.Axis // of the convolution: Out is the size of x, In that of the output
	Filters    int
	Bias       bool
	Activation kernel.Activation
	InputGrad  bool // whether the gradient of x is wanted
}

// ConvTransposed makes the operation with inputs x, W (window..., filters,
// channels) and, with Bias, b (filters); its output is (n, outputs...,
// filters).
func ConvTransposed(dt tensor.Dtype, c ConvTransposedConfig) (Op, error) {
	return dispatch(dt, c, newConvTransposed[float32], newConvTransposed[float64])
}

// convTransposed is what the operations of one transposed convolution share.
// Its x stands where dy stands in the convolution, and its y where dx does.
type convTransposed[T kernel.Float] struct {
	c       ConvTransposedConfig
	k       kernel.Conv
	w, y    tensor.Shape
	in, out int // rows of x and of y in a sample: images have many, a sequence is one
	spread  []T // x with its rows as far apart as the products want them
	wt      []T // the transposed kernel
	z       []T // y before the activation, if the gradient wants it
}

func newConvTransposed[T kernel.Float](c ConvTransposedConfig) (Op, error) {
	n, channels := c.X[0], c.X[len(c.X)-1]
	o := &convTransposed[T]{c: c, y: tensor.Shape{n}}
	for _, a := range c.Axes {
		o.w, o.y = append(o.w, a.Size), append(o.y, a.In)
	}
	o.w, o.y = append(o.w, c.Filters, channels), append(o.y, c.Filters)
	o.k = kernel.Conv{
		Images: n, Rows: c.Axes[0], Cols: c.Axes[len(c.Axes)-1],
		Channels: c.Filters, Filters: channels, Groups: 1,
	}
	o.in, o.out = o.k.Rows.Out, o.k.Rows.In
	if len(c.Axes) == 1 {
		o.in, o.out = 1, 1
		o.k.Images, o.k.Rows = 1, kernel.Axis{In: n, Out: n, Size: 1, Stride: 1, Dilation: 1}
	}
	// Kernels may read spread to the end of a vector.
	size := n * o.in * o.k.Pitch() * channels
	o.spread, o.wt = make([]T, size, size+16), make([]T, o.w.TotalSize())
	if c.Activation.NeedsInput() {
		o.z = make([]T, o.y.TotalSize())
	}
	in, wrt := []tensor.Shape{c.X, o.w}, []bool{c.InputGrad, true}
	if c.Bias {
		in, wrt = append(in, tensor.Shape{c.Filters}), append(wrt, true)
	}
	return fuse(spec[T]{
		kind: "transposed convolution", layer: c.Layer, in: in, shape: o.y, wrt: wrt, diff: o.diff, flops: o.flops(),
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() {
				var bias []T
				if c.Bias {
					bias = in[2]
				}
				return o.forward(y, in[0], in[1], bias)
			}
		},
	}), nil
}

func (o *convTransposed[T]) forward(y, x, w, bias []T) func() {
	pre, act := y, o.c.Activation
	if o.z != nil {
		pre = o.z
	}
	rows := o.c.X[0] * o.in
	spread := kernel.NewLoop(rows, kernel.Grain(rows, 8*len(x)/rows), func(lo, hi int) {
		kernel.ConvSpread(&o.k, lo, hi, o.spread, x)
	})
	places := o.k.Rows.Size * o.k.Cols.Size
	turn := kernel.NewLoop(places, kernel.Grain(places, 8*len(w)/places), func(lo, hi int) {
		kernel.ConvTranspose(&o.k, lo, hi, o.wt, w)
	})
	outs := o.c.X[0] * o.out
	size := len(y) / outs
	product := kernel.NewLoop(outs, grain(outs, o.out, o.flops()/outs, mostChunks), func(lo, hi int) {
		kernel.ConvInputGrad(&o.k, lo, hi, pre, o.spread, 0, o.wt)
		if bias != nil {
			kernel.AddBias(pre[lo*size:hi*size], bias)
		}
		if act != kernel.Linear {
			kernel.Activate(act, y[lo*size:hi*size], pre[lo*size:hi*size])
		}
	})
	return func() {
		spread.Run()
		turn.Run()
		product.Run()
	}
}

func (o *convTransposed[T]) flops() int {
	return 2 * o.c.X[0] * o.in * o.k.Cols.Out * o.k.Weights()
}

// diff makes the node of the weight gradient, whose operation computes the
// gradient before the activation for all others, and nodes of those.
func (o *convTransposed[T]) diff(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
	dz, db := make([]T, o.y.TotalSize()), make([]T, o.c.Filters)
	read := dz
	if o.k.Padded() {
		read = make([]T, o.k.PaddedSize())
	}
	dw, err := G.ApplyOp(fuse(spec[T]{
		kind: "transposed convolution gradient", layer: o.c.Layer, shape: o.w, flops: o.flops(),
		in: []tensor.Shape{o.c.X, o.y, o.y}, // x for the order: spread holds it
		bind: func(dw []T) func([][]T) func() {
			return func(in [][]T) func() { return o.weightGrad(dw, db, dz, read, in[1], in[2]) }
		},
	}), in[0], out, grad)
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{nil, dw}
	if o.c.Bias {
		b, err := part("transposed convolution bias gradient", o.c.Layer, tensor.Shape{o.c.Filters}, db, dw)
		if err != nil {
			return nil, err
		}
		grads = append(grads, b)
	}
	if o.c.InputGrad {
		grads[0], err = G.ApplyOp(fuse(spec[T]{
			kind: "transposed convolution input gradient", layer: o.c.Layer, shape: o.c.X, flops: o.flops(),
			in: []tensor.Shape{o.w, o.w}, // dw for the order, W
			bind: func(dx []T) func([][]T) func() {
				return func(in [][]T) func() {
					rows := o.c.X[0] * o.in
					return kernel.NewLoop(rows, grain(rows, o.in, o.flops()/rows, mostChunks), func(lo, hi int) {
						kernel.ConvForward(&o.k, lo, hi, dx, read, in[1], nil, false)
					}).Run
				}
			},
		}), dw, in[1])
	}
	return grads, err
}

// weightGrad prepares to compute dz, its padded copy read, db, and dw, which is
// added up in chunks of samples side by side, then the chunks in order.
func (o *convTransposed[T]) weightGrad(dw, db, dz, read, y, dy []T) func() {
	n := o.c.X[0]
	rows := n * o.out
	size := len(dz) / rows
	activate := kernel.NewLoop(rows, kernel.Grain(rows, activationWork*size), func(lo, hi int) {
		from, to := lo*size, hi*size
		kernel.ActivateGrad(o.c.Activation, dz[from:to], dy[from:to], span(o.z, from, to), y[from:to])
		if o.k.Padded() {
			kernel.ConvPad(&o.k, lo, hi, read, dz)
		}
	})
	samples := grain(n, 1, o.flops()/n, min(max(sumElements/len(dw), 16), mostChunks))
	chunks := (n + samples - 1) / samples
	sums := make([]T, chunks*len(dw))
	pitch := o.in * o.k.Pitch() * o.k.Filters
	products := kernel.NewLoop(n, samples, func(lo, hi int) {
		sums := sums[lo/samples*len(dw):][:len(dw)]
		clear(sums)
		kernel.ConvWeightGrad(&o.k, lo*o.in, hi*o.in, sums, read, o.spread[lo*pitch:hi*pitch])
	})
	total := addUp(dw, sums, len(dw), chunks)
	return func() {
		activate.Run()
		if o.c.Bias {
			kernel.ColSum(db, dz)
		}
		products.Run()
		total()
	}
}
