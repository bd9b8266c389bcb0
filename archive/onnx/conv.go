package onnx

import (
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/layer"
)

// A window is one over sequences or images, with its settings; 0 is a stride or
// a dilation rate of 1.
type window struct {
	size, strides, dilation []int
	padding                 layer.Padding
}

// attributes say how the window goes over samples, and what is the shape of the
// output, without channels.
func (w window) attributes(in []int) (shape []int, all []attribute) {
	strides, dilation := orEach(w.strides, 1), orEach(w.dilation, 1)
	var before, after []int
	for i, size := range w.size {
		a := kernel.NewAxis(in[i], size, strides[i], dilation[i], kernel.Padding(w.padding))
		shape = append(shape, a.Out)
		before = append(before, a.Before)
		reach := (a.Out-1)*a.Stride + (a.Size-1)*a.Dilation + 1
		after = append(after, max(reach-a.Before-a.In, 0))
	}
	return shape, []attribute{
		intsOf("kernel_shape", w.size...), intsOf("strides", strides...), intsOf("dilations", dilation...),
		intsOf("pads", append(before, after...)...),
	}
}

// channelsFirst brings the last axis of samples to the front, channelsLast back.
func (g *graph) channelsFirst(x value) value {
	last := len(x.shape) - 1
	return g.transpose(x, append([]int{last}, indices(0, last)...)...)
}

func (g *graph) channelsLast(x value) value {
	return g.transpose(x, append(indices(1, len(x.shape)), 0)...)
}

// convolve adds a convolution with a kernel of the operator's layout.
func (c call) convolve(x value, w window, groups, filters int, kernel, bias string) value {
	first := c.channelsFirst(x)
	shape, attributes := w.attributes(x.shape)
	in := []string{first.name, kernel}
	if bias != "" {
		in = append(in, bias)
	}
	y := c.op("Conv", append([]int{filters}, shape...), in, append(attributes, intOf("group", groups))...)
	return c.channelsLast(y)
}

// bias is the constant of the layer's i-th weight, or "".
func (c call) bias(i int, none bool) string {
	if none {
		return ""
	}
	return c.weight(i, c.weights[i].shape...)
}

// outside are the axes of a kernel (window..., a, b) in the order b, a, window.
func outside(rank int) []int { return append([]int{rank - 1, rank - 2}, indices(0, rank-2)...) }

func (c call) conv(w window, groups int, noBias bool, f layer.ActivationFunc) value {
	shape := c.weights[0].shape
	k := c.rearranged(0, outside(len(shape)), nil)
	return c.activate(f, c.convolve(c.in[0], w, max(groups, 1), shape[len(shape)-1], k, c.bias(1, noBias)))
}

// depthwiseKernel is the kernel (window..., channels, depth) for as many groups
// as there are channels.
func (c call) depthwiseKernel() (kernel string, channels, filters int) {
	shape := c.weights[0].shape
	n := len(shape) - 2
	channels, filters = shape[n], shape[n]*shape[n+1]
	order := append([]int{n, n + 1}, indices(0, n)...)
	return c.rearranged(0, order, append([]int{filters, 1}, shape[:n]...)), channels, filters
}

func (c call) depthwise(w window, noBias bool, f layer.ActivationFunc) value {
	k, channels, filters := c.depthwiseKernel()
	return c.activate(f, c.convolve(c.in[0], w, channels, filters, k, c.bias(1, noBias)))
}

func (c call) separable(w window, noBias bool, f layer.ActivationFunc) value {
	k, channels, filters := c.depthwiseKernel()
	y := c.convolve(c.in[0], w, channels, filters, k, "")
	shape := c.weights[1].shape
	ones := slices.Repeat([]int{1}, len(w.size))
	k = c.rearranged(1, outside(len(shape)), nil)
	y = c.convolve(y, window{ones, ones, ones, layer.Valid}, 1, shape[len(shape)-1], k, c.bias(2, noBias))
	return c.activate(f, y)
}

func (c call) convTranspose(w window, outputPadding []int, noBias bool, f layer.ActivationFunc) value {
	x := c.in[0]
	shape := c.weights[0].shape
	filters := shape[len(shape)-2]
	strides, dilation := orEach(w.strides, 1), orEach(w.dilation, 1)
	out, behind := []int{filters}, []int{0, 0} // zeros to add, where no window reaches
	var before, after []int
	for i, size := range w.size {
		extra := -1
		if outputPadding != nil {
			extra = outputPadding[i]
		}
		a := kernel.TransposedAxis(x.shape[i], size, strides[i], dilation[i], extra, kernel.Padding(w.padding))
		over := (x.shape[i]-1)*strides[i] + (size-1)*dilation[i] + 1 - a.Before - a.In
		before, after = append(before, a.Before), append(after, max(over, 0))
		out = append(out, a.In+min(over, 0))
		behind = append(behind, 0, max(-over, 0))
	}
	first := c.channelsFirst(x)
	k := c.rearranged(0, outside(len(shape)), nil)
	y := c.op("ConvTranspose", out, []string{first.name, k},
		intsOf("kernel_shape", w.size...), intsOf("strides", strides...), intsOf("dilations", dilation...),
		intsOf("pads", append(before, after...)...))
	if slices.Max(behind) > 0 {
		y = c.pad(y, behind)
	}
	y = c.channelsLast(y)
	if !noBias {
		y = c.with("Add", y, c.weight(1, filters))
	}
	return c.activate(f, y)
}

func (c call) pool(op string, size, strides []int, p layer.Padding) value {
	x := c.in[0]
	size = orEach(size, 2)
	strides = orEach(strides, size...)
	ones := slices.Repeat([]int{1}, len(size))
	shape, attributes := window{size, strides, ones, p}.attributes(x.shape)
	attributes = slices.Delete(attributes, 2, 3) // dilations, which AveragePool lacks
	y := c.op(op, append([]int{x.shape[len(x.shape)-1]}, shape...), []string{c.channelsFirst(x).name}, attributes...)
	return c.channelsLast(y)
}

// global reduces all axes of samples but the last.
func (g *graph) global(op string, x value, keep bool) value {
	last := len(x.shape) - 1
	y := g.reduce(op, x, indices(0, last)...)
	if keep {
		return y
	}
	return g.reshape(y, x.shape[last])
}

// globalMean is the mean over the timesteps that count.
func (c call) globalMean(keep bool) value {
	x := c.in[0]
	if x.mask == nil {
		return c.global("ReduceMean", x, keep)
	}
	mask := c.over(x.mask, x)
	sum := c.reduce("ReduceSum", c.both("Mul", x, mask), 0)
	y := c.both("Div", sum, c.reduce("ReduceSum", mask, 0))
	if keep {
		return y
	}
	return c.reshape(y, x.shape[1])
}
