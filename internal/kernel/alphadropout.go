package kernel

import "math"

// AlphaDropout returns how a number x is transformed at a rate: scale·x + shift
// where it is kept, scale·dropped + shift where it is not. Mean 0 and variance
// 1 stay (Klambauer et al. 2017).
func AlphaDropout(rate float64) (scale, dropped, shift float64) {
	dropped = -seluAlpha * seluScale
	scale = 1 / math.Sqrt((1-rate)*(1+rate*dropped*dropped))
	return scale, dropped, -scale * dropped * rate
}
