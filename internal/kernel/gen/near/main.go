// Near writes the assembly that looks for near rows. Run it from
// internal/kernel with
//
//	go generate .
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Predicates of comparisons.
const (
	atMost     = 18 // false where one is NaN
	notGreater = 26 // true where one is NaN
)

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, s := range []set{{"AVX512", 64, 14}, {"AVX2", 32, 6}} {
		s.boxes()
		s.rows()
		s.below()
	}
	Generate()
}

// set is an instruction set.
type set struct {
	name  string
	bytes int // of a vector
	tile  int // queries that go through below together
}

func (s set) vec(i int) reg.VecPhysical {
	if s.bytes == 64 {
		return []reg.VecPhysical{
			reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
			reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
		}[i]
	}
	return []reg.VecPhysical{reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15}[i]
}

func (s set) begin(name string) {
	TEXT(name+s.name, NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15)
}

func field(i int) Mem { return Mem{Base: reg.R15, Disp: 8 * i} }

func end() {
	VZEROUPPER()
	RET()
}

// mask compares vectors with a limit and puts a bit for each lane into to,
// through help and a mask register of the same number.
func (s set) mask(predicate uint64, limit reg.VecPhysical, acc []reg.VecPhysical, to, help reg.GPPhysical) {
	for i, a := range acc {
		r := help
		if i == 0 {
			r = to
		}
		if s.bytes == 64 {
			VCMPPS(Imm(predicate), limit, a, reg.K1)
			KMOVW(reg.K1, r.As32())
		} else {
			VCMPPS(Imm(predicate), limit, a, a)
			VMOVMSKPS(a, r.As32())
		}
		if i > 0 {
			SHLL(U8(i*s.bytes/4), r.As32())
			ORL(r.As32(), to.As32())
		}
	}
}

// distances adds up, column by column, the squared distances of a query from
// the 16 boxes at R8. Fields 0 and 1 are the columns and the query.
func (s set) distances() (acc []reg.VecPhysical) {
	n := 64 / s.bytes
	for i := range n {
		acc = append(acc, s.vec(i))
		VXORPS(s.vec(i).(reg.Vec).AsY(), s.vec(i).(reg.Vec).AsY(), s.vec(i).(reg.Vec).AsY())
	}
	zero, q, t, u := s.vec(n), s.vec(n+1), s.vec(n+2), s.vec(n+3)
	VXORPS(zero.(reg.Vec).AsY(), zero.(reg.Vec).AsY(), zero.(reg.Vec).AsY())
	MOVQ(field(0), reg.RAX)
	MOVQ(field(1), reg.RBX)
	Label("boxes")
	VBROADCASTSS(Mem{Base: reg.RBX}, q)
	for i := range n {
		VMOVUPS(Mem{Base: reg.R8, Disp: i * s.bytes}, t)
		VSUBPS(q, t, t)
		VSUBPS(Mem{Base: reg.R8, Disp: 64 + i*s.bytes}, q, u)
		// The last source is what comes out where one is NaN.
		VMAXPS(t, u, t)
		VMAXPS(t, zero, t)
		VFMADD231PS(t, t, acc[i])
	}
	ADDQ(U8(4), reg.RBX)
	ADDQ(U8(128), reg.R8)
	DECQ(reg.RAX)
	JNE(LabelRef("boxes"))
	return acc
}

// boxes: fields columns, query, boxes, where the distances go.
func (s set) boxes() {
	s.begin("nearBoxes")
	MOVQ(field(2), reg.R8)
	acc := s.distances()
	MOVQ(field(3), reg.R9)
	for i, a := range acc {
		VMOVUPS(a, Mem{Base: reg.R9, Disp: i * s.bytes})
	}
	end()
}

// rows: fields columns, query, boxes, masks, panels, bytes of a panel, limit
// (float32), hits, sums.
func (s set) rows() {
	s.begin("nearRows")
	MOVQ(field(2), reg.R8)
	acc := s.distances()
	limit := s.vec(12)
	VBROADCASTSS(field(6), limit)
	left, help, child, p, hits := reg.RCX, reg.RDX, reg.RSI, reg.RDI, reg.R10
	s.mask(atMost, limit, acc, left, help)
	XORQ(hits, hits)
	TESTL(left.As32(), left.As32())
	JE(LabelRef("done"))
	n := 128 / s.bytes
	sums := []reg.VecPhysical{}
	for i := range n {
		sums = append(sums, s.vec(i))
	}
	q, t := s.vec(n), func(i int) reg.VecPhysical { return s.vec(n + 1 + i) }
	Label("panel")
	BSFL(left.As32(), child.As32())
	MOVQ(child, p)
	IMULQ(field(5), p)
	ADDQ(field(4), p)
	MOVQ(field(0), reg.RAX)
	MOVQ(field(1), reg.RBX)
	for i := range n {
		y := sums[i].(reg.Vec).AsY()
		VXORPS(y, y, y)
	}
	Label("column")
	VBROADCASTSS(Mem{Base: reg.RBX}, q)
	for i := range n {
		VSUBPS(Mem{Base: p, Disp: i * s.bytes}, q, t(i))
	}
	for i := range n {
		VFMADD231PS(t(i), t(i), sums[i])
	}
	ADDQ(U8(4), reg.RBX)
	SUBQ(I32(-128), p)
	DECQ(reg.RAX)
	JNE(LabelRef("column"))
	MOVQ(child, reg.R9)
	SHLQ(U8(7), reg.R9)
	ADDQ(field(8), reg.R9)
	for i, sum := range sums {
		VMOVUPS(sum, Mem{Base: reg.R9, Disp: i * s.bytes})
	}
	s.mask(atMost, limit, sums, reg.R12, help)
	MOVQ(field(3), reg.R9)
	MOVL(reg.R12L, Mem{Base: reg.R9, Index: child, Scale: 4})
	TESTL(reg.R12L, reg.R12L)
	JE(LabelRef("next"))
	BTSL(child.As32(), hits.As32())
	Label("next")
	LEAL(Mem{Base: left, Disp: -1}, help.As32())
	ANDL(help.As32(), left.As32())
	JNE(LabelRef("panel"))
	Label("done")
	MOVQ(hits, field(7))
	end()
}

// below: fields columns, tiles of queries, queries, panel, norms, limits, masks.
func (s set) below() {
	s.begin("nearBelow")
	half := 2 * s.bytes // of a row of the panel goes through at a time
	acc := func(i, j int) reg.VecPhysical { return s.vec(2*i + j) }
	b := []reg.VecPhysical{s.vec(2 * s.tile), s.vec(2*s.tile + 1)}
	a := []reg.VecPhysical{s.vec(2*s.tile + 2), s.vec(2*s.tile + 3)}
	tiles, ap, bp, limits, masks := reg.RCX, reg.RBX, reg.RSI, reg.R8, reg.R9
	MOVQ(field(1), tiles)
	MOVQ(field(5), limits)
	MOVQ(field(6), masks)
	MOVQ(field(2), reg.R10)
	Label("tile")
	for h := 0; h < 128; h += half {
		loop := fmt.Sprintf("loop%d", h)
		MOVQ(field(0), reg.RAX)
		MOVQ(reg.R10, ap)
		MOVQ(field(3), bp)
		MOVQ(field(4), reg.R11)
		for j := range 2 {
			VMOVUPS(Mem{Base: reg.R11, Disp: h + j*s.bytes}, acc(0, j))
			for i := 1; i < s.tile; i++ {
				VMOVAPS(acc(0, j), acc(i, j))
			}
		}
		Label(loop)
		for j := range 2 {
			VMOVUPS(Mem{Base: bp, Disp: h + j*s.bytes}, b[j])
		}
		for i := range s.tile {
			VBROADCASTSS(Mem{Base: ap, Disp: 4 * i}, a[i%2])
			for j := range 2 {
				VFNMADD231PS(b[j], a[i%2], acc(i, j))
			}
		}
		ADDQ(U8(4*s.tile), ap)
		SUBQ(I32(-128), bp)
		DECQ(reg.RAX)
		JNE(LabelRef(loop))
		for i := range s.tile {
			VBROADCASTSS(Mem{Base: limits, Disp: 4 * i}, a[i%2])
			s.mask(notGreater, a[i%2], []reg.VecPhysical{acc(i, 0), acc(i, 1)}, reg.RDX, reg.RDI)
			if half == 128 {
				MOVL(reg.EDX, Mem{Base: masks, Disp: 4 * i})
			} else {
				MOVW(reg.DX, Mem{Base: masks, Disp: 4*i + h/32})
			}
		}
	}
	MOVQ(ap, reg.R10)
	ADDQ(U8(4*s.tile), limits)
	ADDQ(U8(4*s.tile), masks)
	DECQ(tiles)
	JNE(LabelRef("tile"))
	end()
}
