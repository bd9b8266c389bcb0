package nprand

import "math"

// StandardNormal returns a draw from N(0, 1) by Marsaglia's polar method, as
// randn. Each accepted pair serves two calls, its second number first.
func (r *RandomState) StandardNormal() float64 {
	if r.hasGauss {
		r.hasGauss = false
		return r.gauss
	}
	for {
		x1 := 2*r.Random() - 1
		x2 := 2*r.Random() - 1
		r2 := float64(x1*x1) + float64(x2*x2)
		if r2 >= 1 || r2 == 0 {
			continue
		}
		f := math.Sqrt(-2 * math.Log(r2) / r2)
		r.gauss, r.hasGauss = f*x1, true
		return f * x2
	}
}

// Normal returns a draw from N(mean, sd*sd).
func (r *RandomState) Normal(mean, sd float64) float64 {
	return mean + float64(sd*r.StandardNormal())
}

// Poisson returns a draw from the Poisson distribution with the finite mean
// lam: by multiplying uniforms below 10, from there on by transformed
// rejection (Hörmann 1993, PTRS). A mean of 0 draws nothing and gives 0.
func (r *RandomState) Poisson(lam float64) int {
	switch {
	case lam >= 10:
		return r.poissonPTRS(lam)
	case lam == 0:
		return 0
	}
	enlam := math.Exp(-lam)
	for k, prod := 0, 1.0; ; k++ {
		prod *= r.Random()
		if !(prod > enlam) {
			return k
		}
	}
}

func (r *RandomState) poissonPTRS(lam float64) int {
	slam, loglam := math.Sqrt(lam), math.Log(lam)
	b := 0.931 + 2.53*slam
	a := -0.059 + 0.02483*b
	invalpha := 1.1239 + 1.1328/(b-3.4)
	vr := 0.9277 - 3.6224/(b-2)
	for {
		u := r.Random() - 0.5
		v := r.Random()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + lam + 0.43)
		if us >= 0.07 && v <= vr {
			return int(k)
		}
		if k < 0 || (us < 0.013 && v > us) {
			continue
		}
		lg, _ := math.Lgamma(k + 1)
		if math.Log(v)+math.Log(invalpha)-math.Log(a/(us*us)+b) <= -lam+k*loglam-lg {
			return int(k)
		}
	}
}

// exponential returns a draw from the exponential distribution of mean 1.
func (r *RandomState) exponential() float64 { return -math.Log(1 - r.Random()) }

// Gamma returns a draw from the gamma distribution of scale 1 with a finite
// shape above 0 (standard_gamma): from 1 on by Marsaglia and Tsang's method of
// 2000, below by Ahrens and Dieter's of 1974.
func (r *RandomState) Gamma(shape float64) float64 {
	switch {
	case shape == 1:
		return r.exponential()
	case shape < 1:
		for {
			u, v := r.Random(), r.exponential()
			if u <= 1-shape {
				if x := math.Pow(u, 1/shape); x <= v {
					return x
				}
				continue
			}
			y := -math.Log((1 - u) / shape)
			if x := math.Pow(1-shape+shape*y, 1/shape); x <= v+y {
				return x
			}
		}
	}
	b := shape - 1./3
	c := 1 / math.Sqrt(9*b)
	for {
		x := r.StandardNormal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := r.Random()
		if u < 1-0.0331*(x*x)*(x*x) || math.Log(u) < 0.5*x*x+b*(1-v+math.Log(v)) {
			return b * v
		}
	}
}

// Beta returns a draw from the beta distribution with finite a and b above 0: by
// Jöhnk's method of 1964 where neither is above 1, else as a share of two gamma
// variables.
func (r *RandomState) Beta(a, b float64) float64 {
	if a > 1 || b > 1 {
		x := r.Gamma(a)
		return x / (x + r.Gamma(b))
	}
	for {
		u, v := r.Random(), r.Random()
		x, y := math.Pow(u, 1/a), math.Pow(v, 1/b)
		if x+y > 1 {
			continue
		}
		if x+y > 0 {
			return x / (x + y)
		}
		// Both have vanished; their logarithms have not.
		lx, ly := math.Log(u)/a, math.Log(v)/b
		top := max(lx, ly)
		lx, ly = lx-top, ly-top
		return math.Exp(lx - math.Log(math.Exp(lx)+math.Exp(ly)))
	}
}
