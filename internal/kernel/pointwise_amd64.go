//go:build amd64 && !noasm

package kernel

import "unsafe"

// elementwiseArgs are what an elementwise kernel reads; the generator knows the
// offsets.
type elementwiseArgs[T Float] struct {
	vectors int     // whole vectors
	tail    uintptr // lanes of a last, partial vector, as maskOf makes it
	p       [5]unsafe.Pointer
	c       [6]T
}

// elementwise returns the arguments for slices of n elements.
func elementwise[T Float](n int, c [6]T, p [5]unsafe.Pointer) elementwiseArgs[T] {
	vec, double := lanes[T]()
	size := 4
	if double {
		size = 8
	}
	return elementwiseArgs[T]{n / vec, maskOf(n%vec, size), p, c}
}

// data is the address of the first element, if there is one.
func data[T Float](x []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(x)) }

func isDouble[T Float]() bool { return unsafe.Sizeof(*new(T)) == 8 }

// lanes returns how many elements of type T a vector of the active set has, and
// whether they are float64.
func lanes[T Float]() (n int, double bool) {
	size := int(unsafe.Sizeof(*new(T)))
	return 16 << active / size, size == 8 // AVX2: 32 bytes, AVX512: 64
}

// Each function below does its work by assembly and reports true, or reports
// false where there is none.

func vectorActivate[T Float](act Activation, y, z []T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(z), [6]T{}, [5]unsafe.Pointer{data(y), data(z)})
	return activateKernel(active, isDouble[T](), act, (*byte)(unsafe.Pointer(&a)))
}

// vectorActivateGrad takes the input or the output, whichever the derivative is of.
func vectorActivateGrad[T Float](act Activation, dz, dy, of []T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(of), [6]T{}, [5]unsafe.Pointer{data(dz), data(dy), data(of)})
	return activateGradKernel(active, isDouble[T](), act, (*byte)(unsafe.Pointer(&a)))
}

func vectorLog[T Float](y, x []T) bool {
	if active == Generic || isDouble[T]() {
		return false
	}
	a := elementwise(len(x), [6]T{}, [5]unsafe.Pointer{data(y), data(x)})
	logKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorLog1p[T Float](y, x []T) bool {
	if active == Generic || isDouble[T]() {
		return false
	}
	a := elementwise(len(x), [6]T{}, [5]unsafe.Pointer{data(y), data(x)})
	log1pKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorErf[T Float](y, x []T) bool {
	if active == Generic || isDouble[T]() {
		return false
	}
	a := elementwise(len(x), [6]T{}, [5]unsafe.Pointer{data(y), data(x)})
	erfKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorAdd[T Float](y, x []T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(y), [6]T{}, [5]unsafe.Pointer{data(y), data(x)})
	addKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorMultiply[T Float](y, u, v []T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(y), [6]T{}, [5]unsafe.Pointer{data(y), data(u), data(v)})
	multiplyKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorBlend[T Float](r, x []T, old, fresh T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(r), [6]T{old, fresh}, [5]unsafe.Pointer{data(r), data(x)})
	blendKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorSGD[T Float](w, g []T, f T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(w), [6]T{f}, [5]unsafe.Pointer{data(w), data(g)})
	sgdKernel(active, isDouble[T](), (*byte)(unsafe.Pointer(&a)))
	return true
}

func vectorMomentum[T Float](w, g, v []T, f, mu T, nesterov bool) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(w), [6]T{f, mu}, [5]unsafe.Pointer{data(w), data(g), data(v)})
	args := (*byte)(unsafe.Pointer(&a))
	if nesterov {
		nesterovKernel(active, isDouble[T](), args)
	} else {
		momentumKernel(active, isDouble[T](), args)
	}
	return true
}

func vectorAdam[T Float](w, g, m, v, vmax []T, c [6]T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(w), c, [5]unsafe.Pointer{data(w), data(g), data(m), data(v), data(vmax)})
	args := (*byte)(unsafe.Pointer(&a))
	if vmax == nil {
		adamKernel(active, isDouble[T](), args)
	} else {
		amsgradKernel(active, isDouble[T](), args)
	}
	return true
}

func vectorRMSprop[T Float](w, g, v, mean, b []T, c [6]T) bool {
	if active == Generic {
		return false
	}
	a := elementwise(len(w), c, [5]unsafe.Pointer{data(w), data(g), data(v), data(mean), data(b)})
	args := (*byte)(unsafe.Pointer(&a))
	switch {
	case mean != nil && b != nil:
		rmspropBothKernel(active, isDouble[T](), args)
	case mean != nil:
		rmspropCenteredKernel(active, isDouble[T](), args)
	case b != nil:
		a.p[3] = a.p[4]
		rmspropMomentumKernel(active, isDouble[T](), args)
	default:
		rmspropKernel(active, isDouble[T](), args)
	}
	return true
}

// dropoutArgs are what the dropout kernel reads; the generator knows the
// offsets.
type dropoutArgs struct {
	vectors    int
	tail       uintptr
	p          [5]unsafe.Pointer
	value      float32
	limit      uint32
	key, start uint64
}

// vectorDropout fills a mask from an even offset on, unless the offset wraps
// around in it; float32 alone.
func vectorDropout[T Float](mask []T, key, offset uint64, value T, limit uint64) bool {
	if active == Generic || isDouble[T]() || offset+uint64(len(mask)) < offset {
		return false
	}
	vec, _ := lanes[T]()
	a := dropoutArgs{
		vectors: len(mask) / vec, tail: maskOf(len(mask)%vec, 4), p: [5]unsafe.Pointer{data(mask)},
		value: float32(value), limit: uint32(limit), key: key, start: offset >> 1 * dropStride,
	}
	dropoutKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
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
