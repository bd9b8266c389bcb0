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
	for i := range w {
		gi := g[i] * f
		next := n[i] + gi*gi
		var before, after T
		if c.Power == 0.5 {
			before, after = sqrt(n[i]), sqrt(next)
		} else {
			before, after = T(math.Pow(float64(n[i]), c.Power)), T(math.Pow(float64(next), c.Power))
		}
		z[i] += gi + shrink*w[i] - (after-before)/lr*w[i]
		// clip(z) - z is as far from 0 as z lies beyond l1, with the other sign.
		beyond := T(math.Abs(float64(z[i]))) - l1
		if beyond < 0 {
			beyond = 0
		}
		w[i] = T(math.Copysign(float64(beyond), -float64(z[i]))) / (after/lr + ridge)
		n[i] = next
	}
}
