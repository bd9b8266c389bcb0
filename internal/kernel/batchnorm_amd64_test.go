//go:build !noasm

package kernel

import (
	"fmt"
	"testing"
)

// Every set gives the bits of plain Go, for any number of columns.
func TestNormalizeUnderEverySet(t *testing.T) {
	both(t, testNormalizeUnderEverySet[float32], testNormalizeUnderEverySet[float64])
}

func testNormalizeUnderEverySet[T Float](t *testing.T) {
	for n := 1; n <= 37; n++ {
		for _, rows := range []int{1, 2, 9} {
			x, dy, gamma, beta := random[T](1, rows*n), random[T](2, rows*n), random[T](3, n), random[T](4, n)
			var want [][]T
			underEachSet(func(s Set) {
				got := make([][]T, 7)
				for i := range got {
					got[i] = make([]T, n)
				}
				y, dx := make([]T, rows*n), make([]T, rows*n)
				mean, variance, inv, dgamma, dbeta := got[0], got[1], got[2], got[3], got[4]
				Moments(mean, variance, x, make([]float64, n))
				Normalize(y, x, mean, variance, gamma, beta, inv, 1e-3)
				NormalizeGrad(dx, dgamma, dbeta, dy, x, mean, gamma, inv)
				NormalizeGrad(nil, got[5], got[6], dy, x, mean, nil, inv)
				got = append(got, y, dx)
				if s == Generic {
					want = got
				}
				for i := range got {
					sameBits(t, fmt.Sprintf("%v: result %d of %d rows of %d", s, i, rows, n), got[i], want[i])
				}
			})
		}
	}
}

func BenchmarkNormalize(b *testing.B) {
	for _, n := range []int{32, 256} {
		rows := (1 << 16) / n
		x, dy, gamma, beta := random[float32](1, rows*n), random[float32](2, rows*n), random[float32](3, n), random[float32](4, n)
		y, mean, variance, inv, sum := make([]float32, rows*n), make([]float32, n), make([]float32, n), make([]float32, n), make([]float64, n)
		dgamma, dbeta := make([]float32, n), make([]float32, n)
		for name, f := range map[string]func(){
			"moments":   func() { Moments(mean, variance, x, sum) },
			"normalize": func() { Normalize(y, x, mean, variance, gamma, beta, inv, 1e-3) },
			"gradient":  func() { NormalizeGrad(y, dgamma, dbeta, dy, x, mean, gamma, inv) },
		} {
			b.Run(fmt.Sprintf("%s/%dx%d", name, rows, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(rows*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
			})
		}
	}
}
