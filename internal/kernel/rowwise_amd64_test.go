//go:build !noasm

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Every length of a row, in vectors and a rest, against float64; a row is the
// same bits alone as among others, and nothing is written behind the last.
func TestRowsOfAnyLength(t *testing.T) {
	lengths := []int{63, 64, 65, 127, 1000}
	for n := 1; n <= 50; n++ {
		lengths = append(lengths, n)
	}
	forEachSet(t, func(t *testing.T) {
		for _, n := range lengths {
			testRowsOfLength(t, n)
		}
	})
}

func testRowsOfLength(t *testing.T, n int) {
	const rows = 5
	rng := rand.New(rand.NewPCG(uint64(n), 1))
	z, target, dy := random[float32](1, rows*n), random[float32](2, rows*n), random[float32](3, rows*n)
	classes, g := make([]float32, rows), random[float32](4, rows)
	for i := range z {
		z[i] *= 15
		target[i] = max(target[i], 0)
	}
	for r := range classes {
		classes[r] = float32(rng.IntN(n))
	}
	z[0] = z[n-1] // a tie for the largest, perhaps

	// check runs f on all rows in both types, and row by row in float32.
	check := func(what string, relative, absolute float64, width int, f func(r, rows int) []float32, exact func() []float64) {
		t.Helper()
		what = fmt.Sprintf("%s of %d columns", what, n)
		all := f(0, rows)
		near(t, what, all, exact(), relative, absolute)
		for r := range rows {
			sameBits(t, what, f(r, 1), all[r*width:][:width])
		}
	}
	z64, target64, dy64 := convert[float64](z), convert[float64](target), convert[float64](dy)
	classes64, g64 := convert[float64](classes), convert[float64](g)
	rowsOf := func(x []float32, r, rows int) []float32 { return x[r*n:][: rows*n : rows*n] }
	for a, name := range map[RowActivation]string{Softmax: "softmax", LogSoftmax: "log softmax"} {
		y, y64 := make([]float32, rows*n), make([]float64, rows*n)
		ActivateRows(a, n, y, z, nil)
		ActivateRows(a, n, y64, z64, nil)
		check(name, 1e-6, 2e-7, n, func(r, rows int) []float32 {
			out := make([]float32, rows*n+1)
			ActivateRows(a, n, out[:rows*n], rowsOf(z, r, rows), nil)
			if out[rows*n] != 0 {
				t.Fatalf("%s of %d columns wrote behind its last row", name, n)
			}
			return out[:rows*n]
		}, func() []float64 { return y64 })
		check(name+" gradient", 1e-6, 2e-6, n, func(r, rows int) []float32 {
			dz := make([]float32, rows*n)
			ActivateRowsGrad(a, n, dz, rowsOf(dy, r, rows), rowsOf(z, r, rows), rowsOf(y, r, rows))
			return dz
		}, func() []float64 {
			dz := make([]float64, rows*n)
			ActivateRowsGrad(a, n, dz, dy64, z64, y64)
			return dz
		})
	}
	for _, k := range []SoftmaxCE[float32]{{N: n}, {N: n, Sparse: true}, {N: n, Smoothing: 0.1}} {
		y, y64, width := target, target64, n
		if k.Sparse {
			y, y64, width = classes, classes64, 1
		}
		exact := SoftmaxCE[float64](k)
		name := fmt.Sprintf("%+v", k)
		check(name+" loss", 1e-6, 2e-6, 1, func(r, rows int) []float32 {
			loss := make([]float32, rows)
			k.Loss(loss, rowsOf(z, r, rows), y[r*width:][:rows*width])
			return loss
		}, func() []float64 {
			loss := make([]float64, rows)
			exact.Loss(loss, z64, y64)
			return loss
		})
		check(name+" gradient", 2e-6, 3e-7*float64(max(n, 8))/8, n, func(r, rows int) []float32 {
			dz := make([]float32, rows*n)
			k.Grad(dz, rowsOf(z, r, rows), y[r*width:][:rows*width], g[r:][:rows])
			return dz
		}, func() []float64 {
			dz := make([]float64, rows*n)
			exact.Grad(dz, z64, y64, g64)
			return dz
		})
	}
}

// The loss is known to the last places even where it is nearly 0, and so is its
// gradient.
func TestSigmoidCEAccuracy(t *testing.T) {
	z := sample(20011)
	for i := range z { // finite loss and gradient
		z[i] = max(-1e30, min(z[i], 1e30))
	}
	n := len(z)
	loss, dz, y, g := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	want, slope, y64, g64, z64 := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), convert[float64](z)
	for _, c := range []struct{ target, smoothing, ulp float64 }{{0, 0, 4}, {1, 0, 4}, {0.25, 0, 4}, {1, 0.5, 4}} {
		for i := range y {
			y[i], g[i], y64[i], g64[i] = float32(c.target), 1, c.target, 1
		}
		SigmoidCE[float64]{1, c.smoothing}.Loss(want, z64, y64)
		SigmoidCE[float64]{1, c.smoothing}.Grad(slope, z64, y64, g64)
		if c.target == 1 && c.smoothing == 0 { // float64 loses digits too
			for i, v := range z64 {
				slope[i] = -sigmoid(-v)
			}
		}
		forEachSet(t, func(t *testing.T) {
			k := SigmoidCE[float32]{1, c.smoothing}
			k.Loss(loss, z, y)
			k.Grad(dz, z, y, g)
			for i := range z {
				if u := ulps(loss[i], want[i]); u > c.ulp {
					t.Fatalf("%+v: loss of %v is %v, expected %v: %.2f ulp", c, z[i], loss[i], want[i], u)
				}
				exact := active != Generic && (c.target == 0 || c.target == 1 && c.smoothing == 0)
				if u := ulps(dz[i], slope[i]); exact && u > c.ulp {
					t.Fatalf("%+v: gradient at %v is %v, expected %v: %.2f ulp", c, z[i], dz[i], slope[i], u)
				}
				if math.Abs(float64(dz[i])-slope[i]) > 2e-7 {
					t.Fatalf("%+v: gradient at %v is %v, expected %v", c, z[i], dz[i], slope[i])
				}
			}
		})
	}
}

func BenchmarkSoftmaxRows(b *testing.B) {
	for _, n := range []int{2, 10, 16, 100, 1000} {
		rows := max(4096/n, 4)
		z, g := random[float32](1, rows*n), random[float32](2, rows)
		y, classes, loss := make([]float32, rows*n), make([]float32, rows), make([]float32, rows)
		k := SoftmaxCE[float32]{N: n, Sparse: true}
		for name, f := range map[string]func(){
			"softmax": func() { ActivateRows(Softmax, n, y, z, nil) },
			"loss":    func() { k.Loss(loss, z, classes) },
			"grad":    func() { k.Grad(y, z, classes, g) },
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(rows*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
			})
		}
	}
}

func BenchmarkSigmoidCE(b *testing.B) {
	const n = 4096
	z, y, g, dz := random[float32](1, n), random[float32](2, n), random[float32](3, n), make([]float32, n)
	k := SigmoidCE[float32]{N: 1}
	for name, f := range map[string]func(){"loss": func() { k.Loss(dz, z, y) }, "grad": func() { k.Grad(dz, z, y, g) }} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
			b.ReportMetric(n*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
		})
	}
}
