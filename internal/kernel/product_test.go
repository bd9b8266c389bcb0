package kernel

import (
	"fmt"
	"testing"
)

// A product in blocks is the product of the whole, in every form and whether or
// not B is copied into panels.
func TestProduct(t *testing.T) {
	both(t, testProduct[float32], testProduct[float64])
}

func testProduct[T Float](t *testing.T) {
	for _, form := range forms {
		for _, s := range [][3]int{{1, 1, 1}, {300, 70, 45}, {30, 300, 20}, {250, 530, 7}, {113, 33, 300}, {5, 1, 9}, {200, 1, 30}, {40, 3, 1}} {
			p := newProduct[T](form, s[0], s[1], s[2], 0, 0)
			want := p
			want.c = make([]T, len(p.c))
			for _, e := range []epilogue[T]{{}, {rectify: true}} {
				if form == NN {
					e.bias = p.a[:0:0]
					for j := range s[1] {
						e.bias = append(e.bias, T(j%5)-2)
					}
				}
				if form != NN && e.rectify {
					continue // only the forward product rectifies
				}
				Gemm(form, p.m, p.n, p.k, p.a, p.lda, p.b, p.ldb, want.c, p.n, false)
				for i := range want.c {
					if e.bias != nil {
						want.c[i] += e.bias[i%p.n]
					}
					if e.rectify {
						want.c[i] = max(want.c[i], 0)
					}
				}
				product := NewProduct(form, p.m, p.n, p.k, p.a, p.b, p.c, e.bias, e.rectify)
				for range 2 {
					clear(p.c)
					product.Run()
					for i := range want.c {
						if d := float64(p.c[i] - want.c[i]); d > 1e-3 || d < -1e-3 {
							t.Fatalf("%s %v %+v: element %d is %v, expected %v", formNames[form], s, e, i, p.c[i], want.c[i])
						}
					}
				}
			}
		}
	}
}

func TestProductBitsDoNotDependOnCores(t *testing.T) {
	for _, form := range forms {
		p := newProduct[float32](form, 300, 530, 200, 0, 0)
		product := NewProduct(form, p.m, p.n, p.k, p.a, p.b, p.c, nil, false)
		procs(t, 1)
		product.Run()
		one := append([]float32(nil), p.c...)
		procs(t, 4)
		product.Run()
		sameBits(t, formNames[form], p.c, one)
		if n := testing.AllocsPerRun(5, product.Run); n != 0 {
			t.Errorf("%s: a run allocates %v times", formNames[form], n)
		}
	}
}

func BenchmarkProduct(b *testing.B) {
	for _, s := range []struct {
		form    Form
		m, n, k int
	}{
		{NN, 128, 256, 784}, {TN, 784, 256, 128}, {NN, 256, 1024, 256}, {NN, 256, 1024, 1024}, {TN, 1024, 1024, 256}, {NT, 256, 1024, 1024},
		{NN, 512, 512, 512}, {NN, 1024, 1024, 1024},
	} {
		b.Run(fmt.Sprintf("%s/%dx%dx%d", formNames[s.form], s.m, s.n, s.k), func(b *testing.B) {
			p := newProduct[float32](s.form, s.m, s.n, s.k, 0, 0)
			product := NewProduct(s.form, s.m, s.n, s.k, p.a, p.b, p.c, nil, false)
			b.ReportAllocs()
			for b.Loop() {
				product.Run()
			}
			b.ReportMetric(2*float64(s.m)*float64(s.n)*float64(s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
