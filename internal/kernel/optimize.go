package kernel

import "math"

// The optimizer updates below make one pass over memory: w is the parameter,
// g its gradient, which is multiplied by scale first (the step's 1/denominator),
// the rest are the optimizer's slots. Formulas are those of Keras 3. Settings are
// float64, because 1-beta of a beta rounded to float32 has few digits left.

// SGD is plain gradient descent: w -= lr·g.
func SGD[T Float](w, g []T, scale, lr T) {
	f := lr * scale
	g = g[:len(w)]
	if vectorSGD(w, g, f) {
		return
	}
	for i := range w {
		w[i] -= f * g[i]
	}
}

// Momentum is gradient descent with a velocity v: v = mu·v - lr·g, then
// w += v, or w += mu·v - lr·g with nesterov.
func Momentum[T Float](w, g, v []T, scale, lr, mu T, nesterov bool) {
	f := lr * scale
	g, v = g[:len(w)], v[:len(w)]
	if vectorMomentum(w, g, v, f, mu, nesterov) {
		return
	}
	for i := range w {
		step := f * g[i]
		v[i] = mu*v[i] - step
		if nesterov {
			w[i] += mu*v[i] - step
		} else {
			w[i] += v[i]
		}
	}
}

// Adam updates the moments m and v and subtracts lr·m/(sqrt(v)+eps). The
// caller folds the bias correction of the step into lr; eps is not corrected.
// When vmax is not nil it keeps the largest v so far, which takes v's place
// (AMSGrad).
func Adam[T Float](w, g, m, v, vmax []T, scale, lr, beta1, beta2, eps float64) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	if vmax != nil {
		vmax = vmax[:len(w)]
	}
	f, rate, e, new1, new2 := T(scale), T(lr), T(eps), T(1-beta1), T(1-beta2)
	if vectorAdam(w, g, m, v, vmax, [6]T{f, new1, new2, rate, e}) {
		return
	}
	for i := range w {
		gi := g[i] * f
		m[i] += (gi - m[i]) * new1
		v[i] += (gi*gi - v[i]) * new2
		d := v[i]
		if vmax != nil {
			d = max(d, vmax[i])
			vmax[i] = d
		}
		w[i] -= rate * m[i] / (sqrt(d) + e)
	}
}

// RMSprop divides the gradient by the root of a running mean v of its square,
// eps inside the root: v = rho·v + (1-rho)·g², u = lr·g/sqrt(v+eps). With a
// running mean a of the gradient (centered) the root is of v - a² + eps. With a
// momentum buffer b the step is b = mu·b + u. a and b may be nil.
func RMSprop[T Float](w, g, v, a, b []T, scale, lr, rho, mu, eps float64) {
	g, v = g[:len(w)], v[:len(w)]
	if a != nil {
		a = a[:len(w)]
	}
	if b != nil {
		b = b[:len(w)]
	}
	f, rate, old, fresh, keep, e := T(scale), T(lr), T(rho), T(1-rho), T(mu), T(eps)
	if vectorRMSprop(w, g, v, a, b, [6]T{f, rate, old, fresh, keep, e}) {
		return
	}
	for i := range w {
		gi := g[i] * f
		v[i] = old*v[i] + fresh*gi*gi
		d := v[i]
		if a != nil {
			a[i] = old*a[i] + fresh*gi
			d = max(d-a[i]*a[i], 0) // a variance, but for rounding
		}
		u := rate * gi / sqrt(d+e)
		if b != nil {
			b[i] = keep*b[i] + u
			u = b[i]
		}
		w[i] -= u
	}
}

func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }
