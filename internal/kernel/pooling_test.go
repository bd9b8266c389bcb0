package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPool(t *testing.T) {
	both(t, testPool[float32], testPool[float64])
}

// testPool compares poolings with their definitions, and chunks of rows with
// the whole.
func testPool[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	pick := func(of ...int) int { return of[r.IntN(len(of))] }
	for range 300 {
		axis := func() Axis {
			for {
				if a := NewAxis(pick(1, 3, 5, 8), pick(1, 2, 3, 5), pick(1, 2, 3), 1, Padding(r.IntN(2))); a.Out > 0 {
					return a
				}
			}
		}
		g := &Pool{Images: pick(1, 2, 3), Rows: axis(), Cols: axis(), Channels: pick(1, 2, 3, 8, 16, 17, 40)}
		t.Run(fmt.Sprintf("%+v", *g), func(t *testing.T) {
			in, out := g.Cols.In*g.Channels, g.Cols.Out*g.Channels
			x, dy := random[T](1, g.Images*g.Rows.In*in), random[T](2, g.Images*g.Rows.Out*out)
			for i := range x { // ties
				x[i] = T(math.Round(float64(x[i]) * 4))
			}
			x[r.IntN(len(x))] = T(math.NaN())
			x[r.IntN(len(x))] = T(math.Inf(-1))
			checkPool(t, g, x, dy)
			for i := range x {
				x[i] = T(math.Inf(-1))
			}
			checkPool(t, g, x, dy)
		})
		if t.Failed() {
			return
		}
	}
}

func checkPool[T Float](t *testing.T, g *Pool, x, dy []T) {
	inRows, outRows := g.Images*g.Rows.In, g.Images*g.Rows.Out
	n := len(dy)
	largest, mean, dLargest, dMean := poolByDefinition(g, x, dy)
	for _, chunk := range []int{max(inRows, outRows), 2} {
		y, places, dx := random[T](3, n), random[T](4, n), random[T](5, len(x)) // are overwritten
		for i := 0; i < outRows; i += chunk {
			MaxPool(g, i, min(i+chunk, outRows), y, places, x)
		}
		for i := 0; i < inRows; i += chunk {
			MaxPoolGrad(g, i, min(i+chunk, inRows), dx[i*g.Cols.In*g.Channels:], g.Cols.In, dy, places)
		}
		near(t, "largest", y, largest, 0, 0)
		near(t, "gradient of the largest", dx, dLargest, 1e-5, 1e-5)
		for i := 0; i < outRows; i += chunk {
			AveragePool(g, i, min(i+chunk, outRows), y, x)
		}
		for i := 0; i < inRows; i += chunk {
			AveragePoolGrad(g, i, min(i+chunk, inRows), dx[i*g.Cols.In*g.Channels:], g.Cols.In, dy)
		}
		near(t, "mean", y, mean, 1e-5, 1e-5)
		near(t, "gradient of the mean", dx, dMean, 1e-5, 1e-5)
	}
}

func poolByDefinition[T Float](g *Pool, x, dy []T) (largest, mean, dLargest, dMean []float64) {
	dLargest, dMean = make([]float64, len(x)), make([]float64, len(x))
	for at, d := range dy {
		c, ox := at%g.Channels, at/g.Channels%g.Cols.Out
		oy, image := at/g.Channels/g.Cols.Out%g.Rows.Out, at/g.Channels/g.Cols.Out/g.Rows.Out
		var window []int
		for i := range g.Rows.Size {
			for j := range g.Cols.Size {
				iy, ix := oy*g.Rows.Stride+i-g.Rows.Before, ox*g.Cols.Stride+j-g.Cols.Before
				if iy >= 0 && iy < g.Rows.In && ix >= 0 && ix < g.Cols.In {
					window = append(window, ((image*g.Rows.In+iy)*g.Cols.In+ix)*g.Channels+c)
				}
			}
		}
		best, sum := window[0], 0.
		for _, i := range window {
			if x[i] > x[best] || x[i] != x[i] {
				best = i
			}
			sum += float64(x[i])
			dMean[i] += float64(d) / float64(len(window))
		}
		dLargest[best] += float64(d)
		largest, mean = append(largest, float64(x[best])), append(mean, sum/float64(len(window)))
	}
	return largest, mean, dLargest, dMean
}

// A negative NaN, which 0·Inf is on this processor, wins as well.
func TestMaxPoolNegativeNaN(t *testing.T) {
	g := &Pool{Images: 1, Rows: NewAxis(1, 1, 1, 1, Valid), Cols: NewAxis(4, 4, 4, 1, Valid), Channels: 1}
	nan := math.Float32frombits(0xffc00000)
	for i := range 4 {
		x := slices.Repeat([]float32{1}, 4)
		x[i] = nan
		y, places, dx := make([]float32, 1), make([]float32, 1), make([]float32, 4)
		MaxPool(g, 0, 1, y, places, x)
		MaxPoolGrad(g, 0, 1, dx, 4, []float32{1}, places)
		if y[0] == y[0] || places[0] != float32(i) || dx[i] != 1 {
			t.Errorf("NaN at %d: %v from place %v, gradient %v", i, y, places, dx)
		}
	}
}

func BenchmarkMaxPool(b *testing.B) {
	for _, s := range [][3]int{{26, 32, 2}, {11, 64, 2}, {32, 3, 3}} {
		a := NewAxis(s[0], s[2], 2, 1, Valid)
		g := &Pool{Images: 1, Rows: a, Cols: a, Channels: s[1]}
		x, dy := random[float32](1, s[0]*s[0]*s[1]), random[float32](2, a.Out*a.Out*s[1])
		y, places, dx := make([]float32, len(dy)), make([]float32, len(dy)), make([]float32, len(x))
		bench := func(name string, run func()) {
			b.Run(fmt.Sprintf("%dx%dx%d/%d/%s", s[0], s[0], s[1], s[2], name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(4 * len(x)))
				for b.Loop() {
					run()
				}
			})
		}
		bench("forward", func() { MaxPool(g, 0, a.Out, y, places, x) })
		bench("backward", func() { MaxPoolGrad(g, 0, a.In, dx, a.In, dy, places) })
		bench("average", func() { AveragePool(g, 0, a.Out, y, x) })
		bench("average backward", func() { AveragePoolGrad(g, 0, a.In, dx, a.In, dy) })
	}
}
