package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.tileArgs.
const (
	argK     = 8 * iota // products to add up
	argA                // first element of A
	argRSA              // bytes from a row of op(A) to the next
	argCSA              // bytes from a column of op(A) to the next
	argB                // first element of B
	argLDB              // bytes from a row of B to the next
	argC                // first element of C
	argLDC              // bytes from a row of C to the next
	argBias             // added to every row of C, or nil
	argMask             // lanes of the last vector: bits (AVX-512) or a pointer to lanes (AVX2)
	argFlags            // 1 add to C, 2 rectify
)

// tile writes the kernel for a tile of C of so many rows and vector columns,
// the last of which may be partial:
//
//	C = op(A)·B (+ C) (+ bias), rectified if asked for
//
// A is read element by element at any stride, so it may stand transposed; B
// row by row. The accumulators stay in registers for all of k.
func tile(s isa, t element, rows, cols int) {
	TEXT(fmt.Sprintf("tile%s%s%dx%d", t.name, s.name, rows, cols), NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15)
	resume := flush()
	field := func(off int) Mem { return Mem{Base: reg.R15, Disp: off} }

	acc := func(i, j int) reg.VecPhysical { return s.vec[i*cols+j] }
	b := s.vec[rows*cols : rows*cols+cols]
	temps := s.vec[rows*cols+cols:]
	temps = temps[:min(2, len(temps))]

	// Row i of A is at one of three pointers, five rows apart, plus 0 to 4 strides.
	k, rsa, rsa3, csa, bp, ldb, cp, ldc := reg.RAX, reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI, reg.R8, reg.R9
	ap := []reg.GPPhysical{reg.R10, reg.R11, reg.R12}
	row := func(i int) Mem {
		m := Mem{Base: ap[i/5]}
		switch i % 5 {
		case 1, 2, 4:
			m.Index, m.Scale = rsa, uint8(i%5)
		case 3:
			m.Index, m.Scale = rsa3, 1
		}
		return m
	}
	pointers := ap[:(rows+4)/5]

	MOVQ(field(argK), k)
	MOVQ(field(argA), ap[0])
	MOVQ(field(argRSA), rsa)
	MOVQ(field(argCSA), csa)
	MOVQ(field(argB), bp)
	MOVQ(field(argLDB), ldb)
	MOVQ(field(argC), cp)
	MOVQ(field(argLDC), ldc)
	LEAQ(Mem{Base: rsa, Index: rsa, Scale: 2}, rsa3)
	for i := 1; i < len(pointers); i++ {
		LEAQ(Mem{Base: ap[i-1], Index: rsa, Scale: 4}, ap[i])
		ADDQ(rsa, ap[i])
	}
	// mask is for the last vector of a row. AVX2 keeps it in memory until the
	// loop is over and reads B in full: callers pad it.
	var mask Op
	if s.bytes == 64 {
		MOVQ(field(argMask), reg.R13)
		KMOVW(reg.R13L, reg.K1)
		mask = reg.K1
	}
	for i := range rows {
		for j := range cols {
			s.zero(acc(i, j))
		}
	}
	TESTQ(k, k)
	JE(LabelRef("done"))
	Label("loop")
	for j := range cols {
		m := Mem{Base: bp, Disp: j * s.bytes}
		if j == cols-1 && s.bytes == 64 {
			s.load(t, m, b[j], mask)
		} else {
			s.load(t, m, b[j], nil)
		}
	}
	for i := range rows {
		v := temps[i%len(temps)]
		if cols == 1 && s.bytes == 64 {
			pick(t, VFMADD231PS_BCST, VFMADD231PD_BCST)(row(i), b[0], acc(i, 0))
			continue
		}
		pick(t, VBROADCASTSS, VBROADCASTSD)(row(i), v)
		for j := range cols {
			pick(t, VFMADD231PS, VFMADD231PD)(b[j], v, acc(i, j))
		}
	}
	for _, p := range pointers {
		ADDQ(csa, p)
	}
	ADDQ(ldb, bp)
	DECQ(k)
	JNE(LabelRef("loop"))

	Label("done")
	lanes := func(j int) Op {
		if j == cols-1 {
			return mask
		}
		return nil
	}
	if s.bytes == 32 {
		MOVQ(field(argMask), reg.R13)
		VMOVUPS(Mem{Base: reg.R13}, b[0])
		mask = b[0]
	}
	MOVQ(field(argFlags), reg.R14)
	v := temps[0]

	// Add what is in C.
	TESTQ(U32(1), reg.R14)
	JE(LabelRef("bias"))
	MOVQ(cp, reg.R13)
	for i := range rows {
		for j := range cols {
			s.load(t, Mem{Base: reg.R13, Disp: j * s.bytes}, v, lanes(j))
			pick(t, VADDPS, VADDPD)(v, acc(i, j), acc(i, j))
		}
		ADDQ(ldc, reg.R13)
	}
	Label("bias")
	MOVQ(field(argBias), reg.R13)
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef("rectify"))
	for j := range cols {
		s.load(t, Mem{Base: reg.R13, Disp: j * s.bytes}, v, lanes(j))
		for i := range rows {
			pick(t, VADDPS, VADDPD)(v, acc(i, j), acc(i, j))
		}
	}
	Label("rectify")
	TESTQ(U32(2), reg.R14)
	JE(LabelRef("store"))
	s.zero(v)
	for i := range rows {
		for j := range cols {
			// The second source is what comes out where one is NaN.
			pick(t, VMAXPS, VMAXPD)(acc(i, j), v, acc(i, j))
		}
	}
	Label("store")
	for i := range rows {
		for j := range cols {
			s.store(t, acc(i, j), Mem{Base: cp, Disp: j * s.bytes}, lanes(j))
		}
		if i < rows-1 {
			ADDQ(ldc, cp)
		}
	}
	resume()
	VZEROUPPER()
	RET()
}
