package kernel

import (
	"unsafe"

	"gonum.org/v1/gonum/blas/gonum"
)

// rankOnes adds the (m,n) product Aᵀ·B to C, one row of A and of B at a time.
// It is the inner loop of every matrix product.
func rankOnes[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	var impl gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		b, c := any(b).([]float32), any(c).([]float32)
		for l := range k {
			impl.Sger(m, n, 1, a[l*lda:], 1, b[l*ldb:], 1, c, ldc)
		}
	case []float64:
		b, c := any(b).([]float64), any(c).([]float64)
		for l := range k {
			impl.Dger(m, n, 1, a[l*lda:], 1, b[l*ldb:], 1, c, ldc)
		}
	}
}

// transpose writes the (rows,cols) matrix x to y, which has rows of length ldy.
func transpose[T Float](y []T, ldy int, x []T, ldx, rows, cols int) {
	i := 0
	for ; i+4 <= rows; i += 4 {
		x0, x1 := x[i*ldx:][:cols], x[(i+1)*ldx:][:cols]
		x2, x3 := x[(i+2)*ldx:][:cols], x[(i+3)*ldx:][:cols]
		for j := range x0 {
			to := y[j*ldy+i:][:4]
			to[0], to[1], to[2], to[3] = x0[j], x1[j], x2[j], x3[j]
		}
	}
	for ; i < rows; i++ {
		for j, v := range x[i*ldx:][:cols] {
			y[j*ldy+i] = v
		}
	}
}

// scratch holds the transposed panels of one call of Gemm.
type scratch [tileDepth * (tileRows + tileCols)]float64

var scratches = newPool(func() *scratch { return new(scratch) })

// panels views the scratch as a panel of op(A) and one of op(B).
func panels[T Float](s *scratch) (at, bt []T) {
	all := unsafe.Slice((*T)(unsafe.Pointer(s)), len(s))
	return all[:tileDepth*tileRows], all[tileDepth*tileRows:]
}
