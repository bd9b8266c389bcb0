package kernel

// Gather copies rows of src, each of width elements, to dst, one after the
// other, in the given order. It reports false if a row is not in src or dst is
// too short; what dst holds then is undefined.
//
// near are arrays of a number for each row, or nil, that the caller gathers next:
// their numbers are asked for on the way.
func Gather[T Float](dst, src []T, width int, rows []int, near [2][]T) bool {
	if width == 0 {
		return true
	}
	n := len(src) / width
	if len(dst) < len(rows)*width {
		return false
	}
	dst = dst[:len(rows)*width]
	if width == 1 {
		return take(dst, src, rows)
	}
	for _, r := range rows {
		if uint(r) >= uint(n) {
			return false
		}
	}
	if vectorGather(dst, src, width, rows, near) {
		return true
	}
	for i, r := range rows {
		copy(dst[i*width:(i+1)*width], src[r*width:])
	}
	return true
}

// take is Gather for rows of one number.
func take[T Float](dst, src []T, rows []int) bool {
	dst = dst[:len(rows)]
	for i, r := range rows {
		if uint(r) >= uint(len(src)) {
			return false
		}
		dst[i] = src[r]
	}
	return true
}
