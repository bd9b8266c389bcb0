package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNewAxis(t *testing.T) {
	for _, c := range []struct {
		in, size, stride, dilation int
		padding                    Padding
		out, before                int
		padded                     bool
	}{
		{7, 3, 1, 1, Valid, 5, 0, false},
		{7, 3, 2, 1, Valid, 3, 0, false},
		{8, 3, 2, 1, Valid, 3, 0, false},
		{7, 3, 1, 2, Valid, 3, 0, false},
		{3, 3, 4, 1, Valid, 1, 0, false},
		{2, 3, 1, 1, Valid, 0, 0, false},
		{1, 3, 4, 3, Valid, 0, 0, false},
		{7, 3, 1, 1, Same, 7, 1, true},
		{7, 2, 1, 1, Same, 7, 0, true},
		{7, 3, 2, 1, Same, 4, 1, true},
		{6, 3, 2, 1, Same, 3, 0, true},
		{7, 1, 3, 1, Same, 3, 0, false},
		{3, 2, 1, 5, Same, 3, 2, true},
		{7, 3, 1, 2, Causal, 7, 4, true},
		{7, 3, 2, 1, Causal, 4, 2, true},
		{7, 1, 1, 1, Causal, 7, 0, false},
	} {
		a := NewAxis(c.in, c.size, c.stride, c.dilation, c.padding)
		if a.Out != c.out || a.Before != c.before || c.out > 0 && a.padded() != c.padded {
			t.Errorf("%+v: out %d, before %d, padded %v", c, a.Out, a.Before, a.padded())
		}
	}
}

// outputs agrees with the definition.
func TestAxisOutputs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		a := NewAxis(1+r.IntN(9), 1+r.IntN(4), 1+r.IntN(3), 1+r.IntN(3), Padding(r.IntN(3)))
		from := r.IntN(a.In + 1)
		to := from + r.IntN(a.In+1-from)
		for i := range a.Size {
			lo, hi := a.outputs(i, from, to)
			for o := range a.Out {
				if want := a.at(o, i) >= from && a.at(o, i) < to; want != (lo <= o && o < hi) {
					t.Fatalf("%+v place %d, inputs [%d,%d): outputs [%d,%d), but %d is %v", a, i, from, to, lo, hi, o, want)
				}
			}
		}
	}
}

func TestConv(t *testing.T) {
	both(t, testConv[float32], testConv[float64])
}

// testConv compares the three products with their definition, and chunks of
// rows with the whole.
func testConv[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	pick := func(of ...int) int { return of[r.IntN(len(of))] }
	for range 300 {
		axis := func() Axis {
			for {
				stride, dilation := pick(1, 1, 2, 3), 1
				if stride == 1 {
					dilation = pick(1, 1, 2)
				}
				if a := NewAxis(pick(1, 3, 5, 8, 17), pick(1, 2, 3, 5), stride, dilation, Padding(r.IntN(3))); a.Out > 0 {
					return a
				}
			}
		}
		groups := pick(1, 1, 1, 2, 3)
		g := &Conv{Images: pick(1, 2, 3), Rows: axis(), Cols: axis(), Channels: groups * pick(1, 2, 3, 8, 17), Filters: groups * pick(1, 3, 4, 16, 33), Groups: groups}
		t.Run(fmt.Sprintf("%+v", *g), func(t *testing.T) { checkConv[T](t, g) })
		if t.Failed() {
			return
		}
	}
}

// A kernel that does not fit the first-level cache takes several images at a
// time.
func TestConvLarge(t *testing.T) {
	for _, padding := range []Padding{Valid, Same} {
		a := NewAxis(5, 3, 1, 1, padding)
		g := &Conv{Images: 8, Rows: a, Cols: a, Channels: 90, Filters: 100, Groups: 1}
		checkConv[float32](t, g)
	}
}

func checkConv[T Float](t *testing.T, g *Conv) {
	in, out := g.Cols.In*g.Channels, g.Cols.Out*g.Filters
	inRows, outRows := g.Images*g.Rows.In, g.Images*g.Rows.Out
	x, w, dy := random[T](1, inRows*in), random[T](2, g.Weights()), random[T](3, outRows*out)
	bias := random[T](4, g.Filters)
	wantY, wantDW, wantDX := convByDefinition(g, convert[float64](x), convert[float64](w), convert[float64](dy), convert[float64](bias))

	from := x
	if g.Padded() {
		from = make([]T, g.PaddedSize())
		ConvPad(g, 0, inRows, from, x)
	}
	eps := 200 * epsilon[T]()
	y, wt := make([]T, len(dy)), make([]T, len(w))
	ConvForward(g, 0, outRows, y, from, w, bias, false)
	near(t, "y", y, wantY, eps, eps)
	dy = pitched(g, dy)
	dw := make([]T, len(w))
	ConvWeightGrad(g, 0, outRows, dw, from, dy)
	near(t, "dw", dw, wantDW, eps, eps)
	dx := random[T](5, len(x)) // is overwritten
	ConvTranspose(g, 0, g.Rows.Size*g.Cols.Size, wt, w)
	ConvInputGrad(g, 0, inRows, dx, dy, 0, wt)
	near(t, "dx", dx, wantDX, eps, eps)

	parts := make([]T, len(y))
	for i := 0; i < outRows; i += 2 {
		ConvForward(g, i, min(i+2, outRows), parts, from, w, bias, false)
	}
	sameBits(t, "y in chunks", parts, y)
	parts = make([]T, len(x))
	for i := 0; i < inRows; i += 2 {
		ConvInputGrad(g, i, min(i+2, inRows), parts, dy, 0, wt)
	}
	sameBits(t, "dx in chunks", parts, dx)

	ConvForward(g, 0, outRows, y, from, w, nil, true)
	for i := range wantY {
		wantY[i] = max(wantY[i]-float64(bias[i%g.Filters]), 0)
	}
	near(t, "rectified, without bias", y, wantY, eps, eps)
}

// pitched lays out the rows of dy.
func pitched[T Float](g *Conv, dy []T) []T {
	size, step := g.Cols.Out*g.Filters, g.Pitch()*g.Filters
	laid := make([]T, len(dy)/size*step)
	for i := range len(dy) / size {
		copy(laid[i*step:], dy[i*size:][:size])
	}
	return laid
}

func convByDefinition(g *Conv, x, w, dy, bias []float64) (y, dw, dx []float64) {
	y, dw, dx = make([]float64, len(dy)), make([]float64, len(w)), make([]float64, len(x))
	channels, filters := g.Channels/g.Groups, g.Filters/g.Groups
	at := 0
	for image := range g.Images {
		for oy := range g.Rows.Out {
			for ox := range g.Cols.Out {
				for f := range g.Filters {
					y[at] = bias[f]
					for i := range g.Rows.Size {
						for j := range g.Cols.Size {
							iy, ix := oy*g.Rows.Stride+i*g.Rows.Dilation-g.Rows.Before, ox*g.Cols.Stride+j*g.Cols.Dilation-g.Cols.Before
							if iy < 0 || iy >= g.Rows.In || ix < 0 || ix >= g.Cols.In {
								continue
							}
							for c := range channels {
								xi := ((image*g.Rows.In+iy)*g.Cols.In+ix)*g.Channels + f/filters*channels + c
								wi := ((i*g.Cols.Size+j)*channels+c)*g.Filters + f
								y[at] += x[xi] * w[wi]
								dw[wi] += x[xi] * dy[at]
								dx[xi] += w[wi] * dy[at]
							}
						}
					}
					at++
				}
			}
		}
	}
	return y, dw, dx
}

// Products that line up, or add up, are what they are one by one.
func TestProducts(t *testing.T) {
	both(t, testProducts[float32], testProducts[float64])
}

func testProducts[T Float](t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	sizes := []int{1, 2, 5, 14, 15, 16, 17, 33, 40}
	for range 300 {
		pick := func() int { return sizes[r.IntN(len(sizes))] }
		m, n, k := pick(), pick(), pick()
		if r.IntN(20) == 0 {
			k = 700
		}
		form := []Form{NN, TN}[r.IntN(2)]
		lda, ldb, ldc := k+r.IntN(3), n+r.IntN(2)*300, n+r.IntN(3)
		rows := m
		if form == TN {
			lda, rows = m+r.IntN(3), k
		}
		p := products{count: 1 + r.IntN(4), a: rows * lda, b: r.IntN(2) * k * ldb, c: r.IntN(2) * m * ldc}
		a, b := random[T](1, p.count*rows*lda), random[T](2, p.count*k*ldb)
		c := random[T](3, p.count*m*ldc)
		e := epilogue[T]{accumulate: p.c == 0 || r.IntN(2) == 0, rectify: p.c > 0 && r.IntN(2) == 0}
		if p.c > 0 && r.IntN(2) == 0 {
			e.bias = random[T](4, n)
		}
		want := convert[float64](c)
		for q := range p.count {
			for i := range m {
				for j := range n {
					var sum float64
					for l := range k {
						if form == TN {
							sum += float64(a[q*p.a+l*lda+i]) * float64(b[q*p.b+l*ldb+j])
						} else {
							sum += float64(a[q*p.a+i*lda+l]) * float64(b[q*p.b+l*ldb+j])
						}
					}
					at := q*p.c + i*ldc + j
					if e.accumulate {
						sum += want[at]
					}
					if e.bias != nil {
						sum += float64(e.bias[j])
					}
					if e.rectify {
						sum = max(sum, 0)
					}
					want[at] = sum
				}
			}
		}
		before := slices.Clone(b)
		gemms(p, form, m, n, k, a, lda, b, ldb, c, ldc, e)
		eps := 1000 * epsilon[T]()
		near(t, fmt.Sprintf("%+v form %d, %d %d %d, %d %d %d, %+v", p, form, m, n, k, lda, ldb, ldc, e), c, want, eps, eps)
		sameBits(t, "b", b, before)
		if t.Failed() {
			return
		}
	}
}
