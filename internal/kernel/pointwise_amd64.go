//go:build amd64 && !noasm

package kernel

import "unsafe"

// pointwiseArgs are what a pointwise kernel reads; the generator knows the
// offsets.
type pointwiseArgs[T Float] struct {
	n int // whole vectors
	p [5]unsafe.Pointer
	c [5]T
}

// lanes returns how many elements of type T a vector of the active set has, and
// whether they are float64.
func lanes[T Float]() (n int, double bool) {
	size := int(unsafe.Sizeof(*new(T)))
	return 16 << active / size, size == 8 // AVX2: 32 bytes, AVX512: 64
}

// Each function below does a multiple of the vector length by assembly and
// returns how many elements are done, 0 where there is no assembly.

func vectorReluGrad[T Float](dz, dy, y []T) int {
	n := len(y)
	if active == Generic || n < 16 {
		return 0
	}
	vec, double := lanes[T]()
	a := pointwiseArgs[T]{n: n / vec, p: [5]unsafe.Pointer{unsafe.Pointer(&dz[0]), unsafe.Pointer(&dy[0]), unsafe.Pointer(&y[0])}}
	reluGradKernel(active, double, (*byte)(unsafe.Pointer(&a)))
	return a.n * vec
}

func vectorAdd[T Float](y, x []T) int {
	n := len(x)
	if active == Generic || n < 16 {
		return 0
	}
	vec, double := lanes[T]()
	a := pointwiseArgs[T]{n: n / vec, p: [5]unsafe.Pointer{unsafe.Pointer(&y[0]), unsafe.Pointer(&x[0])}}
	addKernel(active, double, (*byte)(unsafe.Pointer(&a)))
	return a.n * vec
}

func vectorAdam[T Float](w, g, m, v []T, c [5]T) int {
	n := len(w)
	if active == Generic || n < 16 {
		return 0
	}
	vec, double := lanes[T]()
	a := pointwiseArgs[T]{
		n: n / vec,
		p: [5]unsafe.Pointer{unsafe.Pointer(&w[0]), unsafe.Pointer(&g[0]), unsafe.Pointer(&m[0]), unsafe.Pointer(&v[0])},
		c: c,
	}
	adamKernel(active, double, (*byte)(unsafe.Pointer(&a)))
	return a.n * vec
}

func vectorSGD[T Float](w, g []T, f T) int {
	n := len(w)
	if active == Generic || n < 16 {
		return 0
	}
	vec, double := lanes[T]()
	a := pointwiseArgs[T]{n: n / vec, p: [5]unsafe.Pointer{unsafe.Pointer(&w[0]), unsafe.Pointer(&g[0])}, c: [5]T{f}}
	sgdKernel(active, double, (*byte)(unsafe.Pointer(&a)))
	return a.n * vec
}

// dotArgs are what the dots kernel reads; the generator knows the offsets.
type dotArgs struct {
	k    int // whole vectors of a row
	rows int
	a    unsafe.Pointer
	lda  int // bytes
	x, y unsafe.Pointer
	ldy  int // bytes
	mask uintptr
}

// vectorDots sets y[i·ldy] to the product of row i of A and x, and reports
// whether there is assembly for it.
func vectorDots[T Float](rows, k int, a []T, lda int, x, y []T, ldy int) bool {
	if active == Generic || k == 0 {
		return false
	}
	vec, double := lanes[T]()
	size := int(unsafe.Sizeof(a[0]))
	d := dotArgs{
		k: k / vec, rows: rows, a: unsafe.Pointer(&a[0]), lda: lda * size,
		x: unsafe.Pointer(&x[0]), y: unsafe.Pointer(&y[0]), ldy: ldy * size, mask: maskOf(k%vec, size),
	}
	dotsKernel(active, double, (*byte)(unsafe.Pointer(&d)))
	return true
}

// maskOf returns the mask of the first n lanes of elements of so many bytes:
// bits for AVX-512, for AVX2 the address of lanes; 0 for no lanes.
func maskOf(n, size int) uintptr {
	switch {
	case n == 0:
		return 0
	case active == AVX512:
		return 1<<n - 1
	}
	return uintptr(unsafe.Pointer(&laneMask[8-n*size/4]))
}
