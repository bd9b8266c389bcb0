package kernel

// StandardScale sets scale to max(sqrt(variance), eps).
func StandardScale[T Float](scale, variance []T, eps T) {
	for i, v := range variance {
		scale[i] = max(sqrt(v), eps)
	}
}

// Standardize sets y to (x-mean)/scale, or with invert to mean + x·scale. which
// says which mean and scale each number of a row of x has; a nil mean is 0.
func Standardize[T Float](y, x, mean, scale []T, which []int32, invert bool) {
	for at := 0; at < len(x); at += len(which) {
		in, out := x[at:][:len(which)], y[at:][:len(which)]
		for j, p := range which {
			var m T
			if mean != nil {
				m = mean[p]
			}
			if invert {
				out[j] = m + in[j]*scale[p]
			} else {
				out[j] = (in[j] - m) / scale[p]
			}
		}
	}
}
