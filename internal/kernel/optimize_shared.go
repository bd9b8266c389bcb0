package kernel

// SumSquares returns the sum of squares of x in float64, in a fixed order.
func SumSquares[T Float](x []T) float64 {
	var a, b, c, d float64 // four sums, so that additions do not wait for each other
	for ; len(x) >= 4; x = x[4:] {
		p, q, r, s := float64(x[0]), float64(x[1]), float64(x[2]), float64(x[3])
		a += p * p
		b += q * q
		c += r * r
		d += s * s
	}
	for _, v := range x {
		a += float64(v) * float64(v)
	}
	return a + b + (c + d)
}

// Clamp sets x to scale·x, limited to [-limit,limit]. NaN stays NaN.
func Clamp[T Float](x []T, scale, limit T) {
	for i, v := range x {
		v *= scale
		if v > limit { // much faster than min and max
			v = limit
		} else if v < -limit {
			v = -limit
		}
		x[i] = v
	}
}

// Decay sets w to w - w·f.
func Decay[T Float](w []T, f T) {
	if vectorSGD(w, w, f) {
		return
	}
	for i, v := range w {
		w[i] = v - v*f
	}
}

// AddScaled adds scale·x to y.
func AddScaled[T Float](y, x []T, scale T) {
	x = x[:len(y)]
	if vectorSGD(y, x, -scale) {
		return
	}
	for i, v := range x {
		y[i] += scale * v
	}
}

// Average sets a to mu·a + (1-mu)·x.
func Average[T Float](a, x []T, mu float64) {
	x = x[:len(a)]
	old, fresh := T(mu), T(1-mu)
	if mu == 0 { // what a holds does not matter, NaN neither
		copy(a, x)
		return
	}
	for i, v := range x {
		a[i] = old*a[i] + fresh*v
	}
}

// Exchange swaps the elements of a and b.
func Exchange[T Float](a, b []T) {
	b = b[:len(a)]
	for i := range a {
		a[i], b[i] = b[i], a[i]
	}
}
