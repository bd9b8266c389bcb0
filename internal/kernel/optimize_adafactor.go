package kernel

import "math"

// Adafactor divides by the root of a running mean v of g²+eps and limits the
// root mean square of the result u: w -= rate·u/max(1, rms(u)/clip). It takes a
// weight whole; rate is the step's, already multiplied by the weight's own size.
func Adafactor[T Float](w, g, v []T, scale, rate, beta, eps, clip float64) {
	f, old, fresh, e := T(scale), T(beta), T(1-beta), T(eps)
	g, v = g[:len(w)], v[:len(w)]
	for i := range w {
		gi := g[i] * f
		v[i] = old*v[i] + fresh*(gi*gi+e)
	}
	limited(w, g, v, f, rate, clip)
}

// AdafactorFactored is [Adafactor] for matrices of cols columns, rows rows each,
// one after the other. Instead of v it follows the means of its rows, r, and of
// its columns, c, and sets v to r/mean(r)·c.
func AdafactorFactored[T Float](w, g, r, c, v []T, rows, cols int, scale, rate, beta, eps, clip float64) {
	f, old, fresh, e := T(scale), T(beta), T(1-beta), T(eps)
	g, v = g[:len(w)], v[:len(w)]
	for k := 0; k*rows*cols < len(w); k++ {
		r, c := r[k*rows:][:rows], c[k*cols:][:cols]
		for j := range c {
			c[j] *= old
		}
		share := fresh / T(rows)
		var mean T
		for i := range r {
			row := g[(k*rows+i)*cols:][:cols]
			var sum T
			for j, x := range row {
				x *= f
				x = x*x + e
				sum += x
				c[j] += share * x
			}
			r[i] = old*r[i] + fresh*(sum/T(cols))
			mean += r[i] / T(rows)
		}
		for i := range r {
			ratio := r[i] / mean
			row := v[(k*rows+i)*cols:][:cols]
			for j := range row {
				row[j] = ratio * c[j]
			}
		}
	}
	limited(w, g, v, f, rate, clip)
}

// limited takes the step along u = g/sqrt(v).
func limited[T Float](w, g, v []T, f T, rate, clip float64) {
	var sum float64
	for i := range w {
		u := float64(g[i] * f / sqrt(v[i]))
		sum += u * u
	}
	step := T(rate / max(1, math.Sqrt(sum/float64(len(w)))/clip))
	for i := range w {
		w[i] -= step * (g[i] * f / sqrt(v[i]))
	}
}
