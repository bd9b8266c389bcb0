package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Form names which operand of a matrix product is stored transposed.
type Form int

const (
	NN Form = iota // C = A·B,  A is (m,k), B is (k,n)
	NT             // C = A·Bᵀ, A is (m,k), B is (n,k)
	TN             // C = Aᵀ·B, A is (k,m), B is (k,n)
)

// Gemm computes the (m,n) matrix C = op(A)·op(B), or adds the product to C
// when accumulate is set. Matrices are row-major; lda, ldb and ldc are the
// distances between their rows. It runs on the calling goroutine: callers cut
// C into tiles by size and give the tiles to a [Loop]. An empty inner
// dimension (k = 0) makes the product zero.
func Gemm[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	if m == 0 || n == 0 {
		return
	}
	switch {
	case n == 1 && ldb == 1 && form == NN:
		matVec(m, k, a, lda, b, c, ldc, accumulate)
	case n == 1 && ldb == 1 && form == TN:
		vecMat(m, k, a, lda, b, c, ldc, accumulate)
	case k == 1 && lda == 1 && form == NT:
		outer(m, n, a, b, ldb, c, ldc, accumulate)
	default:
		tiles(form, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	}
}

// gonum cuts C into 64x64 blocks and starts goroutines at four of them. Tiles
// of at most three blocks keep it on our goroutine, where nothing allocates
// and the caller decides what runs side by side.
const block = 64

func tiles[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	nc := min(n, 3*block)
	mc := block * (3 / ((nc + block - 1) / block))
	for i := 0; i < m; i += mc {
		for j := 0; j < n; j += nc {
			ai, bj := i*lda, j
			if form == TN {
				ai = i
			}
			if form == NT {
				bj = j * ldb
			}
			gonumGemm(form, min(mc, m-i), min(nc, n-j), k, a[ai:], lda, b[bj:], ldb, c[i*ldc+j:], ldc, accumulate)
		}
	}
}

func gonumGemm[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	ta, tb := blas.NoTrans, blas.NoTrans
	switch form {
	case NT:
		tb = blas.Trans
	case TN:
		ta = blas.Trans
	}
	var beta T
	if accumulate {
		beta = 1
	}
	var impl gonum.Implementation
	switch a := any(a).(type) {
	case []float32:
		impl.Sgemm(ta, tb, m, n, k, 1, a, lda, any(b).([]float32), ldb, float32(beta), any(c).([]float32), ldc)
	case []float64:
		impl.Dgemm(ta, tb, m, n, k, 1, a, lda, any(b).([]float64), ldb, float64(beta), any(c).([]float64), ldc)
	}
}

// matVec is the forward pass of a layer with one unit.
func matVec[T Float](m, k int, a []T, lda int, x, c []T, ldc int, accumulate bool) {
	x = x[:k]
	for i := range m {
		row := a[i*lda:][:k]
		var s0, s1, s2, s3 T
		j := 0
		for ; j+4 <= k; j += 4 {
			s0 += row[j] * x[j]
			s1 += row[j+1] * x[j+1]
			s2 += row[j+2] * x[j+2]
			s3 += row[j+3] * x[j+3]
		}
		for ; j < k; j++ {
			s0 += row[j] * x[j]
		}
		s := (s0 + s1) + (s2 + s3)
		if accumulate {
			s += c[i*ldc]
		}
		c[i*ldc] = s
	}
}

// vecMat is the weight gradient of a layer with one unit: C = Aᵀ·x.
func vecMat[T Float](m, k int, a []T, lda int, x, c []T, ldc int, accumulate bool) {
	if !accumulate {
		for i := range m {
			c[i*ldc] = 0
		}
	}
	for l := range k {
		xl := x[l]
		for i, v := range a[l*lda:][:m] {
			c[i*ldc] += v * xl
		}
	}
}

// outer is the input gradient of a layer with one unit: C = a·bᵀ.
func outer[T Float](m, n int, a, b []T, ldb int, c []T, ldc int, accumulate bool) {
	for i := range m {
		ai, row := a[i], c[i*ldc:][:n]
		if accumulate {
			for j := range row {
				row[j] += ai * b[j*ldb]
			}
			continue
		}
		for j := range row {
			row[j] = ai * b[j*ldb]
		}
	}
}
