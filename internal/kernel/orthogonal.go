package kernel

import "math"

// Orthogonality returns half the mean of |a·b| over all pairs of different
// vectors a, b of w, each brought to length 1, times factor; w is a (rows,
// columns) matrix whose rows are the vectors, or its columns. Unless grad is
// nil it adds scale times the gradient to grad. A vector of zeros counts as
// orthogonal to all. It allocates nothing.
func Orthogonality[T Float](w, grad []T, rows, columns int, byColumn bool, factor, scale float64) float64 {
	n, size, step, inner := rows, columns, columns, 1
	if byColumn {
		n, size, step, inner = columns, rows, 1, columns
	}
	if n < 2 {
		return 0
	}
	each := factor / (float64(n) * float64(n-1) / 2)
	dot := func(i, j int) (s float64) {
		for k := range size {
			s += float64(w[i*step+k*inner]) * float64(w[j*step+k*inner])
		}
		return s
	}
	var penalty float64
	for i := range n {
		for j := range i {
			a, b := math.Sqrt(dot(i, i)), math.Sqrt(dot(j, j))
			if a == 0 || b == 0 {
				continue
			}
			cos := dot(i, j) / (a * b)
			penalty += each * math.Abs(cos)
			if grad == nil || cos == 0 {
				continue
			}
			g := math.Copysign(scale*each, cos)
			for k := range size {
				u, v := float64(w[i*step+k*inner])/a, float64(w[j*step+k*inner])/b
				grad[i*step+k*inner] += T(g * (v - cos*u) / a)
				grad[j*step+k*inner] += T(g * (u - cos*v) / b)
			}
		}
	}
	return penalty
}
