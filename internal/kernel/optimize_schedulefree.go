package kernel

// ScheduleFree moves z as Adam without momentum does, v = v + (g²-v)(1-beta2)
// and z -= lr·g/(sqrt(v·correct)+eps), and keeps w = (1-beta1)·z + beta1·x, where
// x, which is not stored, is the mean of all z: x += (z-x)·weight.
func ScheduleFree[T Float](w, g, z, v []T, scale, lr, beta1, beta2, eps, correct, weight float64) {
	g, z, v = g[:len(w)], z[:len(w)], v[:len(w)]
	f, rate, old1, new1, new2, e := T(scale), T(lr), T(beta1), T(1-beta1), T(1-beta2), T(eps)
	square, share, rest := T(correct), T(weight), T(1-weight)
	for i := range w {
		gi := g[i] * f
		v[i] += (gi*gi - v[i]) * new2
		x := (w[i] - new1*z[i]) / old1
		z[i] -= rate * gi / (sqrt(v[i]*square) + e)
		x = rest*x + share*z[i]
		w[i] = new1*z[i] + old1*x
	}
}
