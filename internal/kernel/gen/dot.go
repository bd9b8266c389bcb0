package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dots writes the product of a matrix and a vector, y[i] = A[i]·x: a layer
// with one unit. Fields of kernel.dotArgs: k in whole vectors, rows, A, bytes
// from a row to the next, x, y, bytes from an element of y to the next, and the
// lanes of the last, partial vector (bits or an address, 0 for none).
func dots(s isa, t element) {
	TEXT("dots"+t.name+s.name, NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15)
	resume := flush()
	field := func(i int) Mem { return Mem{Base: reg.R15, Disp: 8 * i} }
	rows, a, lda, y, ldy := reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI
	k, ap, xp := reg.RAX, reg.R8, reg.R9
	MOVQ(field(1), rows)
	MOVQ(field(2), a)
	MOVQ(field(3), lda)
	MOVQ(field(5), y)
	MOVQ(field(6), ldy)
	acc, v, mask := s.vec[0], s.vec[1], s.vec[2]
	var lanes Op = mask
	if s.bytes == 64 {
		MOVQ(field(7), reg.R13)
		KMOVW(reg.R13L, reg.K1)
		lanes = reg.K1
	}
	TESTQ(rows, rows)
	JE(LabelRef("end"))
	Label("row")
	MOVQ(field(0), k)
	MOVQ(a, ap)
	MOVQ(field(4), xp)
	s.zero(acc)
	TESTQ(k, k)
	JE(LabelRef("tail"))
	Label("loop")
	s.load(t, Mem{Base: ap}, v, nil)
	pick(t, VFMADD231PS, VFMADD231PD)(Mem{Base: xp}, v, acc)
	ADDQ(U8(s.bytes), ap)
	ADDQ(U8(s.bytes), xp)
	DECQ(k)
	JNE(LabelRef("loop"))
	Label("tail")
	MOVQ(field(7), reg.R13)
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef("sum"))
	if s.bytes == 32 {
		VMOVUPS(Mem{Base: reg.R13}, mask)
	}
	other := s.vec[3]
	s.load(t, Mem{Base: ap}, v, lanes)
	s.load(t, Mem{Base: xp}, other, lanes)
	pick(t, VFMADD231PS, VFMADD231PD)(other, v, acc)
	Label("sum")
	s.sum(t, 0, 1)
	pick(t, VMOVSS, VMOVSD)(reg.X0, Mem{Base: y})
	ADDQ(lda, a)
	ADDQ(ldy, y)
	DECQ(rows)
	JNE(LabelRef("row"))
	Label("end")
	resume()
	VZEROUPPER()
	RET()
}

// sum adds the lanes of vector register i pairwise, in a fixed order, into its
// first lane, with register j for help.
func (s isa) sum(t element, i, j int) {
	x := []reg.VecPhysical{reg.X0, reg.X1}
	y := []reg.VecPhysical{reg.Y0, reg.Y1}
	if s.bytes == 64 {
		VEXTRACTF64X4(Imm(1), s.vec[i], y[j])
		pick(t, VADDPS, VADDPD)(y[j], y[i], y[i])
	}
	VEXTRACTF128(Imm(1), y[i], x[j])
	pick(t, VADDPS, VADDPD)(x[j], x[i], x[i])
	if t == single {
		VHADDPS(x[i], x[i], x[i])
		VHADDPS(x[i], x[i], x[i])
	} else {
		VHADDPD(x[i], x[i], x[i])
	}
}
