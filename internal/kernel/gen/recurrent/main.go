// Recurrent writes the assembly of the elementwise steps of recurrent layers.
// Run it from internal/kernel with
//
//	go generate .
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.rowArgs.
const (
	argFormula = 8 * iota
	argRows
	argWhole              // whole vectors of a row
	argMask               // lanes of the last vector: bits (AVX-512) or a pointer to lanes (AVX2); 0 for none
	argP                  // operands
	argStep  = argP + 8*9 // bytes from a row of an operand to the next
)

// The rows under work, and the step from vector to vector.
var (
	pointers = []reg.GPPhysical{reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI, reg.R8, reg.R9, reg.R10, reg.R11}
	offset   = reg.RAX
)

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, bytes := range []int{64, 32} {
		for _, double := range []bool{false, true} {
			rows(unit{bytes, double})
		}
	}
	Generate()
}

// unit is a set of instructions for a type.
type unit struct {
	bytes  int // of a vector
	double bool
}

// pick returns the instruction for a type.
func pick[F any](u unit, f32, f64 F) F {
	if u.double {
		return f64
	}
	return f32
}

func (u unit) vec(i int) reg.VecPhysical {
	z := []reg.VecPhysical{reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9}
	y := []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9}
	if u.bytes == 64 {
		return z[i]
	}
	return y[i]
}

// rows writes a function with a loop over rows for each formula.
func rows(u unit) {
	TEXT("rows"+pick(u, "F32", "F64")+map[int]string{64: "AVX512", 32: "AVX2"}[u.bytes], NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15.As64())
	field := func(offset int) Mem { return Mem{Base: reg.R15, Disp: offset} }
	resume := flush()
	for i, p := range pointers {
		MOVQ(field(argP+8*i), p)
	}
	MOVQ(field(argMask), reg.R12)
	if u.bytes == 64 {
		KMOVW(reg.R12L, reg.K1)
	} else {
		TESTQ(reg.R12, reg.R12)
		JE(LabelRef("choose"))
		VMOVUPS(Mem{Base: reg.R12}, reg.Y15)
		Label("choose")
	}
	MOVQ(field(argFormula), reg.R13)
	for i := range formulas {
		CMPQ(reg.R13, U8(i))
		JE(LabelRef(fmt.Sprint("formula", i)))
	}
	for i, f := range formulas {
		Label(fmt.Sprint("formula", i))
		label := func(s string) string { return fmt.Sprint(s, i) }
		XORQ(offset, offset)
		MOVQ(field(argWhole), reg.R13)
		TESTQ(reg.R13, reg.R13)
		JE(LabelRef(label("last")))
		Label(label("vector"))
		f.write(u, false)
		ADDQ(U8(u.bytes), offset)
		DECQ(reg.R13)
		JNE(LabelRef(label("vector")))
		Label(label("last"))
		TESTQ(reg.R12, reg.R12)
		JE(LabelRef(label("next")))
		f.write(u, true)
		Label(label("next"))
		for j := range f.operands {
			ADDQ(field(argStep+8*j), pointers[j])
		}
		DECQ(field(argRows))
		JNE(LabelRef(label("formula")))
		JMP(LabelRef("end"))
	}
	Label("end")
	resume()
	VZEROUPPER()
	RET()
}

// flush makes tiny results and operands 0 until resume: gradients that fade on
// their way back through time are full of them, and they cost a hundred times
// as much as others.
func flush() (resume func()) {
	state := AllocLocal(8)
	STMXCSR(state)
	MOVL(state, reg.R13L)
	ORL(U32(1<<15|1<<6), reg.R13L)
	MOVL(reg.R13L, state.Offset(4))
	LDMXCSR(state.Offset(4))
	return func() { LDMXCSR(state) }
}

// write writes a formula for one vector: the operands that it reads are in the
// registers of their numbers, and results go back to the operands.
func (f formula) write(u unit, last bool) {
	at := func(i int) Mem { return Mem{Base: pointers[i], Index: offset, Scale: 1} }
	for _, i := range f.reads {
		switch {
		case !last:
			pick(u, VMOVUPS, VMOVUPD)(at(i), u.vec(i))
		case u.bytes == 64:
			pick(u, VMOVUPS_Z, VMOVUPD_Z)(at(i), reg.K1, u.vec(i))
		default:
			pick(u, VMASKMOVPS, VMASKMOVPD)(at(i), reg.Y15, u.vec(i))
		}
	}
	f.compute(u, func(i int, v reg.VecPhysical) {
		switch {
		case !last:
			pick(u, VMOVUPS, VMOVUPD)(v, at(i))
		case u.bytes == 64:
			pick(u, VMOVUPS, VMOVUPD)(v, reg.K1, at(i))
		default:
			pick(u, VMASKMOVPS, VMASKMOVPD)(v, reg.Y15, at(i))
		}
	})
}
