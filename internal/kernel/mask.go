package kernel

// Differs sets mask[i] to 1 where any of the elements of row i of x, which has
// len(mask) rows, is not value, and to 0 elsewhere.
func Differs[T Float](mask, x []T, value T) {
	n := len(x) / max(len(mask), 1)
	for i := range mask {
		mask[i] = 0
		for _, v := range x[i*n:][:n] {
			if v != value {
				mask[i] = 1
				break
			}
		}
	}
}

// MultiplyRows sets each row of y to that of x, times the number that mask has
// for it. A row of 0 is zeros, whatever x holds there.
func MultiplyRows[T Float](y, x, mask []T) {
	n := len(x) / max(len(mask), 1)
	for i, m := range mask {
		switch to, from := y[i*n:][:n], x[i*n:][:n]; m {
		case 0:
			clear(to)
		case 1:
			copy(to, from)
		default:
			for j, v := range from {
				to[j] = m * v
			}
		}
	}
}

// Union sets union to 1 where any of some masks, each as long, is not 0, and
// to 0 elsewhere.
func Union[T Float](union []T, masks [][]T) {
	for i := range union {
		union[i] = 0
		for _, m := range masks {
			if m[i] != 0 {
				union[i] = 1
				break
			}
		}
	}
}

// MaskedMean sets each row of y, one for each sample, to the mean of those rows
// of the sample in x whose mask is not 0: 0/0 where there is none.
func MaskedMean[T Float](y, x, mask []T, samples int) {
	steps, n := len(mask)/samples, len(y)/samples
	for i := range samples {
		y, mask, count := y[i*n:][:n], mask[i*steps:][:steps], T(0)
		clear(y)
		for t, m := range mask {
			if m != 0 {
				Add(y, x[(i*steps+t)*n:][:n])
				count++
			}
		}
		for c := range y {
			y[c] /= count
		}
	}
}

// MaskedMeanGrad sets dx, the gradient of x in [MaskedMean].
func MaskedMeanGrad[T Float](dx, dy, mask []T, samples int) {
	steps, n := len(mask)/samples, len(dy)/samples
	for i := range samples {
		dy, mask, count := dy[i*n:][:n], mask[i*steps:][:steps], T(0)
		for _, m := range mask {
			if m != 0 {
				count++
			}
		}
		for t, m := range mask {
			dx := dx[(i*steps+t)*n:][:n]
			if m == 0 {
				clear(dx)
				continue
			}
			for c, v := range dy {
				dx[c] = v / count
			}
		}
	}
}
