package kernel

import "math"

// Lion steps by the learning rate along the sign of beta1·m + (1-beta1)·g, and
// keeps m = beta2·m + (1-beta2)·g. The sign of 0 is 0, that of NaN is NaN.
func Lion[T Float](w, g, m []T, scale, lr, beta1, beta2 float64) {
	g, m = g[:len(w)], m[:len(w)]
	f, rate := T(scale), T(lr)
	old1, new1, old2, new2 := T(beta1), T(1-beta1), T(beta2), T(1-beta2)
	for i := range w {
		gi := g[i] * f
		c := old1*m[i] + new1*gi
		sign := T(math.Copysign(1, float64(c)))
		if c == 0 || c != c {
			sign = c
		}
		w[i] -= rate * sign
		m[i] = old2*m[i] + new2*gi
	}
}
