package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// ConvConfig describes act(x ⋆ W + b), a correlation of images or sequences,
// channels last.
type ConvConfig struct {
	Layer   string
	X       tensor.Shape  // (n, rows, cols, channels) or (n, steps, channels)
	Axes    []kernel.Axis // of rows and cols, or of steps
	Filters int
	Groups  int // divides channels and filters
	// W is the shape of the kernel where it is not the usual one: that of a
	// depthwise convolution, (window..., channels, filters/channels), with a
	// group for each channel, lies in memory as the usual one does.
	W          tensor.Shape
	Bias       bool
	Activation kernel.Activation
	InputGrad  bool // whether the gradient of x is wanted
}

// Conv makes the operation with inputs x, W (window..., channels/groups,
// filters) and, with Bias, b (filters); its output is (n, outputs..., filters).
func Conv(dt tensor.Dtype, c ConvConfig) (Op, error) {
	return dispatch(dt, c, newConv[float32], newConv[float64])
}

// conv is what the operations of one convolution share.
type conv[T kernel.Float] struct {
	c      ConvConfig
	k      kernel.Conv
	w, y   tensor.Shape
	in     int // rows of x in a sample: images have many, a sequence is one
	out    int // rows of y in a sample
	padded []T // copy of x, if it wants padding
	z      []T // y before the activation, if the gradient wants it
}

func newConv[T kernel.Float](c ConvConfig) (Op, error) {
	n, channels := c.X[0], c.X[len(c.X)-1]
	o := &conv[T]{c: c, y: tensor.Shape{n}}
	for _, a := range c.Axes {
		o.w, o.y = append(o.w, a.Size), append(o.y, a.Out)
	}
	o.w, o.y = append(o.w, channels/c.Groups, c.Filters), append(o.y, c.Filters)
	if c.W != nil {
		o.w = c.W
	}
	o.k = kernel.Conv{
		Images: n, Rows: c.Axes[0], Cols: c.Axes[len(c.Axes)-1],
		Channels: channels, Filters: c.Filters, Groups: c.Groups,
	}
	o.in, o.out = o.k.Rows.In, o.k.Rows.Out
	if len(c.Axes) == 1 {
		o.in, o.out = 1, 1
		o.k.Images, o.k.Rows = 1, kernel.Axis{In: n, Out: n, Size: 1, Stride: 1, Dilation: 1}
	}
	if o.k.Padded() {
		o.padded = make([]T, o.k.PaddedSize())
	}
	if c.Activation.NeedsInput() {
		o.z = make([]T, o.y.TotalSize())
	}
	in, wrt := []tensor.Shape{c.X, o.w}, []bool{c.InputGrad, true}
	if c.Bias {
		in, wrt = append(in, tensor.Shape{c.Filters}), append(wrt, true)
	}
	return fuse(spec[T]{
		kind: "convolution", layer: c.Layer, in: in, shape: o.y, wrt: wrt, diff: o.diff, flops: o.flops(),
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

func (o *conv[T]) forward(y, x, w, bias []T) func() {
	from, pre, act := x, y, o.c.Activation
	if o.z != nil {
		pre = o.z
	}
	pad := func() {}
	if o.padded != nil {
		from = o.padded
		rows := o.c.X[0] * o.in
		pad = kernel.NewLoop(rows, kernel.Grain(rows, 8*len(x)/rows), func(lo, hi int) {
			kernel.ConvPad(&o.k, lo, hi, from, x)
		}).Run
	}
	rows, size := o.c.X[0]*o.out, o.k.Cols.Out*o.c.Filters
	product := kernel.NewLoop(rows, grain(rows, o.out, o.work(), mostChunks), func(lo, hi int) {
		kernel.ConvForward(&o.k, lo, hi, pre, from, w, bias, act == kernel.ReLU)
		if act != kernel.Linear && act != kernel.ReLU {
			kernel.Activate(act, y[lo*size:hi*size], pre[lo*size:hi*size])
		}
	})
	return func() {
		pad()
		product.Run()
	}
}

// work returns the floating point operations of a row of y.
func (o *conv[T]) work() int { return 2 * o.k.Cols.Out * o.k.Weights() }

func (o *conv[T]) flops() int { return o.c.X[0] * o.out * o.work() }

// mostChunks is enough for any number of processors; fewer and longer chunks
// keep the weights in the cache.
const mostChunks = 64

// grain returns how many rows make a chunk: not more than most chunks, and
// whole samples where a chunk is longer than one.
func grain(rows, perSample, work, most int) int {
	g := max(kernel.Grain(rows, work), (rows+most-1)/most)
	if g > perSample {
		g = (g + perSample - 1) / perSample * perSample
	}
	return g
}
