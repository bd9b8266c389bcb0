package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The functions below are for float32. The coefficients are those of minimax
// polynomials, found by exchange (Remez) with 40 digits. The errors that come
// with all the roundings are measured in kernel's tests.

const (
	ln2High = 0x1.62e430p-1 // rounded to float32
	ln2Low  = -1.904654299957768e-9
	magic   = 3 << 22 // adding it rounds a small number to an integer

	expMost  = 88.72283  // exp of more overflows
	expLeast = -87.33654 // exp of less is below the smallest normal number
)

// expPolynomial is (exp(r)-1-r)/r² for |r| <= ln(2)/2, within 7e-8.
var expPolynomial = []float64{0.50000000271, 0.166665766504, 0.0416663740816, 0.00836323483918, 0.00139412183042}

// split returns n and r with x = n·ln(2) + r, |r| <= ln(2)/2; n stands in the
// low bits of the first result too.
func (m vm) split(x vector) (bits, n, r vector) {
	bits = m.fma(x, m.number(1/math.Ln2), m.number(magic))
	n = m.sub(bits, m.number(magic))
	r = m.fnma(n, m.number(ln2High), x)
	m.emit(fnm231I, m.number(ln2Low), n, r)
	return bits, n, r
}

// shift moves an integer to where the exponent is.
func (m vm) shift(bits vector) vector {
	v := m.fresh()
	VPSLLD(Imm(23), bits, v)
	return v
}

// scaled is p·2^n, n in the low bits of bits, from -126 to 127.
func (m vm) scaled(p, bits vector) vector {
	return m.mul(p, m.binary(addIntI, m.shift(bits), m.number(1)))
}

// expOf is the polynomial of exp(r), for r as split makes it.
func (m vm) expOf(r vector) vector { return m.horner(r, append([]float64{1, 1}, expPolynomial...)...) }

// expNegative is exp(x) for x <= 88.37, 0 where that is below the smallest
// normal number.
func (m vm) expNegative(x vector) vector {
	bits, n, r := m.split(m.max(m.number(expLeast-0.15), x))
	if m.s.bytes == 64 {
		v := m.fresh()
		VSCALEFPS(n, m.expOf(r), v)
		return v
	}
	return m.scaled(m.expOf(r), bits)
}

// expBounded is exp(x), at most exp(88.37).
func (m vm) expBounded(x vector) vector { return m.expNegative(m.min(m.number(88.37), x)) }

// exp is exp(x) with all its limits.
func (m vm) exp(x vector) vector {
	if m.s.bytes == 64 {
		return m.expNegative(m.min(m.number(expMost+1), x))
	}
	bits, _, r := m.split(m.max(m.number(expLeast-0.15), m.min(m.number(expMost), x)))
	e := m.binary(addIntI, m.expOf(r), m.shift(bits)) // 2^128 is beyond scaled
	e = m.choose(m.compare(notAtMost, x, m.number(expMost)), m.mul(x, m.number(math.Inf(1))), e)
	return m.keep(m.compare(notLess, x, m.number(expLeast)), e)
}

// expm1 is exp(x)-1 for |x| <= 87.
func (m vm) expm1(x vector) vector {
	bits, _, r := m.split(x)
	f := m.fma(m.mul(r, r), m.horner(r, expPolynomial...), r)
	scale := m.binary(addIntI, m.shift(bits), m.number(1))
	return m.fma(scale, f, m.sub(scale, m.number(1)))
}

// sigmoid is 1/(1+exp(-x)).
func (m vm) sigmoid(x vector) vector {
	one := m.in(m.number(1))
	return m.div(one, m.add(one, m.expBounded(m.neg(x))))
}

// sigmoids returns exp(-|x|), the sigmoid of |x| and that of -|x|.
func (m vm) sigmoids(x vector) (e, high, low vector) {
	one := m.in(m.number(1))
	e = m.expNegative(m.or(x, m.bits(1<<31)))
	high = m.div(one, m.add(one, e))
	return e, high, m.mul(e, high)
}

// tanh is expm1(2|x|)/(expm1(2|x|)+2) with the sign of x.
func (m vm) tanh(x vector) vector {
	a := m.abs(x)
	e := m.expm1(m.min(m.number(20), m.add(a, a)))
	return m.or(m.div(e, m.add(e, m.number(2))), m.sign(x))
}

// gauss returns the normal distribution's exp(-x²/2) and its tail below -|x|,
// both 0 where they are below the smallest normal number. The tail is
// exp(-a²/2) times a polynomial of (a-4)/(a+4) over a+4, the square of a taken
// with its rounding error.
func (m vm) gauss(x vector) (e, tail vector) {
	a := m.min(m.number(14.5), m.abs(x))
	square := m.mul(a, a)
	lost := m.fms(a, a, square)
	e = m.expNegative(m.mul(square, m.number(-0.5)))
	e = m.fnma(m.mul(lost, m.number(0.5)), e, e)
	inv := m.div(m.number(1), m.add(a, m.number(4)))
	p := m.horner(m.mul(m.sub(a, m.number(4)), inv), 0.755285135384, -0.607896588272, 0.387136901116, -0.186523441423,
		0.0604038310326, -0.00752527154462, -0.00351255384796, 0.00156992384925, 0.000179354202953, -0.000131971959995)
	return e, m.mul(m.mul(p, inv), e)
}

// erf is the error function: x times a polynomial of x² for |x| < 1, beyond
// that 1 - exp(a·p(a)) of a = |x| with the sign of x. From 4 on it is 1.
func (m vm) erf(x vector) vector {
	a, u := m.min(m.number(4), m.abs(x)), m.mul(x, x)
	near := m.fma(x, m.horner(u, 0.128379165727, -0.376126258244, 0.1128358515, -0.0268538119875, 0.00518832777617,
		-0.000801019434603, 7.85386348099e-5), x)
	t := m.mul(a, m.horner(a, -1.12848003171, -0.635831501, -0.105116108409, 0.0227984422819, -0.00318694011304, 0.000210642399227))
	far := m.or(m.sub(m.number(1), m.expNegative(t)), m.sign(x))
	return m.choose(m.compare(less, a, m.number(1)), near, far)
}
