//go:build amd64 && !noasm

package kernel

import "unsafe"

// gatherArgs are what the gathering kernel reads; the generator knows the
// offsets.
type gatherArgs struct {
	rows     int
	order    *int
	from, to unsafe.Pointer
	width    int     // bytes of a row
	vectors  int     // whole vectors of a row
	tail     uintptr // lanes of a last, partial vector, as maskOf makes it
	near     [2]unsafe.Pointer
	size     int // bytes of an element
}

func vectorGather[T Float](dst, src []T, width int, rows []int, near [2][]T) bool {
	if active == Generic || len(rows) == 0 {
		return false
	}
	size := int(unsafe.Sizeof(*new(T)))
	vec, _ := lanes[T]()
	words := width % vec * size / 4 // lanes are counted in float32
	a := gatherArgs{len(rows), &rows[0], data(src), data(dst), width * size, width / vec, maskOf(words, 4), [2]unsafe.Pointer{data(near[0]), data(near[1])}, size}
	gatherKernel(active, (*byte)(unsafe.Pointer(&a)))
	return true
}
