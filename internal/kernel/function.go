package kernel

import "math"

// The functions below set y to a function of x, element by element, over the
// whole range: subnormal numbers, infinities and NaN give what they give in
// package math. y and x may be the same slice. Beside them stand the
// activations of [Activate], among them exp, sigmoid, tanh and softplus, and
// [ActivateRows], among them softmax.
//
// Without assembly, and for float64, they go through package math: the error is
// within 1 unit in the last place.

// Log is the natural logarithm; of 0 it is -Inf, of less NaN. By assembly
// float32 is within 2 units in the last place.
func Log[T Float](y, x []T) {
	y = y[:len(x)]
	if !vectorLog(y, x) {
		apply(logarithm, y, x)
	}
}

// logarithm takes subnormal numbers too, of which math.Log is wrong on amd64.
func logarithm(x float64) float64 {
	if x > 0 && x < 0x1p-1022 {
		return math.Log(x*0x1p52) - 52*math.Ln2
	}
	return math.Log(x)
}

// Log1p is log(1+x), without loss where x is small; of -1 it is -Inf, of less
// NaN. By assembly float32 is within 3 units in the last place.
func Log1p[T Float](y, x []T) {
	y = y[:len(x)]
	if !vectorLog1p(y, x) {
		apply(math.Log1p, y, x)
	}
}

// Erf is the error function 2/√π·∫exp(-t²)dt from 0 to x. By assembly float32
// is within 2 units in the last place.
func Erf[T Float](y, x []T) {
	y = y[:len(x)]
	if !vectorErf(y, x) {
		apply(math.Erf, y, x)
	}
}

// apply sets y to f of x.
func apply[T Float](f func(float64) float64, y, x []T) {
	var block [64]float64
	for len(x) > 0 {
		values := evaluate(&block, f, x, 0)
		for i, v := range values {
			y[i] = T(v)
		}
		y, x = y[len(values):], x[len(values):]
	}
}
