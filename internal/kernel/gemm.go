package kernel

// Form names which operand of a matrix product is stored transposed.
type Form int

const (
	NN Form = iota // C = A·B,  A is (m,k), B is (k,n)
	NT             // C = A·Bᵀ, A is (m,k), B is (n,k)
	TN             // C = Aᵀ·B, A is (k,m), B is (k,n)
)

// Gemm computes the (m,n) matrix C = op(A)·op(B), or adds the product to C
// when accumulate is set. Matrices are row-major; lda, ldb and ldc are the
// distances between their rows. An empty inner dimension (k = 0) makes the
// product zero. Zeros are multiplied like any number: 0·NaN and 0·Inf are NaN.
//
// It runs on the calling goroutine. How an element of C is summed depends on
// the form, n and k alone: callers may cut C into tiles of rows, by size, and
// give them to a [Loop] without changing a bit.
func Gemm[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, accumulate bool) {
	if m == 0 || n == 0 {
		return
	}
	if fastGemm(form, m, n, k, a, lda, b, ldb, c, ldc, epilogue[T]{accumulate: accumulate}) {
		return
	}
	if !accumulate {
		for i := range m {
			clear(c[i*ldc:][:n])
		}
	}
	switch {
	// One column is stored as one row is: the products of a layer with one
	// unit are turned so that their long side lies along the rows of C.
	case n == 1 && ldc == 1 && form == TN:
		gemmTN(1, m, k, b, ldb, a, lda, c, m)
	case n == 1 && ldc == 1 && (form == NT || ldb == 1):
		gemmNT(1, m, k, b, k, a, lda, c, m)
	case k == 1 && lda == 1 && ldb == 1 && form == NT:
		gemmTN(m, n, 1, a, m, b, n, c, ldc)
	case form == TN:
		gemmTN(m, n, k, a, lda, b, ldb, c, ldc)
	case form == NT:
		gemmNT(m, n, k, a, lda, b, ldb, c, ldc)
	default:
		gemmNN(m, n, k, a, lda, b, ldb, c, ldc)
	}
}

// GemmBias computes the (m,n) matrix C = A·B + bias, A (m,k) and B (k,n), and
// sets its negative elements to 0 if rectify is set. bias has n elements, or is
// nil for none. NaN stays NaN.
func GemmBias[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, bias []T, rectify bool) {
	if m == 0 || n == 0 || fastGemm(NN, m, n, k, a, lda, b, ldb, c, ldc, epilogue[T]{bias: bias, rectify: rectify}) {
		return
	}
	Gemm(NN, m, n, k, a, lda, b, ldb, c, ldc, false)
	for i := range m {
		row := c[i*ldc:][:n]
		if bias != nil {
			AddBias(row, bias)
		}
		if rectify {
			Activate(ReLU, row, row)
		}
	}
}

// fastGemm computes a product by assembly, if there is any for it.
func fastGemm[T Float](form Form, m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int, e epilogue[T]) bool {
	plain := !e.accumulate && e.bias == nil && !e.rectify
	switch {
	case n == 1 && plain && (form == NT || form == NN && ldb == 1):
		return vectorDots(m, k, a, lda, b, c, ldc)
	case n == 1 && ldc == 1 && form == TN && e.bias == nil: // a row of C, not a column
		return tileGemm(1, m, k, b, 0, ldb, false, a, lda, c, m, e)
	case k == 1 && ldb == 1 && form == NT:
		return tileGemm(m, n, 1, a, lda, 1, false, b, n, c, ldc, e)
	case form == TN:
		return tileGemm(m, n, k, a, 1, lda, false, b, ldb, c, ldc, e)
	}
	return tileGemm(m, n, k, a, lda, 1, form == NT, b, ldb, c, ldc, e)
}

// A tile of C stays in the first-level cache while rank-one updates are added
// to it. They want the columns of op(A) and the rows of op(B) each in one
// piece; what is stored the other way is transposed first, tileDepth at a time.
const (
	tileRows  = 64
	tileCols  = 128
	tileDepth = 32
)

func gemmTN[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	for j := 0; j < n; j += tileCols {
		nt := min(tileCols, n-j)
		for l := 0; l < k; l += tileDepth {
			kt := min(tileDepth, k-l)
			for i := 0; i < m; i += tileRows {
				rankOnes(min(tileRows, m-i), nt, kt, a[l*lda+i:], lda, b[l*ldb+j:], ldb, c[i*ldc+j:], ldc)
			}
		}
	}
}

func gemmNN[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	s := scratches.borrow()
	at, _ := panels[T](s)
	for j := 0; j < n; j += tileCols {
		nt := min(tileCols, n-j)
		for l := 0; l < k; l += tileDepth {
			kt := min(tileDepth, k-l)
			for i := 0; i < m; i += tileRows {
				mt := min(tileRows, m-i)
				transpose(at, tileRows, a[i*lda+l:], lda, mt, kt)
				rankOnes(mt, nt, kt, at, tileRows, b[l*ldb+j:], ldb, c[i*ldc+j:], ldc)
			}
		}
	}
	scratches.giveBack(s)
}

func gemmNT[T Float](m, n, k int, a []T, lda int, b []T, ldb int, c []T, ldc int) {
	s := scratches.borrow()
	at, bt := panels[T](s)
	for j := 0; j < n; j += tileCols {
		nt := min(tileCols, n-j)
		for l := 0; l < k; l += tileDepth {
			kt := min(tileDepth, k-l)
			transpose(bt, tileCols, b[j*ldb+l:], ldb, nt, kt)
			for i := 0; i < m; i += tileRows {
				mt := min(tileRows, m-i)
				transpose(at, tileRows, a[i*lda+l:], lda, mt, kt)
				rankOnes(mt, nt, kt, at, tileRows, bt, tileCols, c[i*ldc+j:], ldc)
			}
		}
	}
	scratches.giveBack(s)
}
