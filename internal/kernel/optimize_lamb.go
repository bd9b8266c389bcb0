package kernel

import "math"

// Lamb is Adam with both moments corrected for bias, r = m·fix1 /
// (sqrt(v·fix2)+eps), and a step of lr·‖w‖/‖r‖ along r; lr alone if either norm
// is 0. It takes a weight whole.
func Lamb[T Float](w, g, m, v []T, scale, lr, beta1, beta2, eps, fix1, fix2 float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	f, new1, new2, e, mean, square := T(scale), T(1-beta1), T(1-beta2), T(eps), T(fix1), T(fix2)
	var norm float64
	for i := range w {
		gi := g[i] * f
		m[i] += (gi - m[i]) * new1
		v[i] += (gi*gi - v[i]) * new2
		r := float64(mean * m[i] / (sqrt(square*v[i]) + e))
		norm += r * r
	}
	step := lr
	if size := SumSquares(w); size > 0 && norm > 0 {
		step *= math.Sqrt(size) / math.Sqrt(norm)
	}
	rate := T(step)
	for i := range w {
		w[i] -= rate * (mean * m[i] / (sqrt(square*v[i]) + e))
	}
}
