//go:build amd64 && !noasm

package kernel

import "unsafe"

// columnArgs are what a kernel on columns reads; the generator knows the
// offsets.
type columnArgs[T Float] struct {
	vectors int     // whole vectors of a row
	tail    uintptr // lanes of a last, partial vector
	rows    int
	step    int               // bytes from a row to the next
	p       [8]unsafe.Pointer // three matrices, five rows of numbers
	c       T
}

// columnsOf returns the arguments for matrices of n columns of type T, of which
// a kernel takes vectors of elements of size bytes.
func columnsOf[T Float](rows, n, size int, p [8]unsafe.Pointer) columnArgs[T] {
	vec := 16 << active / size
	return columnArgs[T]{n / vec, maskOf(n%vec, size), rows, n * int(unsafe.Sizeof(*new(T))), p, T(rows)}
}

// Each function below does its work by assembly and reports true, or reports
// false where there is none.

// vectorColumnSums adds each column of x to sum, or the squares of its
// distances from the mean if there is one.
func vectorColumnSums[T Float](sum []float64, x, mean []T) bool {
	n := len(sum)
	if active == Generic || isDouble[T]() || n == 0 || len(x) == 0 {
		return false
	}
	a := columnsOf[T](len(x)/n, n, 8, [8]unsafe.Pointer{data(x), nil, nil, data(sum), data(mean)})
	if mean == nil {
		columnSumKernel(active, (*byte)(unsafe.Pointer(&a)))
	} else {
		columnSquaresKernel(active, (*byte)(unsafe.Pointer(&a)))
	}
	return true
}

func vectorNormalize[T Float](y, x, mean, inv, gamma, beta []T) bool {
	n := len(mean)
	if active == Generic || n == 0 || len(x) == 0 || gamma == nil || beta == nil {
		return false
	}
	y, inv, gamma, beta = y[:len(x)], inv[:n], gamma[:n], beta[:n]
	a := columnsOf[T](len(x)/n, n, int(unsafe.Sizeof(x[0])), [8]unsafe.Pointer{data(y), data(x), nil, data(mean), data(inv), data(gamma), data(beta)})
	normalizeKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorNormalizeSums[T Float](dgamma, dbeta, dy, x, mean, inv []T) bool {
	n := len(mean)
	if active == Generic || n == 0 || len(x) == 0 {
		return false
	}
	dy, dgamma, dbeta, inv = dy[:len(x)], dgamma[:n], dbeta[:n], inv[:n]
	a := columnsOf[T](len(x)/n, n, int(unsafe.Sizeof(x[0])), [8]unsafe.Pointer{data(dy), data(x), nil, data(dgamma), data(dbeta), data(mean), data(inv)})
	normalizeSumsKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorNormalizeGrad[T Float](dx, dgamma, dbeta, dy, x, mean, gamma, inv []T) bool {
	n := len(mean)
	if active == Generic || n == 0 || len(x) == 0 || gamma == nil {
		return false
	}
	dx, dy, dgamma, dbeta, gamma, inv = dx[:len(x)], dy[:len(x)], dgamma[:n], dbeta[:n], gamma[:n], inv[:n]
	a := columnsOf[T](len(x)/n, n, int(unsafe.Sizeof(x[0])),
		[8]unsafe.Pointer{data(dx), data(dy), data(x), data(dgamma), data(dbeta), data(mean), data(inv), data(gamma)})
	normalizeGradKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}
