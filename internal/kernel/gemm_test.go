package kernel

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// product is a matrix product with rows that are longer than they need be.
type product[T Float] struct {
	form                   Form
	m, n, k                int
	a, b, c                []T
	lda, ldb, ldc          int
	aRow, aCol, bRow, bCol int // distances between rows and columns of op(A), op(B)
}

// newProduct makes operands whose rows have pad elements to spare, those of C
// padC. They are NaN, so that reading one shows.
func newProduct[T Float](form Form, m, n, k, pad, padC int) product[T] {
	p := product[T]{form: form, m: m, n: n, k: k}
	matrix := func(seed uint64, rows, cols, pad int) ([]T, int) {
		ld := cols + pad
		x := random[T](seed, rows*ld)
		for i := range x {
			if i%ld >= cols {
				x[i] = T(math.NaN())
			}
		}
		if rows > 0 {
			x = x[:(rows-1)*ld+cols] // nothing follows the last row
		}
		return x, ld
	}
	if form == TN {
		p.a, p.lda = matrix(1, k, m, pad)
		p.aRow, p.aCol = 1, p.lda
	} else {
		p.a, p.lda = matrix(1, m, k, pad)
		p.aRow, p.aCol = p.lda, 1
	}
	if form == NT {
		p.b, p.ldb = matrix(2, n, k, pad)
		p.bRow, p.bCol = 1, p.ldb
	} else {
		p.b, p.ldb = matrix(2, k, n, pad)
		p.bRow, p.bCol = p.ldb, 1
	}
	p.c, p.ldc = matrix(3, m, n, padC)
	return p
}

func (p product[T]) run(accumulate bool) {
	Gemm(p.form, p.m, p.n, p.k, p.a, p.lda, p.b, p.ldb, p.c, p.ldc, accumulate)
}

// naive returns what C has to become, in float64, padding and all.
func (p product[T]) naive(accumulate bool) []float64 {
	c := convert[float64](p.c)
	for i := range p.m {
		for j := range p.n {
			var sum float64
			for l := range p.k {
				sum += float64(p.a[i*p.aRow+l*p.aCol]) * float64(p.b[l*p.bRow+j*p.bCol])
			}
			if accumulate {
				sum += c[i*p.ldc+j]
			}
			c[i*p.ldc+j] = sum
		}
	}
	return c
}

var (
	forms     = []Form{NN, NT, TN}
	formNames = []string{"NN", "NT", "TN"}
)

func TestGemmAgainstNaive(t *testing.T) {
	both(t, testGemm[float32], testGemm[float64])
}

func testGemm[T Float](t *testing.T) {
	sizes := [][3]int{
		{0, 3, 4}, {3, 0, 4}, {3, 4, 0}, {1, 1, 0}, {1, 1, 1}, {1, 5, 3}, {5, 1, 3}, {5, 3, 1}, {1, 1, 200},
		{2, 2, 2}, {3, 3, 3}, {5, 7, 6}, {1, 200, 1}, {200, 1, 1}, {200, 1, 33}, {1, 200, 33}, {2, 193, 65},
		{63, 64, 65}, {64, 64, 64}, {65, 63, 31}, {193, 65, 32}, {65, 193, 33}, {129, 128, 127}, {64, 2, 193},
		{15, 64, 256}, {256, 64, 15}, {256, 32, 64}, {64, 32, 256}, {32, 1, 256}, {256, 1, 32}, {256, 10, 64},
	}
	for _, form := range forms {
		for _, s := range sizes {
			for _, pad := range [][2]int{{0, 0}, {1, 1}, {5, 0}, {0, 5}} {
				for _, accumulate := range []bool{false, true} {
					p := newProduct[T](form, s[0], s[1], s[2], pad[0], pad[1])
					want := p.naive(accumulate)
					p.run(accumulate)
					name := fmt.Sprintf("%s %v pads %v accumulate %v", formNames[form], s, pad, accumulate)
					near(t, name, p.c, want, 0, float64(s[2]+1)*epsilon[T]())
				}
			}
		}
	}
}

func TestGemmOfAnyShape(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		size := func(name string) int { return rapid.IntRange(0, 200).Draw(rt, name) }
		form := forms[rapid.IntRange(0, 2).Draw(rt, "form")]
		accumulate := rapid.Bool().Draw(rt, "accumulate")
		p := newProduct[float32](form, size("m"), size("n"), size("k"), rapid.IntRange(0, 3).Draw(rt, "pad"), rapid.IntRange(0, 3).Draw(rt, "pad of C"))
		want := p.naive(accumulate)
		p.run(accumulate)
		for i, w := range want {
			if got := float64(p.c[i]); !isNear(got, w, 0, float64(p.k+1)*epsilon[float32]()) {
				rt.Fatalf("element %d is %v, expected %v", i, got, w)
			}
		}
	})
}

// What is in C does not matter unless it is added to.
func TestGemmReplacesNaN(t *testing.T) {
	c := []float32{float32(math.NaN()), float32(math.Inf(1))}
	for _, k := range []int{0, 1} {
		Gemm(NN, 1, 2, k, []float32{2}, 1, []float32{3, 4}, 2, c, 2, false)
		near(t, fmt.Sprint("k = ", k), c, [][]float64{{0, 0}, {6, 8}}[k], 0, 0)
		c[0] = float32(math.NaN())
	}
}

func TestGemmZeroTimesNaN(t *testing.T) {
	for _, form := range forms {
		for _, n := range []int{1, 2} {
			p := newProduct[float64](form, 3, n, 2, 0, 0)
			clear(p.a)
			p.b[0], p.b[len(p.b)-1] = math.NaN(), math.Inf(-1) // in every column of op(B)
			p.run(false)
			for i, v := range p.c {
				if !math.IsNaN(v) {
					t.Errorf("%s, n = %d: element %d is %v, expected NaN", formNames[form], n, i, v)
				}
			}
		}
	}
}

// Callers cut C into tiles by rows: each must have the bits of the whole.
func TestGemmTilesHaveTheBitsOfTheWhole(t *testing.T) {
	both(t, testGemmTiles[float32], testGemmTiles[float64])
}

func testGemmTiles[T Float](t *testing.T) {
	for _, form := range forms {
		for _, s := range [][3]int{{150, 70, 45}, {150, 1, 45}, {70, 3, 1}, {193, 130, 7}, {2, 300, 50}} {
			p := newProduct[T](form, s[0], s[1], s[2], 2, 2)
			p.run(false)
			for _, rows := range []int{1, 2, 3, 7, 64, 100} {
				q := p
				q.c = make([]T, len(p.c))
				copy(q.c, p.c) // for the padding
				for i := 0; i < q.m; i += rows {
					m := min(rows, q.m-i)
					c := q.c[i*q.ldc:]
					for r := range m {
						clear(c[r*q.ldc:][:q.n])
					}
					Gemm(form, m, q.n, q.k, q.a[i*q.aRow:], q.lda, q.b, q.ldb, c, q.ldc, false)
				}
				sameBits(t, fmt.Sprintf("%s %v in tiles of %d rows", formNames[form], s, rows), q.c, p.c)
			}
		}
	}
}

// The address of an operand must not choose the order of a sum.
func TestGemmDoesNotDependOnAlignment(t *testing.T) {
	for _, form := range forms {
		var first []float32
		for shift := range 5 {
			p := newProduct[float32](form, 9, 11, 37, 0, 0)
			for _, x := range []*[]float32{&p.a, &p.b, &p.c} {
				moved := make([]float32, shift, shift+len(*x))
				*x = append(moved, *x...)[shift:]
			}
			p.run(false)
			if shift == 0 {
				first = p.c
			}
			sameBits(t, fmt.Sprintf("%s shifted by %d", formNames[form], shift), p.c, first)
		}
	}
}

func TestGemmAllocatesNothing(t *testing.T) {
	both(t, testGemmAllocations[float32], testGemmAllocations[float64])
}

func testGemmAllocations[T Float](t *testing.T) {
	for _, form := range forms {
		for _, n := range []int{1, 40} {
			p := newProduct[T](form, 70, n, 50, 0, 0)
			if allocs := testing.AllocsPerRun(10, func() { p.run(false) }); allocs != 0 {
				t.Errorf("%s, n = %d: %v allocations", formNames[form], n, allocs)
			}
		}
	}
}
