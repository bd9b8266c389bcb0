package kernel

import "math"

// FtrlConfig holds the numbers of a step of [Ftrl]. Power is minus the learning
// rate's power, so 0.5 by default; LR is above 0.
type FtrlConfig struct {
	LR, Power, L1, L2, Shrinkage, Beta float64
}

// Ftrl follows the regularised leader: with n' = n + g² and
// σ = (n'^p - n^p)/lr,
//
//	z += g + 2·shrinkage·w - σ·w
//	w = (clip(z,-l1,l1) - z) / (n'^p/lr + 2·l2 + beta/lr)
//
// and n = n'.
func Ftrl[T Float](w, g, n, z []T, scale float64, c FtrlConfig) {
	g, n, z = g[:len(w)], n[:len(w)], z[:len(w)]
	f, lr, l1, shrink := T(scale), T(c.LR), T(c.L1), T(2*c.Shrinkage)
	ridge := T(2*c.L2 + c.Beta/c.LR)
	root := c.Power == 0.5
	power := func(x T) T {
		if root {
			return sqrt(x)
		}
		return T(math.Pow(float64(x), c.Power))
	}
	for i := range w {
		gi := g[i] * f
		next := n[i] + gi*gi
		after := power(next)
		z[i] += gi + shrink*w[i] - (after-power(n[i]))/lr*w[i]
		w[i] = (min(max(z[i], -l1), l1) - z[i]) / (after/lr + ridge)
		n[i] = next
	}
}
