//go:build amd64 && !noasm

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestTiles(t *testing.T) {
	forEachSet(t, func(t *testing.T) {
		if active == Generic {
			return
		}
		t.Run("float32", func(t *testing.T) { testTiles[float32](t, 1e-6) })
		t.Run("float64", func(t *testing.T) { testTiles[float64](t, 1e-15) })
	})
}

func testTiles[T Float](t *testing.T, eps float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	sizes := []int{1, 2, 3, 7, 8, 15, 16, 17, 30, 32, 33, 64, 65}
	for _, form := range []Form{NN, NT, TN} {
		for range 400 {
			m, n, k := sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))], sizes[rng.IntN(len(sizes))]
			switch rng.IntN(12) {
			case 0:
				k = 0
			case 1:
				k = packDepth + 5
			case 2:
				n = 300
			}
			ar, ac, br, bc := m, k, k, n
			if form == TN {
				ar, ac = k, m
			}
			if form == NT {
				br, bc = n, k
			}
			pad := rng.IntN(3)
			lda, ldb, ldc := ac+pad, bc+pad, n+pad
			// The slices end with their last element: reading on is a fault in
			// the sanitizer's eyes and in ours.
			fill := func(rows, ld, cols int) []T {
				s := make([]T, max((rows-1)*ld+cols, 0))
				for i := range s {
					s[i] = T(rng.NormFloat64())
				}
				return s
			}
			a, b, c := fill(ar, lda, ac), fill(br, ldb, bc), fill(m, ldc, n)
			e := epilogue[T]{accumulate: rng.IntN(2) == 0, rectify: rng.IntN(2) == 0}
			if rng.IntN(2) == 0 {
				e.bias = fill(1, n, n)
			}
			got := append([]T(nil), c...)
			if m*n > 0 && !fastGemm(form, m, n, k, a, lda, b, ldb, got, ldc, e) {
				t.Fatal("no assembly")
			}
			for i := range m {
				for j := range ldc {
					at := i*ldc + j
					if at >= len(c) {
						break
					}
					if j >= n {
						if got[at] != c[at] {
							t.Fatalf("%v %dx%dx%d wrote between the rows of C", form, m, n, k)
						}
						continue
					}
					var want, size float64
					for l := range k {
						x, y := a[min(i*lda+l, len(a)-1)], b[min(l*ldb+j, len(b)-1)]
						if form == TN {
							x = a[l*lda+i]
						}
						if form == NT {
							y = b[j*ldb+l]
						}
						want += float64(x) * float64(y)
						size += math.Abs(float64(x) * float64(y))
					}
					if e.accumulate {
						want += float64(c[at])
						size += math.Abs(float64(c[at]))
					}
					if e.bias != nil {
						want += float64(e.bias[j])
						size += math.Abs(float64(e.bias[j]))
					}
					if e.rectify {
						want = max(want, 0)
					}
					if math.Abs(float64(got[at])-want) > eps*(1+size) {
						t.Fatalf("%v %dx%dx%d (%+v): C[%d,%d] is %v, expected %v", form, m, n, k, e, i, j, got[at], want)
					}
				}
			}
		}
	}
}

func BenchmarkTiles(b *testing.B) {
	for _, s := range []struct {
		form    Form
		m, n, k int
	}{{NN, 2048, 64, 30}, {NN, 256, 64, 30}, {NN, 256, 32, 64}, {NN, 256, 1, 32}, {TN, 30, 64, 2048}, {TN, 64, 32, 256}, {NT, 256, 64, 32}, {NN, 128, 256, 784}, {TN, 784, 256, 128},
		{NN, 256, 1024, 1024}, {TN, 1024, 1024, 256}, {NT, 256, 1024, 1024}, {NN, 64, 64, 64}, {NN, 256, 256, 256}, {NN, 512, 512, 512}, {NN, 1024, 1024, 1024}} {
		b.Run(fmt.Sprintf("%v/%dx%dx%d", []string{"NN", "NT", "TN"}[s.form], s.m, s.n, s.k), func(b *testing.B) {
			lda, ldb := s.k, s.n
			if s.form == TN {
				lda = s.m
			}
			if s.form == NT {
				ldb = s.k
			}
			x, y, z := make([]float32, s.m*s.k), make([]float32, s.k*s.n), make([]float32, s.m*s.n)
			for i := range x {
				x[i] = float32(i % 7)
			}
			for i := range y {
				y[i] = float32(i % 5)
			}
			for b.Loop() {
				fastGemm(s.form, s.m, s.n, s.k, x, lda, y, ldb, z, s.n, epilogue[float32]{})
			}
			b.ReportMetric(2*float64(s.m)*float64(s.n)*float64(s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
