package kernel

// Maximum sets y to the larger of a and b, element by element; NaN where either
// is NaN.
func Maximum[T Float](y, a, b []T) {
	for i, v := range a {
		y[i] = max(v, b[i])
	}
}

// Minimum sets y to the smaller of a and b, element by element; NaN where
// either is NaN.
func Minimum[T Float](y, a, b []T) {
	for i, v := range a {
		y[i] = min(v, b[i])
	}
}

// MaximumGrad sets dx to what [Maximum] of x and other passes to x: dy where x
// is larger, half of it where they are equal.
func MaximumGrad[T Float](dx, dy, x, other []T) {
	for i, v := range x {
		switch o := other[i]; {
		case v > o:
			dx[i] = dy[i]
		case v == o:
			dx[i] = dy[i] / 2
		default:
			dx[i] = 0
		}
	}
}

// Concatenate sets y to the parts, each cut into equal pieces: the first piece
// of each, the second of each and so on. A part of nil is ones. sizes are the
// lengths of the pieces.
func Concatenate[T Float](y []T, parts [][]T, sizes []int) {
	for piece := 0; len(y) > 0; piece++ {
		for i, n := range sizes {
			if parts[i] == nil {
				for j := range y[:n] {
					y[j] = 1
				}
			} else {
				copy(y[:n], parts[i][piece*n:])
			}
			y = y[n:]
		}
	}
}

// Piece copies the pieces of one part out of what [Concatenate] makes: n
// elements at an offset within each row of y.
func Piece[T Float](x, y []T, offset, n, row int) {
	for ; len(x) > 0; x, y = x[n:], y[row:] {
		copy(x[:n], y[offset:])
	}
}

// SelectRows sets each row of y to that of x where mask, which has a number for
// each, is not 0, and to that of other elsewhere; to fill where other is nil.
func SelectRows[T Float](y, x, other, mask []T, fill T) {
	n := len(x) / max(len(mask), 1)
	for i, m := range mask {
		to := y[i*n:][:n]
		switch {
		case m != 0:
			copy(to, x[i*n:])
		case other != nil:
			copy(to, other[i*n:])
		default:
			for j := range to {
				to[j] = fill
			}
		}
	}
}
