package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is an instruction set: AVX-512 or AVX2 with FMA.
type isa struct {
	name    string
	bytes   int // of a vector register
	maxRows int // of a tile
	vec     []reg.VecPhysical
}

var (
	avx512 = isa{"AVX512", 64, 14, []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}}
	avx2 = isa{"AVX2", 32, 6, []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}}
)

// element is float32 or float64.
type element struct {
	name, gotype string
	bytes        int
}

var (
	single = element{"F32", "float32", 4}
	double = element{"F64", "float64", 8}
)

// pick returns the instruction for a type.
func pick[F any](t element, s, d F) F {
	if t == single {
		return s
	}
	return d
}

// zero clears a register.
func (s isa) zero(v Op) {
	if s.bytes == 64 {
		VPXORQ(v, v, v)
	} else {
		VXORPS(v, v, v)
	}
}

// load reads a vector; where mask is set, the lanes that it leaves out are 0
// and their memory is not touched.
func (s isa) load(t element, m Mem, v, mask Op) {
	switch {
	case mask == nil:
		pick(t, VMOVUPS, VMOVUPD)(m, v)
	case s.bytes == 64:
		pick(t, VMOVUPS_Z, VMOVUPD_Z)(m, mask, v)
	default:
		pick(t, VMASKMOVPS, VMASKMOVPD)(m, mask, v)
	}
}

// store writes the lanes that mask leaves in, all without one.
func (s isa) store(t element, v Op, m Mem, mask Op) {
	switch {
	case mask == nil:
		pick(t, VMOVUPS, VMOVUPD)(v, m)
	case s.bytes == 64:
		pick(t, VMOVUPS, VMOVUPD)(v, mask, m)
	default:
		pick(t, VMASKMOVPS, VMASKMOVPD)(v, mask, m)
	}
}

// flush makes tiny results and operands 0 while a kernel runs, as TensorFlow
// and XLA do: numbers below 1e-38, which gradients of sure predictions are full
// of, cost a hundred times as much as others. resume undoes it; what runs
// outside the kernel never notices.
func flush() (resume func()) {
	state := AllocLocal(8)
	STMXCSR(state)
	MOVL(state, reg.R14L)
	ORL(U32(1<<15|1<<6), reg.R14L)
	MOVL(reg.R14L, state.Offset(4))
	LDMXCSR(state.Offset(4))
	return func() { LDMXCSR(state) }
}
