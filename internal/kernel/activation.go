package kernel

import "math"

// Activation names an elementwise activation, with Keras's default parameters.
type Activation int

// The elementwise activations of Keras 3 (keras/src/activations).
const (
	Linear Activation = iota
	ReLU
	Sigmoid
	Tanh
	LeakyReLU // slope 0.2, the function's default
	ReLU6
	ELU // alpha 1
	SELU
	CELU // alpha 1
	GELU // exact, by erf
	SiLU
	Softplus
	Softsign
	Squareplus // b 4
	SparsePlus
	SparseSigmoid
	Exponential
	HardSigmoid
	HardSiLU
	HardTanh
	HardShrink // 0.5
	SoftShrink // 0.5
	TanhShrink
	Mish
	LogSigmoid
	numActivations
)

// NeedsInput reports whether the derivative of a needs the input z. The others
// are differentiated from the output alone, so z need not be kept.
func (a Activation) NeedsInput() bool {
	switch a {
	case Linear, ReLU, Sigmoid, Tanh, Exponential:
		return false
	}
	return true
}

// Activate sets y to the activation of z, element by element. y and z may be
// the same slice. NaN gives NaN. Finite z give finite y, but where an Exponential
// or SELU overflows; at an infinite z a formula such as x·sigmoid(x) may be Inf·0,
// which is NaN, as in Keras.
//
// By assembly float32 is computed in float32; the worst error over the whole
// range, in units of the last place: ELU, Exponential and SparseSigmoid 1, SELU,
// Softsign and SparsePlus 2, Sigmoid, Tanh, SiLU, Softplus, Squareplus,
// LogSigmoid, HardSigmoid and HardSiLU 3, TanhShrink 4, Mish 5, GELU 6.
// There numbers below the smallest normal one, 1.2e-38, count as 0, and so do
// factors of a result. float64, but for the piecewise linear ones, goes through
// package math, whose exp overflows from 709.43 on if the processor is an amd64:
// Exponential is within 1, Sigmoid, Tanh and Softplus within 2.
func Activate[T Float](a Activation, y, z []T) {
	if a == Linear {
		copy(y, z)
		return
	}
	y = y[:len(z)]
	if vectorActivate(a, y, z) {
		return
	}
	switch a {
	case ReLU:
		for i, v := range z {
			y[i] = max(v, 0)
		}
	default:
		apply(curves[a].f, y, z)
	}
}

// ActivateGrad sets dz = dy · a'(z). z is not read where NeedsInput is false;
// dz may be the same slice as dy. By assembly the derivatives of float32 are
// within 3e-7.
func ActivateGrad[T Float](a Activation, dz, dy, z, y []T) {
	if a == Linear {
		copy(dz, dy)
		return
	}
	of := y
	if a.NeedsInput() {
		of = z
	}
	dz, dy = dz[:len(of)], dy[:len(of)]
	if vectorActivateGrad(a, dz, dy, of) {
		return
	}
	switch a {
	case ReLU:
		// The sign of y is anyone's guess, and a wrong guess of the processor
		// costs more than all the rest: select by index, without a branch.
		for i, v := range y {
			pass := 0
			if v > 0 {
				pass = 1
			}
			dz[i] = [2]T{0, dy[i]}[pass]
		}
	case Sigmoid:
		for i, v := range y {
			dz[i] = dy[i] * v * (1 - v)
		}
	case Tanh:
		for i, v := range y {
			dz[i] = dy[i] * (1 - v*v)
		}
	case Exponential:
		for i, v := range y {
			dz[i] = dy[i] * v
		}
	default:
		var block [64]float64
		for len(z) > 0 {
			values := evaluate(&block, curves[a].df, z, 0)
			for i, v := range values {
				dz[i] = dy[i] * T(v)
			}
			dz, dy, z = dz[len(values):], dy[len(values):], z[len(values):]
		}
	}
}

// evaluate returns f(z-shift) for the first elements of z, as many as fit the
// block. It converts in a loop of its own: on amd64 the conversion of a float32
// waits for the last value of its register, and beside the call of f that is
// the result before, so that no two calls could overlap.
func evaluate[T Float](block *[64]float64, f func(float64) float64, z []T, shift float64) []float64 {
	values := block[:min(len(z), len(block))]
	for i := range values {
		values[i] = float64(z[i]) - shift
	}
	for i, v := range values {
		values[i] = f(v)
	}
	return values
}

// curve is a function of one variable and its derivative. At a kink the
// derivative is the one that Keras's back ends give there.
type curve struct{ f, df func(x float64) float64 }

const (
	seluAlpha = 1.6732632423543772
	seluScale = 1.0507009873554805
)

var curves = [numActivations]curve{
	Sigmoid: {sigmoid, nil},
	Tanh:    {math.Tanh, nil},
	LeakyReLU: {
		func(x float64) float64 { return piece(x < 0, 0.2*x, x) },
		func(x float64) float64 { return piece(x <= 0, 0.2, 1) },
	},
	ReLU6: {
		func(x float64) float64 { return clamp(x, 0, 6) },
		func(x float64) float64 { return piece(x > 0 && x < 6, 1, 0) },
	},
	ELU:  {elu, eluGrad},
	CELU: {elu, eluGrad},
	SELU: {
		func(x float64) float64 { return seluScale * piece(x > 0, x, seluAlpha*math.Expm1(x)) },
		func(x float64) float64 { return seluScale * piece(x > 0, 1, seluAlpha*math.Exp(x)) },
	},
	GELU: {
		func(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) },
		func(x float64) float64 {
			return 0.5*math.Erfc(-x/math.Sqrt2) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		},
	},
	SiLU: {
		func(x float64) float64 { return x * sigmoid(x) },
		func(x float64) float64 { return sigmoid(x) * (1 + x*sigmoid(-x)) },
	},
	Softplus: {softplus, sigmoid},
	Softsign: {
		func(x float64) float64 { return x / (1 + math.Abs(x)) },
		func(x float64) float64 { d := 1 + math.Abs(x); return 1 / (d * d) },
	},
	Squareplus: {
		squareplus,
		func(x float64) float64 { return squareplus(x) / math.Hypot(x, 2) },
	},
	SparsePlus: {
		func(x float64) float64 { return piece(x <= -1, 0, piece(x < 1, (x+1)*(x+1)/4, x)) },
		func(x float64) float64 { return clamp((x+1)/2, 0, 1) },
	},
	SparseSigmoid: {
		func(x float64) float64 { return clamp((x+1)/2, 0, 1) },
		func(x float64) float64 { return piece(x > -1 && x < 1, 0.5, 0) },
	},
	Exponential: {math.Exp, nil},
	HardSigmoid: {
		func(x float64) float64 { return clamp(x/6+0.5, 0, 1) },
		func(x float64) float64 { return piece(x > -3 && x < 3, 1./6, 0) },
	},
	HardSiLU: {
		func(x float64) float64 { return x * clamp(x/6+0.5, 0, 1) },
		func(x float64) float64 { return piece(x <= -3, 0, piece(x < 3, x/3+0.5, 1)) },
	},
	HardTanh: {
		func(x float64) float64 { return clamp(x, -1, 1) },
		func(x float64) float64 { return piece(x > -1 && x < 1, 1, 0) },
	},
	HardShrink: {
		func(x float64) float64 { return piece(math.Abs(x) <= 0.5, 0, x) },
		func(x float64) float64 { return piece(math.Abs(x) <= 0.5, 0, 1) },
	},
	SoftShrink: {
		func(x float64) float64 { return piece(math.Abs(x) <= 0.5, 0, x-math.Copysign(0.5, x)) },
		func(x float64) float64 { return piece(math.Abs(x) <= 0.5, 0, 1) },
	},
	TanhShrink: {
		tanhShrink,
		func(x float64) float64 { t := math.Tanh(x); return t * t },
	},
	Mish: {
		func(x float64) float64 { return x * math.Tanh(softplus(x)) },
		func(x float64) float64 {
			t := math.Tanh(softplus(x))
			return t + x*(1-t*t)*sigmoid(x)
		},
	},
	LogSigmoid: {
		func(x float64) float64 { return -softplus(-x) },
		func(x float64) float64 { return sigmoid(-x) },
	},
}

func piece(cond bool, yes, no float64) float64 {
	if cond {
		return yes
	}
	return no
}

func clamp(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

func elu(x float64) float64 { return piece(x > 0, x, math.Expm1(x)) }

func eluGrad(x float64) float64 { return piece(x > 0, 1, math.Exp(x)) }

// sigmoid never overflows: the exponent is at most 0. Which of the two forms
// holds is picked by index, because the sign of x is anyone's guess.
func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	p := 1 / (1 + e)
	negative := 0
	if x < 0 {
		negative = 1
	}
	return [2]float64{p, e * p}[negative]
}

// tanhShrink is x - tanh(x), for small x by its series, without cancellation.
func tanhShrink(x float64) float64 {
	if u := x * x; u < 4e-4 {
		return x * u * (1./3 - u*(2./15-u*(17./315-u*62/2835)))
	}
	return x - math.Tanh(x)
}

// squareplus is (x+sqrt(x²+4))/2, without the cancellation of a negative x.
func squareplus(x float64) float64 {
	if x < 0 {
		return 2 / (math.Hypot(x, 2) - x)
	}
	return x/2 + math.Hypot(x, 2)/2
}

// softplus is log(1+exp(x)) without overflow or loss of small values.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
