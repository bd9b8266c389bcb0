package kernel

import "fmt"

// Gather copies rows of src, each of width elements, to dst, one after the
// other, in the given order. It panics if a row is not in src or dst is too
// short.
func Gather[T Float](dst, src []T, width int, rows []int) {
	if width == 0 {
		return
	}
	n := len(src) / width
	dst = dst[:len(rows)*width]
	for _, r := range rows {
		if uint(r) >= uint(n) {
			panic(fmt.Sprintf("kernel: row %d of %d", r, n))
		}
	}
	if width > 1 && vectorGather(dst, src, width, rows) {
		return
	}
	if width == 1 {
		for i, r := range rows {
			dst[i] = src[r]
		}
		return
	}
	for i, r := range rows {
		copy(dst[i*width:(i+1)*width], src[r*width:])
	}
}
