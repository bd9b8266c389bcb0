package kernel

import (
	"fmt"
	"testing"
)

// A convolution of one image: its three products, in floating point operations
// of the mathematics.
func BenchmarkConv(b *testing.B) {
	axis := func(in, size, stride int, same bool) Axis {
		a := Axis{In: in, Size: size, Stride: stride, Dilation: 1, Out: (in-size)/stride + 1}
		if same {
			a.Out = ceilDiv(in, stride)
			a.Before = max((a.Out-1)*stride+size-in, 0) / 2
		}
		return a
	}
	for _, s := range []struct {
		size, channels, filters, kernel, stride int
		same                                    bool
	}{
		{28, 1, 32, 3, 1, false}, {13, 32, 64, 3, 1, false}, {32, 3, 64, 5, 1, false}, {56, 64, 64, 3, 1, true},
		{56, 64, 128, 3, 2, true}, {56, 64, 256, 1, 1, false}, {7, 256, 256, 3, 1, false}, {7, 256, 256, 3, 1, true}, {16, 16, 16, 3, 1, true},
	} {
		rows := axis(s.size, s.kernel, s.stride, s.same)
		g := &Conv{Images: 1, Rows: rows, Cols: rows, Channels: s.channels, Filters: s.filters, Groups: 1}
		x, padded := random[float32](1, s.size*s.size*s.channels), make([]float32, g.PaddedSize())
		from := x
		if g.Padded() {
			from = padded
		}
		w, bias := random[float32](2, g.Weights()), random[float32](3, s.filters)
		y, dy := make([]float32, rows.Out*rows.Out*s.filters), random[float32](4, rows.Out*rows.Out*s.filters)
		dy = pitched(g, dy)
		dw, wt, dx := make([]float32, len(w)), make([]float32, len(w)), make([]float32, len(x))
		ConvTranspose(g, 0, s.kernel*s.kernel, wt, w)
		bench := func(name string, run func()) {
			b.Run(fmt.Sprintf("%dx%dx%d/%d %dx%d by %d same %v/%s", s.size, s.size, s.channels, s.filters, s.kernel, s.kernel, s.stride, s.same, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
				reportFlops(b, 2*float64(rows.Out*rows.Out*g.Weights()))
			})
		}
		bench("Y", func() {
			if g.Padded() {
				ConvPad(g, 0, s.size, padded, x)
			}
			ConvForward(g, 0, rows.Out, y, from, w, bias, true)
		})
		bench("dW", func() { ConvWeightGrad(g, 0, rows.Out, dw, from, dy) })
		bench("dX", func() { ConvInputGrad(g, 0, s.size, dx, dy, 0, wt) })
	}
}
