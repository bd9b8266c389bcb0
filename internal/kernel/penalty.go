package kernel

import "math"

// ElasticNet returns l1·Σ|w| + l2·Σw² and, unless grad is nil, adds scale times
// its gradient to grad. The gradient of |w| at 0 is 0.
func ElasticNet[T Float](w, grad []T, l1, l2, scale float64) float64 {
	var absolute, squares float64
	for _, v := range w {
		absolute += math.Abs(float64(v))
		squares += float64(v) * float64(v)
	}
	if grad != nil {
		a, b := T(scale*l1), T(scale*2*l2)
		grad = grad[:len(w)]
		for i, v := range w {
			d := b * v
			switch {
			case v > 0:
				d += a
			case v < 0:
				d -= a
			}
			grad[i] += d
		}
	}
	return l1*absolute + l2*squares
}
