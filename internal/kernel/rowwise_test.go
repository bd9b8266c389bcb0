package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var rowActivations = []RowActivation{Softmax, LogSoftmax, Sparsemax, GLU}

// of returns the activation of one row.
func of[T Float](a RowActivation, z ...T) []T {
	y := make([]T, a.Width(len(z)))
	ActivateRows(a, len(z), y, z, make([]T, len(z)))
	return y
}

func TestRowActivationValues(t *testing.T) {
	both(t, testRowActivationValues[float32], testRowActivationValues[float64])
}

func testRowActivationValues[T Float](t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	ln2, ln3 := math.Ln2, math.Log(3)
	e := math.Exp(-1)
	for _, c := range []struct {
		name string
		a    RowActivation
		z, y []float64
	}{
		{"one column", Softmax, []float64{-7}, []float64{1}},
		{"even", Softmax, []float64{0, 0}, []float64{0.5, 0.5}},
		{"powers of two", Softmax, []float64{0, ln2, 2 * ln2}, []float64{1. / 7, 2. / 7, 4. / 7}},
		{"far apart", Softmax, []float64{1000, 0}, []float64{1, 0}},
		{"huge and near", Softmax, []float64{1e6, 1e6 - 1}, []float64{1 / (1 + e), e / (1 + e)}},
		{"most negative", Softmax, []float64{-1e30, -1e30, -1e30, -1e30}, []float64{.25, .25, .25, .25}},
		{"largest", Softmax, []float64{math.MaxFloat32, -math.MaxFloat32}, []float64{1, 0}},
		{"masked", Softmax, []float64{0, -inf, 0}, []float64{.5, 0, .5}},
		{"infinite", Softmax, []float64{inf, 0}, []float64{nan, 0}},
		{"NaN", Softmax, []float64{0, nan}, []float64{nan, nan}},

		{"one column", LogSoftmax, []float64{3}, []float64{0}},
		{"powers of two", LogSoftmax, []float64{0, ln2, ln2}, []float64{-math.Log(5), ln2 - math.Log(5), ln2 - math.Log(5)}},
		{"far apart", LogSoftmax, []float64{1000, 0, -1000}, []float64{0, -1000, -2000}},
		{"confident", LogSoftmax, []float64{1000, 970}, []float64{-math.Log1p(math.Exp(-30)), -30 - math.Exp(-30)}},
		{"masked", LogSoftmax, []float64{-inf, 0}, []float64{-inf, 0}},
		{"NaN", LogSoftmax, []float64{nan, 0}, []float64{nan, nan}},

		{"one column", Sparsemax, []float64{-3}, []float64{1}},
		{"even", Sparsemax, []float64{2, 2, 2, 2}, []float64{.25, .25, .25, .25}},
		{"two of three", Sparsemax, []float64{1, 0.5, -1}, []float64{.75, .25, 0}},
		{"on the edge", Sparsemax, []float64{1, 0}, []float64{1, 0}},
		{"huge", Sparsemax, []float64{1e20, 0}, []float64{1, 0}},
		{"huge and even", Sparsemax, []float64{-1e20, -1e20}, []float64{.5, .5}},
		{"offset", Sparsemax, []float64{1e6 + 0.5, 1e6}, []float64{.75, .25}},
		{"masked", Sparsemax, []float64{-inf, 0}, []float64{0, 1}},

		{"gated", GLU, []float64{2, 3, 0, -ln3}, []float64{1, .75}},
		{"shut", GLU, []float64{5, -1000}, []float64{0}},
		{"open", GLU, []float64{5, 1000}, []float64{5}},
		{"one column", GLU, []float64{5}, []float64{}},
	} {
		t.Run(fmt.Sprintf("%d %s", c.a, c.name), func(t *testing.T) {
			got := of(c.a, convert[T](c.z)...)
			if c.name == "infinite" { // Inf-Inf: what is sure is that it shows
				if got[0] == got[0] {
					t.Errorf("softmax of an infinite logit is %v, expected NaN", got)
				}
				return
			}
			near(t, "y", got, c.y, 4*epsilon[T](), 1e-300)
		})
	}
}

func TestRowActivationsOfManyRows(t *testing.T) {
	const rows, n = 9, 6
	z := random[float32](1, rows*n)
	for i := range z {
		z[i] *= 10
	}
	for _, a := range rowActivations {
		w := a.Width(n)
		y := make([]float32, rows*w)
		ActivateRows(a, n, y, z, make([]float32, n))
		for r := range rows {
			sameBits(t, fmt.Sprintf("activation %d, row %d", a, r), y[r*w:][:w], of(a, z[r*n:][:n]...))
		}
		ActivateRows(a, n, nil, nil, make([]float32, n)) // no rows
		ActivateRows[float32](a, 0, nil, nil, nil)       // no columns
	}
}

func drawRow(rt *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-50, 50), 1, 12).Draw(rt, "z")
}

func TestRowsSumToOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		z := drawRow(rt)
		for _, a := range []RowActivation{Softmax, LogSoftmax, Sparsemax} {
			y := of(a, z...)
			var sum float64
			for j, p := range y {
				if a == LogSoftmax {
					p = math.Exp(p)
				}
				if p < 0 || p > 1+1e-15 {
					rt.Fatalf("activation %d: element %d of %v is %v", a, j, y, p)
				}
				sum += p
			}
			if !isNear(sum, 1, 1e-13, 0) {
				rt.Fatalf("activation %d of %v sums to %v", a, z, sum)
			}
		}
	})
}

// Only differences count: adding one number to the whole row changes nothing.
// Sparsemax is the projection on the simplex: z-y is the same for all y > 0
// and at most that where y is 0.
func TestRowsShiftAndProject(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		z := drawRow(rt)
		moved := slices.Clone(z)
		for j := range moved {
			moved[j] += 64
		}
		for _, a := range []RowActivation{Softmax, LogSoftmax, Sparsemax} {
			y, w := of(a, z...), of(a, moved...)
			for j := range y {
				if !isNear(w[j], y[j], 1e-11, 1e-12) {
					rt.Fatalf("activation %d of %v is %v, shifted %v", a, z, y, w)
				}
			}
		}
		y := of(Sparsemax, z...)
		tau := math.Inf(-1)
		for j, p := range y {
			if p > 0 {
				tau = max(tau, z[j]-p)
			}
		}
		for j, p := range y {
			if p > 0 && !isNear(z[j]-p, tau, 0, 1e-12) || p == 0 && z[j] > tau+1e-12 {
				rt.Fatalf("sparsemax of %v is %v: no threshold explains it", z, y)
			}
		}
	})
}

func TestRowGradientsAreTheSlopes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := rapid.SampledFrom(rowActivations).Draw(rt, "activation")
		n := 2 * rapid.IntRange(1, 4).Draw(rt, "half")
		z := rapid.SliceOfN(rapid.Float64Range(-3, 3), n, n).Draw(rt, "z")
		dy := random[float64](7, a.Width(n))
		y, dz := of(a, z...), make([]float64, n)
		if a == Sparsemax {
			// Keep off the places where an element enters the support.
			sorted := slices.Sorted(slices.Values(z))
			_, tau := sparsemaxThreshold(z, make([]float64, n))
			for _, v := range z {
				if math.Abs(v-sorted[n-1]-tau) < 0.02 {
					rt.Skip("near a kink")
				}
			}
		}
		ActivateRowsGrad(a, n, dz, dy, z, y)
		for j := range z {
			slope := derivative(func(x float64) float64 {
				moved := slices.Clone(z)
				moved[j] = x
				return Dot(of(a, moved...), dy)
			}, z[j])
			if !isNear(dz[j], slope, 1e-7, 1e-7) {
				rt.Fatalf("activation %d at %v: gradient %d is %v, but the slope is %v", a, z, j, dz[j], slope)
			}
		}
	})
}

func BenchmarkActivateRows(b *testing.B) {
	const rows, n = 1024, 10
	z, scratch := random[float32](1, rows*n), make([]float32, n)
	for i, a := range rowActivations {
		y := make([]float32, rows*a.Width(n))
		b.Run([]string{"softmax", "log softmax", "sparsemax", "glu"}[i], func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(4 * rows * n)
			for b.Loop() {
				ActivateRows(a, n, y, z, scratch)
			}
		})
	}
}
