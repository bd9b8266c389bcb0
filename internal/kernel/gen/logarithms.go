package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// Logarithms take a number apart as 2^k·(1+f), f between √½-1 and √2-1. They
// are for float32.

// atanh2 is 2·atanh(s) for |s| <= 1/3 in two parts, the larger first.
func (m vm) atanh2(s vector) (d, rest vector) {
	d, u := m.add(s, s), m.mul(s, s)
	p := m.horner(u, 0.333333333246, 0.200000055881, 0.142851381916, 0.111327260529, 0.0872853488337, 0.104075642664)
	return d, m.mul(m.mul(d, u), p)
}

// log1pUnit is log(1+e) for 0 <= e <= 1, as 2·atanh(e/(2+e)).
func (m vm) log1pUnit(e vector) vector {
	d, rest := m.atanh2(m.div(e, m.add(e, m.number(2))))
	return m.add(d, rest)
}

// power returns k of a normal number, an integer.
func (m vm) power(x vector) vector {
	k := m.fresh()
	VPSRAD(Imm(23), m.binary(subIntI, x, m.number(math.Sqrt2/2)), k)
	return k
}

// inverse is 2^-k, for |k| <= 126.
func (m vm) inverse(k vector) vector { return m.binary(subIntI, m.number(1), m.shift(k)) }

// mantissa is f of a normal number x with this k.
func (m vm) mantissa(x, k vector) vector {
	return m.sub(m.binary(subIntI, x, m.shift(k)), m.number(1))
}

func (m vm) float(k vector) vector {
	n := m.fresh()
	VCVTDQ2PS(k, n)
	return n
}

// logOf is n·ln(2) + log(1+f).
func (m vm) logOf(n, f vector) vector {
	d, rest := m.atanh2(m.div(f, m.add(f, m.number(2))))
	return m.fma(n, m.number(ln2High), m.add(d, m.fma(n, m.number(ln2Low), rest)))
}

// logMiddle is log(x) for x from 2^-126 to 2^126, and NaN.
func (m vm) logMiddle(x vector) vector {
	k := m.power(x)
	return m.logOf(m.float(k), m.fms(m.inverse(k), x, m.number(1)))
}

// log1pMiddle is log(1+x) for -1 < x < 2^126, and NaN.
func (m vm) log1pMiddle(x vector) vector {
	k := m.power(m.add(x, m.number(1)))
	inverse := m.inverse(k)
	return m.logOf(m.float(k), m.fma(inverse, x, m.sub(inverse, m.number(1))))
}

// log is log(x) with all its limits.
func (m vm) log(x vector) vector {
	tiny := m.compare(less, x, m.number(0x1p-126))
	normal := m.choose(tiny, m.mul(x, m.number(1<<23)), x)
	k := m.power(normal)
	n := m.sub(m.float(k), m.keep(tiny, m.in(m.number(23))))
	return m.logLimits(m.logOf(n, m.mantissa(normal, k)), x, x)
}

// log1p is log(1+x) with all its limits. From 2^64 on the 1 is nothing.
func (m vm) log1p(x vector) vector {
	u := m.add(x, m.number(1))
	k := m.power(u)
	inverse := m.inverse(k)
	f := m.fma(inverse, x, m.sub(inverse, m.number(1)))
	f = m.choose(m.compare(greater, x, m.number(0x1p64)), m.mantissa(u, k), f)
	return m.logLimits(m.or(m.logOf(m.float(k), f), m.sign(x)), u, x)
}

// logLimits is y, the logarithm of u, but where u is at a limit or beyond: x
// where u is infinite or NaN, -Inf where u is 0 and NaN below.
func (m vm) logLimits(y, u, x vector) vector {
	y = m.choose(m.compare(less, u, m.number(math.Inf(1))), y, x)
	none := m.choose(m.compare(equal, u, m.number(0)), m.number(math.Inf(-1)), m.number(math.NaN()))
	return m.choose(m.compare(notAtMost, u, m.number(0)), y, none)
}

// functions writes the slice functions that are no activations. They keep
// numbers below the smallest normal one.
func functions(m vm) {
	m.gradual = true
	elementwise(m, "log", 2, plain(func(p pass) { p.store(0, p.log(p.load(1))) }))
	elementwise(m, "log1p", 2, plain(func(p pass) { p.store(0, p.log1p(p.load(1))) }))
	elementwise(m, "erf", 2, plain(func(p pass) { p.store(0, p.erf(p.load(1))) }))
}
