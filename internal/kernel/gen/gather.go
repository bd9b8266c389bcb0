package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.gatherArgs.
const (
	gatherRows    = 8 * iota // rows to copy, at least 1
	gatherOrder              // their numbers
	gatherFrom               // first row
	gatherTo                 // memory for the copies
	gatherWidth              // bytes of a row
	gatherVectors            // whole vectors of a row
	gatherTail               // lanes of a last, partial vector: bits or an address, 0 for none
	gatherNear               // two addresses of a number for each row, which the caller reads next
	_
	gatherSize // bytes of such a number
)

const (
	gatherAhead = 12 // rows that are asked for ahead
	gatherLines = 4  // cache lines of each; the processor sees a longer row coming
)

// gather copies rows of memory in some order. Rows in random order come from
// memory one at a time unless they are asked for early.
func gather(s isa) {
	TEXT("gather"+s.name, NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15)
	left, order, from, to, width := reg.RAX, reg.RBX, reg.RSI, reg.RDI, reg.RDX
	row, offset, n, last, line, end := reg.R8, reg.R9, reg.R10, reg.R11, reg.R12, reg.RCX
	near := reg.R14
	MOVQ(field(gatherRows), left)
	MOVQ(field(gatherOrder), order)
	MOVQ(field(gatherFrom), from)
	MOVQ(field(gatherTo), to)
	MOVQ(field(gatherWidth), width)
	LEAQ(Mem{Base: order, Index: left, Scale: 8, Disp: -8}, last)
	v, tail := s.vec[0], s.vec[1]
	var lanes Op = tail
	MOVQ(field(gatherTail), reg.R13)
	if s.bytes == 64 {
		KMOVW(reg.R13L, reg.K1)
		lanes = reg.K1
	} else {
		TESTQ(reg.R13, reg.R13)
		JE(LabelRef("row"))
		VMOVUPS(Mem{Base: reg.R13}, tail)
	}
	Label("row")

	// Ask for a later row, the last one towards the end.
	LEAQ(Mem{Base: order, Disp: 8 * gatherAhead}, row)
	CMPQ(row, last)
	CMOVQHI(last, row)
	MOVQ(Mem{Base: row}, row)
	MOVQ(row, n)
	IMULQ(field(gatherSize), n)
	for i := range 2 {
		MOVQ(field(gatherNear+8*i), near)
		PREFETCHT0(Mem{Base: near, Index: n, Scale: 1})
	}
	IMULQ(width, row)
	ADDQ(from, row)
	LEAQ(Mem{Base: row, Index: width, Scale: 1, Disp: -1}, end)
	PREFETCHT0(Mem{Base: end})
	for i := range gatherLines {
		LEAQ(Mem{Base: row, Disp: 64 * i}, line)
		CMPQ(line, end)
		CMOVQHI(end, line)
		PREFETCHT0(Mem{Base: line})
	}

	MOVQ(Mem{Base: order}, row)
	IMULQ(width, row)
	ADDQ(from, row)
	XORQ(offset, offset)
	MOVQ(field(gatherVectors), n)
	TESTQ(n, n)
	JE(LabelRef("tail"))
	Label("vector")
	s.load(single, Mem{Base: row, Index: offset, Scale: 1}, v, nil)
	s.store(single, v, Mem{Base: to, Index: offset, Scale: 1}, nil)
	ADDQ(U8(s.bytes), offset)
	DECQ(n)
	JNE(LabelRef("vector"))
	Label("tail")
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef("next"))
	s.load(single, Mem{Base: row, Index: offset, Scale: 1}, v, lanes)
	s.store(single, v, Mem{Base: to, Index: offset, Scale: 1}, lanes)
	Label("next")
	ADDQ(width, to)
	ADDQ(U8(8), order)
	DECQ(left)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}
