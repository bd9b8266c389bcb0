package kernel

// Adagrad divides by the root of the sum a of squared gradients, eps inside the
// root: a += g², w -= lr·g/sqrt(a+eps).
func Adagrad[T Float](w, g, a []T, scale, lr, eps float64) {
	g, a = g[:len(w)], a[:len(w)]
	f, rate, e := T(scale), T(lr), T(eps)
	for i := range w {
		gi := g[i] * f
		a[i] += gi * gi
		w[i] -= rate * gi / sqrt(a[i]+e)
	}
}

// Adadelta scales the gradient by the ratio of two roots, those of running
// means of the squared steps d and of the squared gradient a:
// a = rho·a + (1-rho)·g², u = -sqrt(d+eps)/sqrt(a+eps)·g,
// d = rho·d + (1-rho)·u², w += lr·u.
func Adadelta[T Float](w, g, a, d []T, scale, lr, rho, eps float64) {
	g, a, d = g[:len(w)], a[:len(w)], d[:len(w)]
	f, rate, old, fresh, e := T(scale), T(lr), T(rho), T(1-rho), T(eps)
	for i := range w {
		gi := g[i] * f
		a[i] = old*a[i] + fresh*gi*gi
		u := -sqrt(d[i]+e) / sqrt(a[i]+e) * gi
		d[i] = old*d[i] + fresh*u*u
		w[i] += rate * u
	}
}
