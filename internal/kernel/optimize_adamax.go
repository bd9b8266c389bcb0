package kernel

// Adamax divides a running mean m of the gradient by the largest gradient u so
// far, which fades: u = max(beta2·u, |g|), w -= lr·m/(u+eps). The caller folds
// the bias correction of the step into lr.
func Adamax[T Float](w, g, m, u []T, scale, lr, beta1, beta2, eps float64) {
	g, m, u = g[:len(w)], m[:len(w)], u[:len(w)]
	f, rate, new1, old2, e := T(scale), T(lr), T(1-beta1), T(beta2), T(eps)
	for i := range w {
		gi := g[i] * f
		m[i] += (gi - m[i]) * new1
		u[i] = max(old2*u[i], gi, -gi)
		w[i] -= rate * m[i] / (u[i] + e)
	}
}

// Nadam is Adam with a look ahead: the mean of the step is past·m + now·g, the
// square v·correct. The caller computes the three factors of the step.
func Nadam[T Float](w, g, m, v []T, scale, lr, beta1, beta2, eps, past, now, correct float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	f, rate, new1, new2, e := T(scale), T(lr), T(1-beta1), T(1-beta2), T(eps)
	ahead, direct, square := T(past), T(now), T(correct)
	for i := range w {
		gi := g[i] * f
		m[i] += (gi - m[i]) * new1
		v[i] += (gi*gi - v[i]) * new2
		w[i] -= rate * (ahead*m[i] + direct*gi) / (sqrt(square*v[i]) + e)
	}
}
