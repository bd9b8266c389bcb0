package main

import "math"

// An activation and its derivative, as kernel/activation.go defines them. The
// derivative is of z, or of y where kernel.Activation.NeedsInput is false.
type activation struct {
	name    string
	doubles bool // float64 too
	f, df   func(m vm, x vector) vector
}

// step is one number where x <= 0, another elsewhere.
func step(below, above float64) func(m vm, x vector) vector {
	return func(m vm, x vector) vector {
		return m.choose(m.compare(lessOrEqual, x, m.zero()), m.number(below), m.number(above))
	}
}

const (
	seluAlpha = 1.6732632423543772
	seluScale = 1.0507009873554805
)

func elu(m vm, x vector) vector {
	e := m.expm1(m.max(m.number(-80), m.min(m.zero(), x)))
	return m.choose(m.compare(greater, x, m.zero()), x, e)
}

func eluGrad(m vm, x vector) vector { return m.expNegative(m.min(m.zero(), x)) }

func softplus(m vm, x vector) vector {
	return m.add(m.max(m.zero(), x), m.log1pUnit(m.expNegative(m.or(x, m.bits(1<<31)))))
}

// mish returns n and 1/(n+2) with n = w(w+2), w = exp(x), of which tanh(softplus(x)) is
// n/(n+2), and w.
func mish(m vm, x vector) (n, inv, w vector) {
	w = m.expNegative(m.min(m.number(30), x))
	n = m.mul(w, m.add(w, m.number(2)))
	return n, m.div(m.number(1), m.add(n, m.number(2))), w
}

func clamp(m vm, x vector, lo, hi float64) vector {
	return m.max(m.number(lo), m.min(m.number(hi), x))
}

var activations = []activation{
	{"ReLU", true, func(m vm, x vector) vector { return m.max(m.zero(), x) }, nil},
	{"Sigmoid", false, vm.sigmoid, nil},
	{"Tanh", false, vm.tanh, nil},
	{"LeakyReLU", true, func(m vm, x vector) vector { return m.max(m.mul(x, m.number(0.2)), x) }, step(0.2, 1)},
	{"ELU", false, elu, eluGrad},
	{"CELU", false, elu, eluGrad},
	{
		"SELU", false,
		func(m vm, x vector) vector {
			e := m.expm1(m.max(m.number(-80), m.min(m.zero(), x)))
			return m.choose(m.compare(greater, x, m.zero()), m.mul(x, m.number(seluScale)), m.mul(e, m.number(seluScale*seluAlpha)))
		},
		func(m vm, x vector) vector {
			e := m.mul(eluGrad(m, x), m.number(seluScale*seluAlpha))
			return m.choose(m.compare(greater, x, m.zero()), m.number(seluScale), e)
		},
	},
	{
		"GELU", false,
		func(m vm, x vector) vector {
			_, tail := m.gauss(x)
			return m.mul(x, m.choose(m.compare(less, x, m.zero()), tail, m.sub(m.number(1), tail)))
		},
		func(m vm, x vector) vector {
			e, tail := m.gauss(x)
			phi := m.choose(m.compare(less, x, m.zero()), tail, m.sub(m.number(1), tail))
			return m.fma(m.mul(e, m.number(1/math.Sqrt(2*math.Pi))), x, phi)
		},
	},
	{
		"SiLU", false,
		func(m vm, x vector) vector { return m.div(x, m.add(m.exp(m.neg(x)), m.number(1))) },
		func(m vm, x vector) vector {
			_, high, low := m.sigmoids(x)
			negative := m.compare(less, x, m.zero())
			s := m.choose(negative, low, high)
			return m.fma(m.mul(s, x), m.choose(negative, high, low), s)
		},
	},
	{"Softplus", false, softplus, vm.sigmoid},
	{"LogSigmoid", false, func(m vm, x vector) vector { return m.neg(softplus(m, m.neg(x))) },
		func(m vm, x vector) vector { return m.sigmoid(m.neg(x)) }},
	{"Exponential", false, vm.exp, nil},
	{
		"Mish", false,
		func(m vm, x vector) vector { n, inv, _ := mish(m, x); return m.mul(x, m.mul(n, inv)) },
		func(m vm, x vector) vector {
			n, inv, w := mish(m, x)
			s := m.mul(m.mul(m.mul(inv, inv), m.fma(w, w, w)), m.number(4))
			return m.fma(n, inv, m.mul(s, x))
		},
	},
	{"ReLU6", true, func(m vm, x vector) vector { return clamp(m, x, 0, 6) }, nil},
	{"HardSigmoid", false, func(m vm, x vector) vector { return clamp(m, m.mul(m.add(x, m.number(3)), m.number(1./6)), 0, 1) }, nil},
	{"HardSiLU", false, func(m vm, x vector) vector {
		return m.mul(x, clamp(m, m.mul(m.add(x, m.number(3)), m.number(1./6)), 0, 1))
	}, nil},
}

// byOutput tells the activations whose derivative is written below, of y.
func (a activation) byOutput() bool {
	switch a.name {
	case "ReLU", "Sigmoid", "Tanh", "Exponential":
		return true
	}
	return false
}

// activationKernels writes the activations and their gradients.
func activationKernels(m vm) {
	for _, a := range activations {
		if m.t == double && !a.doubles {
			continue
		}
		elementwise(m, a.name, 2, plain(func(p pass) { p.store(0, a.f(p.vm, p.load(1))) }))
		if a.df != nil {
			elementwise(m, a.name+"Grad", 3, plain(func(p pass) { p.store(0, p.mul(p.load(1), a.df(p.vm, p.load(2)))) }))
		}
	}
	// dz = dy where y > 0, else 0; NaN passes the gradient on.
	elementwise(m, "ReLUGrad", 3, plain(func(p pass) {
		p.store(0, p.keep(p.compare(notAtMost, p.load(2), p.zero()), p.load(1)))
	}))
	// dz = dy·y·(1-y).
	elementwise(m, "SigmoidGrad", 3, plain(func(p pass) {
		y := p.load(2)
		p.store(0, p.mul(p.mul(p.load(1), y), p.sub(p.number(1), y)))
	}))
	// dz = dy·(1-y²).
	elementwise(m, "TanhGrad", 3, plain(func(p pass) {
		y := p.load(2)
		p.store(0, p.mul(p.load(1), p.sub(p.number(1), p.mul(y, y))))
	}))
	elementwise(m, "ExponentialGrad", 3, plain(func(p pass) { p.store(0, p.mul(p.load(1), p.load(2))) }))
}
