package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.columnArgs.
const (
	columnVectors = 8 * iota // whole vectors of a row
	columnTail               // lanes of a last, partial vector
	columnRows               // rows
	columnStep               // bytes from a row to the next
	columnSlices             // eight addresses: three matrices, five rows of numbers
	columnNumber  = columnSlices + 8*8
)

// columns writes a kernel that goes through a matrix vector by vector of its
// columns, each from the first row to the last. setup gets the numbers of the
// columns as slices and returns the code for a row, and for after the last row;
// sizes holds the bytes of an element of the matrices and of the numbers.
func columns(m vm, name string, matrices, numbers []int, setup func(cols pass) (row func(p pass), done func())) {
	end := begin(m, name)
	rows, step, offset, blocks := reg.RAX, reg.RBX, reg.RCX, reg.RDX
	width := m.s.bytes / m.t.bytes
	type pointer struct {
		p    reg.GPPhysical
		size int
	}
	var pointers []pointer
	bind := func(first int, sizes []int, registers ...reg.GPPhysical) (mem []Mem) {
		for i, size := range sizes {
			MOVQ(field(columnSlices+8*(first+i)), registers[i])
			pointers = append(pointers, pointer{registers[i], size})
			mem = append(mem, Mem{Base: registers[i]})
		}
		return mem
	}
	matrix := bind(0, matrices, reg.RSI, reg.RDI, reg.R8)
	for i := range matrix {
		matrix[i].Index, matrix[i].Scale = offset, 1
	}
	column := bind(3, numbers, reg.R9, reg.R10, reg.R11, reg.R12, reg.R14)
	MOVQ(field(columnVectors), blocks)
	MOVQ(field(columnStep), step)
	block := func(label string, lanes Op) {
		row, done := setup(pass{m, column, lanes})
		XORQ(offset, offset)
		MOVQ(field(columnRows), rows)
		Label(label)
		row(pass{m, matrix, lanes})
		ADDQ(step, offset)
		DECQ(rows)
		JNE(LabelRef(label))
		done()
	}
	TESTQ(blocks, blocks)
	JE(LabelRef("tail"))
	Label("block")
	block("row", nil)
	for _, p := range pointers {
		ADDQ(U32(uint32(width*p.size)), p.p)
	}
	DECQ(blocks)
	JNE(LabelRef("block"))
	Label("tail")
	MOVQ(field(columnTail), reg.R13)
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef("end"))
	block("last", m.tail())
	Label("end")
	end()
}

// widened loads a vector of float32 as float64. AVX2 has the lanes of float64
// for a mask, whose even halves are those of float32.
func (p pass) widened(i int) vector {
	v := p.fresh()
	switch {
	case p.lanes == nil:
		VCVTPS2PD(p.slice[i], v)
	case p.s.bytes == 64:
		VCVTPS2PD_Z(p.slice[i], p.lanes, v)
	default:
		lanes, x := YMM(), XMM()
		VPERMILPS(Imm(0x88), p.lanes, lanes)
		VPERMQ(Imm(0x08), lanes, lanes)
		VMASKMOVPS(p.slice[i], lanes.AsX(), x)
		VCVTPS2PD(x, v)
	}
	return v
}

// batchNorm writes the kernels of batch normalisation, which round where
// kernel's plain Go does.
func batchNorm(s isa, t element) {
	m := vm{s: s, t: t}
	n := t.bytes
	nothing := func() {}
	if t == single {
		d := vm{s: s, t: double}
		// x; sum: sum += x.
		columns(d, "columnSum", []int{4}, []int{8}, func(cols pass) (func(p pass), func()) {
			sum := cols.load(0)
			return func(p pass) { p.accumulate(sum, p.widened(0)) }, func() { cols.store(0, sum) }
		})
		// x; sum, mean: sum += (x-mean)².
		columns(d, "columnSquares", []int{4}, []int{8, 4}, func(cols pass) (func(p pass), func()) {
			sum, mean := cols.load(0), cols.widened(1)
			return func(p pass) {
				x := p.sub(p.widened(0), mean)
				p.accumulate(sum, p.mul(x, x))
			}, func() { cols.store(0, sum) }
		})
	}
	// y, x; mean, inv, gamma, beta.
	columns(m, "normalize", []int{n, n}, []int{n, n, n, n}, func(cols pass) (func(p pass), func()) {
		mean, inv, gamma, beta := cols.load(0), cols.load(1), cols.load(2), cols.load(3)
		return func(p pass) {
			h := p.mul(p.sub(p.load(1), mean), inv)
			p.store(0, p.add(p.mul(h, gamma), beta))
		}, nothing
	})
	// dy, x; dgamma, dbeta, mean, inv.
	columns(m, "normalizeSums", []int{n, n}, []int{n, n, n, n}, func(cols pass) (func(p pass), func()) {
		dgamma, dbeta, mean, inv := cols.zero(), cols.zero(), cols.load(2), cols.load(3)
		return func(p pass) {
				g := p.load(0)
				p.accumulate(dbeta, g)
				p.accumulate(dgamma, p.mul(p.mul(g, p.sub(p.load(1), mean)), inv))
			}, func() {
				cols.store(0, dgamma)
				cols.store(1, dbeta)
			}
	})
	// dx, dy, x; dgamma, dbeta, mean, inv, gamma; rows.
	columns(m, "normalizeGrad", []int{n, n, n}, []int{n, n, n, n, n}, func(cols pass) (func(p pass), func()) {
		dgamma, dbeta, mean, inv, gamma := cols.load(0), cols.load(1), cols.load(2), cols.load(3), cols.load(4)
		rows := cols.broadcast(field(columnNumber))
		return func(p pass) {
			h := p.mul(p.sub(p.load(2), mean), inv)
			share := p.div(p.add(dbeta, p.mul(h, dgamma)), rows)
			p.store(0, p.mul(p.mul(inv, p.sub(p.load(1), share)), gamma))
		}, nothing
	})
}
