//go:build amd64 && !noasm

package kernel

import "unsafe"

//go:generate go run -C gen/recurrent . -out ../../recurrent_amd64.s -stubs ../../recurrent_stubs_amd64.go -pkg kernel

// rowArgs are what a kernel for rows reads; the generator knows the offsets.
type rowArgs struct {
	formula     rowFormula
	rows, whole int // whole vectors of a row
	mask        uintptr
	p           [9]unsafe.Pointer
	step        [9]int // bytes
}

// vectorRows computes a formula by assembly and reports whether there is any.
func vectorRows[T Float](f rowFormula, rows, n int, operands []rowOperand[T]) bool {
	if active == Generic {
		return false
	}
	vec, double := lanes[T]()
	size := int(unsafe.Sizeof(*new(T)))
	a := rowArgs{formula: f, rows: rows, whole: n / vec, mask: maskOf(n%vec, size)}
	for i, o := range operands {
		_ = o.x[(rows-1)*o.step+n-1]
		a.p[i], a.step[i] = unsafe.Pointer(&o.x[0]), o.step*size
	}
	args := (*byte)(unsafe.Pointer(&a))
	switch {
	case active == AVX2 && double:
		rowsF64AVX2(args)
	case active == AVX2:
		rowsF32AVX2(args)
	case double:
		rowsF64AVX512(args)
	default:
		rowsF32AVX512(args)
	}
	return true
}
