package main

import (
	"math"

	. "github.com/mmcloughlin/avo/operand"
)

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

// within is v where lo < x < hi, 0 elsewhere.
func within(m vm, x vector, lo, hi float64, v Op) vector {
	above := m.keep(m.compare(greater, x, m.number(lo)), m.in(v))
	return m.keep(m.compare(less, x, m.number(hi)), above)
}

// inside is the derivative of what has this slope between two bounds.
func inside(lo, hi, slope float64) func(m vm, x vector) vector {
	return func(m vm, x vector) vector { return within(m, x, lo, hi, m.number(slope)) }
}

// squareplus returns sqrt(x²+4) and half of its sum with |x|.
func squareplus(m vm, x vector) (root, half vector) {
	a := m.abs(x)
	root = m.choose(m.compare(less, a, m.number(1<<30)), m.sqrt(m.fma(a, a, m.in(m.number(4)))), a)
	return root, m.fma(m.in(m.number(0.5)), root, m.mul(a, m.number(0.5)))
}

func squareplusOf(m vm, x, half vector) vector {
	return m.choose(m.compare(less, x, m.zero()), m.div(m.number(1), half), half)
}

// outside is v where |x| > ½, 0 elsewhere.
func outside(m vm, x vector, v Op) vector {
	return m.keep(m.compare(notAtMost, m.abs(x), m.number(0.5)), m.in(v))
}

func outsideSlope(m vm, x vector) vector { return outside(m, x, m.number(1)) }

func hardSigmoid(m vm, x vector) vector {
	return clamp(m, m.mul(m.add(x, m.number(3)), m.number(1./6)), 0, 1)
}

func sparseSigmoid(m vm, x vector) vector {
	return clamp(m, m.mul(m.add(x, m.number(1)), m.number(0.5)), 0, 1)
}

// tanhShrink is x - tanh(x), for small x as x³ times a polynomial of x².
func tanhShrink(m vm, x vector) vector {
	u := m.mul(x, x)
	near := m.mul(m.mul(u, x), m.horner(u, 0.333333329404, -0.133332923967, 0.0539611240227, -0.0218208155316,
		0.00869274845554, -0.00324418664821, 0.00101187764844, -0.000218292915016, 2.29851248013e-5))
	return m.choose(m.compare(less, m.abs(x), m.number(1.25)), near, m.sub(x, m.tanh(x)))
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
	{"ReLU6", true, func(m vm, x vector) vector { return clamp(m, x, 0, 6) }, inside(0, 6, 1)},
	{
		"Softsign", false,
		func(m vm, x vector) vector { return m.div(x, m.add(m.abs(x), m.number(1))) },
		func(m vm, x vector) vector {
			d := m.div(m.number(1), m.add(m.abs(x), m.number(1)))
			return m.mul(d, d)
		}},
	{"Squareplus", false,
		func(m vm, x vector) vector { _, half := squareplus(m, x); return squareplusOf(m, x, half) },
		func(m vm, x vector) vector {
			root, half := squareplus(m, x)
			return m.div(squareplusOf(m, x, half), root)
		}},
	{"SparsePlus", false,
		func(m vm, x vector) vector {
			u := m.max(m.number(0), m.add(x, m.number(1)))
			return m.choose(m.compare(less, x, m.number(1)), m.mul(m.mul(u, u), m.number(0.25)), x)
		},
		sparseSigmoid},
	{"SparseSigmoid", false, sparseSigmoid, inside(-1, 1, 0.5)},
	{"HardSigmoid", false, hardSigmoid, inside(-3, 3, 1./6)},
	{"HardSiLU", false,
		func(m vm, x vector) vector { return m.mul(x, hardSigmoid(m, x)) },
		func(m vm, x vector) vector {
			middle := m.fma(x, m.number(1./3), m.in(m.number(0.5)))
			rest := m.choose(m.compare(less, x, m.number(3)), middle, m.number(1))
			return m.choose(m.compare(lessOrEqual, x, m.number(-3)), m.zero(), rest)
		}},
	{"HardTanh", false, func(m vm, x vector) vector { return clamp(m, x, -1, 1) }, inside(-1, 1, 1)},
	{"HardShrink", false, func(m vm, x vector) vector { return outside(m, x, x) }, outsideSlope},
	{"SoftShrink", false,
		func(m vm, x vector) vector { return outside(m, x, m.sub(x, m.or(m.sign(x), m.number(0.5)))) },
		outsideSlope},
	{"TanhShrink", false, tanhShrink, func(m vm, x vector) vector { t := m.tanh(x); return m.mul(t, t) }},
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
