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
// the same slice. NaN gives NaN.
func Activate[T Float](a Activation, y, z []T) {
	switch a {
	case Linear:
		copy(y, z)
	case ReLU:
		for i, v := range z {
			if v < 0 {
				v = 0
			}
			y[i] = v
		}
	default:
		f := curves[a].f
		for i, v := range z {
			y[i] = T(f(float64(v)))
		}
	}
}

// ActivateGrad sets dz = dy · a'(z). z is not read where NeedsInput is false;
// dz may be the same slice as dy.
func ActivateGrad[T Float](a Activation, dz, dy, z, y []T) {
	switch a {
	case Linear:
		copy(dz, dy)
	case ReLU:
		for i, v := range y {
			g := dy[i]
			if v <= 0 {
				g = 0
			}
			dz[i] = g
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
		df := curves[a].df
		for i, v := range z {
			dz[i] = dy[i] * T(df(float64(v)))
		}
	}
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
		func(x float64) float64 { return 0.5 * x * (1 + math.Erf(x/math.Sqrt2)) },
		func(x float64) float64 {
			return 0.5*(1+math.Erf(x/math.Sqrt2)) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		},
	},
	SiLU: {
		func(x float64) float64 { return x * sigmoid(x) },
		func(x float64) float64 { s := sigmoid(x); return s * (1 + x*(1-s)) },
	},
	Softplus: {softplus, sigmoid},
	Softsign: {
		func(x float64) float64 { return x / (1 + math.Abs(x)) },
		func(x float64) float64 { d := 1 + math.Abs(x); return 1 / (d * d) },
	},
	Squareplus: {
		func(x float64) float64 { return (x + math.Sqrt(x*x+4)) / 2 },
		func(x float64) float64 { return (1 + x/math.Sqrt(x*x+4)) / 2 },
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
		func(x float64) float64 { return x - math.Tanh(x) },
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

// sigmoid never overflows: the exponent is at most 0.
func sigmoid(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// softplus is log(1+exp(x)) without overflow or loss of small values.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
