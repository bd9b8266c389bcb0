package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vector is a register that avo picks.
type vector = reg.VecVirtual

// vm writes vector code for a set and an element type, as expressions: a
// method takes registers or numbers and returns a fresh register, unless it
// says that it works in place.
type vm struct {
	s       isa
	t       element
	gradual bool // numbers below the smallest normal one count
}

// number is a constant in memory: 32 bytes of copies, of which AVX-512
// broadcasts the first.
type number struct{ Mem }

var numbers = map[string]number{}

func (m vm) number(x float64) number {
	if m.t == single {
		return m.bits(uint64(math.Float32bits(float32(x))))
	}
	return m.bits(math.Float64bits(x))
}

// bits is a constant given by its bits.
func (m vm) bits(b uint64) number {
	name := fmt.Sprintf("const%s%x", m.t.name, b)
	if _, ok := numbers[name]; !ok {
		numbers[name] = number{GLOBL(name, attr.RODATA|attr.NOPTR)}
		for at := 0; at < 32; at += m.t.bytes {
			DATA(at, pick[Constant](m.t, U32(uint32(b)), U64(b)))
		}
	}
	return numbers[name]
}

// instruction is one for float32 and float64, and the same with a broadcast.
type instruction [4]func(...Op)

var (
	addI    = instruction{VADDPS, VADDPD, VADDPS_BCST, VADDPD_BCST}
	subI    = instruction{VSUBPS, VSUBPD, VSUBPS_BCST, VSUBPD_BCST}
	mulI    = instruction{VMULPS, VMULPD, VMULPS_BCST, VMULPD_BCST}
	divI    = instruction{VDIVPS, VDIVPD, VDIVPS_BCST, VDIVPD_BCST}
	maxI    = instruction{VMAXPS, VMAXPD, VMAXPS_BCST, VMAXPD_BCST}
	minI    = instruction{VMINPS, VMINPD, VMINPS_BCST, VMINPD_BCST}
	andI    = instruction{VANDPS, VANDPD, VANDPS_BCST, VANDPD_BCST}
	orI     = instruction{VORPS, VORPD, VORPS_BCST, VORPD_BCST}
	xorI    = instruction{VXORPS, VXORPD, VXORPS_BCST, VXORPD_BCST}
	fma213I = instruction{VFMADD213PS, VFMADD213PD, VFMADD213PS_BCST, VFMADD213PD_BCST}
	fma231I = instruction{VFMADD231PS, VFMADD231PD, VFMADD231PS_BCST, VFMADD231PD_BCST}
	fnm231I = instruction{VFNMADD231PS, VFNMADD231PD, VFNMADD231PS_BCST, VFNMADD231PD_BCST}
	fms231I = instruction{VFMSUB231PS, VFMSUB231PD, VFMSUB231PS_BCST, VFMSUB231PD_BCST}
	cmpI    = instruction{VCMPPS, VCMPPD, VCMPPS_BCST, VCMPPD_BCST}
	addIntI = instruction{VPADDD, VPADDQ, VPADDD_BCST, VPADDQ_BCST}
	subIntI = instruction{VPSUBD, VPSUBQ, VPSUBD_BCST, VPSUBQ_BCST}
)

// emit writes an instruction, one of whose first two operands may be a number.
func (m vm) emit(f instruction, ops ...Op) {
	i := pick(m.t, 0, 1)
	for j, o := range ops[:min(2, len(ops))] {
		if n, ok := o.(number); ok {
			ops[j] = n.Mem
			if m.s.bytes == 64 {
				i |= 2
			}
		}
	}
	f[i](ops...)
}

func (m vm) fresh() vector {
	if m.s.bytes == 64 {
		return ZMM()
	}
	return YMM()
}

// zero returns a register of zeros.
func (m vm) zero() vector {
	v := m.fresh()
	m.s.zero(v)
	return v
}

// broadcast spreads an element in memory.
func (m vm) broadcast(x Mem) vector {
	v := m.fresh()
	pick(m.t, VBROADCASTSS, VBROADCASTSD)(x, v)
	return v
}

// in returns a register with a number, and a register as it is.
func (m vm) in(x Op) vector {
	if n, ok := x.(number); ok {
		return m.broadcast(n.Mem)
	}
	return x.(vector)
}

// clone returns a register that may be written.
func (m vm) clone(x Op) vector {
	if _, ok := x.(number); ok {
		return m.in(x)
	}
	v := m.fresh()
	pick(m.t, VMOVAPS, VMOVAPD)(x, v)
	return v
}

func (m vm) binary(f instruction, a, b Op) vector {
	v := m.fresh()
	m.emit(f, b, m.in(a), v)
	return v
}

func (m vm) add(a, b Op) vector { return m.binary(addI, a, b) }
func (m vm) sub(a, b Op) vector { return m.binary(subI, a, b) }
func (m vm) mul(a, b Op) vector { return m.binary(mulI, a, b) }
func (m vm) div(a, b Op) vector { return m.binary(divI, a, b) }
func (m vm) and(a, b Op) vector { return m.binary(andI, a, b) }
func (m vm) or(a, b Op) vector  { return m.binary(orI, a, b) }
func (m vm) xor(a, b Op) vector { return m.binary(xorI, a, b) }

// max and min give b where one of the two is NaN.
func (m vm) max(a, b Op) vector { return m.binary(maxI, a, b) }
func (m vm) min(a, b Op) vector { return m.binary(minI, a, b) }

// fma is a·b + c, fnma is c - a·b, fms is a·b - c, rounded once.
func (m vm) fma(a, b, c Op) vector  { return m.fused(fma231I, a, b, c) }
func (m vm) fnma(a, b, c Op) vector { return m.fused(fnm231I, a, b, c) }
func (m vm) fms(a, b, c Op) vector  { return m.fused(fms231I, a, b, c) }

func (m vm) fused(f instruction, a, b, c Op) vector {
	v := m.clone(c)
	m.emit(f, b, m.in(a), v)
	return v
}

// horner is the polynomial of x with these coefficients, the constant first.
func (m vm) horner(x vector, c ...float64) vector {
	p := m.in(m.number(c[len(c)-1]))
	for i := len(c) - 2; i >= 0; i-- {
		m.emit(fma213I, m.number(c[i]), x, p)
	}
	return p
}

// accumulate adds x to sum, in place.
func (m vm) accumulate(sum vector, x Op) { m.emit(addI, x, sum, sum) }

func (m vm) sqrt(x vector) vector {
	v := m.fresh()
	pick(m.t, VSQRTPS, VSQRTPD)(x, v)
	return v
}

// sign and abs take a number apart.
func (m vm) sign(x vector) vector { return m.and(x, m.bits(pick[uint64](m.t, 1<<31, 1<<63))) }
func (m vm) abs(x vector) vector  { return m.and(x, m.bits(pick[uint64](m.t, 1<<31-1, 1<<63-1))) }
func (m vm) neg(x vector) vector  { return m.xor(x, m.bits(pick[uint64](m.t, 1<<31, 1<<63))) }

// Comparisons; those with a Not are true where one of the two is NaN.
const (
	equal       = 0x00
	less        = 0x11
	notEqual    = 0x04
	notLess     = 0x15
	notAtMost   = 0x16
	greater     = 0x1e
	lessOrEqual = 0x12
)

// compare returns which lanes a predicate holds in: a mask register, with AVX2
// a vector.
func (m vm) compare(predicate uint8, a, b Op) Op {
	var lanes Op = m.fresh()
	if m.s.bytes == 64 {
		lanes = K()
	}
	if n, ok := b.(number); ok && m.s.bytes == 64 {
		cmpI[pick(m.t, 2, 3)](Imm(uint64(predicate)), n.Mem, m.in(a), lanes)
	} else {
		if ok {
			b = n.Mem
		}
		cmpI[pick(m.t, 0, 1)](Imm(uint64(predicate)), b, m.in(a), lanes)
	}
	return lanes
}

// choose is yes in the lanes that are set, no elsewhere.
func (m vm) choose(lanes, yes, no Op) vector {
	v := m.fresh()
	if m.s.bytes == 64 {
		pick(m.t, VBLENDMPS, VBLENDMPD)(m.in(yes), m.in(no), lanes, v)
	} else {
		pick(m.t, VBLENDVPS, VBLENDVPD)(lanes, m.in(yes), m.in(no), v)
	}
	return v
}

// keep is x in the lanes that are set, 0 elsewhere.
func (m vm) keep(lanes Op, x vector) vector {
	if m.s.bytes != 64 {
		return m.and(lanes, x)
	}
	v := m.fresh()
	pick(m.t, VMOVAPS_Z, VMOVAPD_Z)(x, lanes, v)
	return v
}

// reduce combines the lanes of x pairwise, in a fixed order, and spreads the
// result over all of them.
func (m vm) reduce(f instruction, x vector) vector {
	swap := func(shuffle func(...Op), imm uint64) {
		v := m.fresh()
		shuffle(Imm(imm), x, v)
		x = m.binary(f, x, v)
	}
	twice := func(g func(i, a, b, c Op)) func(...Op) {
		return func(o ...Op) { g(o[0], o[1], o[1], o[2]) }
	}
	if m.s.bytes == 64 {
		double := func(o ...Op) { VSHUFF64X2(o[0], o[1], o[1], o[2]) }
		swap(double, 0x4e)
		swap(double, 0xb1)
	} else {
		swap(twice(VPERM2F128), 0x01)
	}
	if m.t == single {
		swap(VPERMILPS, 0x4e)
		swap(VPERMILPS, 0xb1)
	} else {
		swap(VPERMILPD, 0x55)
	}
	return x
}
