package kernel

import (
	"fmt"
	"testing"
)

// reportFlops adds the rate of floating point operations to a benchmark.
func reportFlops(b *testing.B, each float64) {
	b.ReportMetric(each*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// The three products of a layer: forward Y = X·W, the gradient of the weights
// Xᵀ·dY, and that of the input dY·Wᵀ. Layers are batch x units x inputs.
func BenchmarkGemm(b *testing.B) {
	b.Run("float32", benchmarkGemm[float32])
	b.Run("float64", benchmarkGemm[float64])
}

func benchmarkGemm[T Float](b *testing.B) {
	for _, s := range [][3]int{
		{2048, 64, 30}, {256, 64, 15}, {256, 32, 64}, {256, 1, 32}, {256, 1, 15}, {256, 10, 64}, {256, 500, 500},
		{64, 64, 64}, {128, 128, 128}, {256, 256, 256}, {512, 512, 512},
	} {
		m, n, k := s[0], s[1], s[2]
		x, w, y := random[T](1, m*k), random[T](2, k*n), make([]T, m*n)
		dx, dw, dy := make([]T, m*k), make([]T, k*n), random[T](3, m*n)
		bench := func(name string, run func()) {
			b.Run(fmt.Sprintf("%dx%dx%d/%s", m, n, k, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					run()
				}
				reportFlops(b, 2*float64(m)*float64(n)*float64(k))
			})
		}
		bench("Y", func() { Gemm(NN, m, n, k, x, k, w, n, y, n, false) })
		bench("dW", func() { Gemm(TN, k, n, m, x, k, dy, n, dw, n, false) })
		bench("dX", func() { Gemm(NT, m, k, n, dy, n, w, n, dx, k, false) })
	}
}

// dense is a layer with what its training needs.
type dense struct {
	in, units            int
	w, b, dw, db         []float32
	mw, vw, mb, vb       []float32
	y, dy                []float32
	input, inputGradient []float32 // of the layer below; no gradient at the bottom
}

// One step of a network of 15-64-32-1 with batch 256 on one core: forward,
// loss, gradients, Adam. The rate counts the matrix products alone.
func BenchmarkStep(b *testing.B) {
	const batch = 256
	sizes := []int{15, 64, 32, 1}
	input, gradient := random[float32](1, batch*sizes[0]), []float32(nil)
	var layers []*dense
	flops := 0.
	for i, units := range sizes[1:] {
		in := sizes[i]
		l := &dense{
			in: in, units: units, w: random[float32](2, in*units), b: random[float32](3, units),
			dw: make([]float32, in*units), mw: make([]float32, in*units), vw: make([]float32, in*units),
			db: make([]float32, units), mb: make([]float32, units), vb: make([]float32, units),
			y: make([]float32, batch*units), dy: make([]float32, batch*units), input: input, inputGradient: gradient,
		}
		layers = append(layers, l)
		flops += 2 * batch * float64(in*units) * min(3, float64(i+2))
		input, gradient = l.y, l.dy
	}
	target, loss, g := make([]float32, batch), make([]float32, batch), make([]float32, batch)
	for i := range g {
		target[i], g[i] = float32(i%2), 1
	}
	crossEntropy := SigmoidCE[float32]{N: 1}
	b.ReportAllocs()
	for b.Loop() {
		for i, l := range layers {
			Gemm(NN, batch, l.units, l.in, l.input, l.in, l.w, l.units, l.y, l.units, false)
			AddBias(l.y, l.b)
			if i < len(layers)-1 {
				Activate(ReLU, l.y, l.y)
			}
		}
		crossEntropy.Loss(loss, input, target)
		crossEntropy.Grad(gradient, input, target, g)
		for i := len(layers) - 1; i >= 0; i-- {
			l := layers[i]
			if i < len(layers)-1 {
				ActivateGrad(ReLU, l.dy, l.dy, nil, l.y)
			}
			ColSum(l.db, l.dy)
			Gemm(TN, l.in, l.units, batch, l.input, l.in, l.dy, l.units, l.dw, l.units, false)
			if l.inputGradient != nil {
				Gemm(NT, batch, l.in, l.units, l.dy, l.units, l.w, l.units, l.inputGradient, l.in, false)
			}
			Adam(l.w, l.dw, l.mw, l.vw, nil, 1./batch, 1e-6, 0.9, 0.999, 1e-7)
			Adam(l.b, l.db, l.mb, l.vb, nil, 1./batch, 1e-6, 0.9, 0.999, 1e-7)
		}
	}
	reportFlops(b, flops)
}
