package kernel

// Gather copies rows of src, each of width elements, to dst, one after the
// other, in the given order. It does nothing and reports false if a row is not
// in src or dst is too short.
func Gather[T Float](dst, src []T, width int, rows []int) bool {
	if width == 0 {
		return true
	}
	n := len(src) / width
	if len(dst) < len(rows)*width {
		return false
	}
	for _, r := range rows {
		if uint(r) >= uint(n) {
			return false
		}
	}
	dst = dst[:len(rows)*width]
	if width > 1 && vectorGather(dst, src, width, rows) {
		return true
	}
	if width == 1 {
		for i, r := range rows {
			dst[i] = src[r]
		}
		return true
	}
	for i, r := range rows {
		copy(dst[i*width:(i+1)*width], src[r*width:])
	}
	return true
}
