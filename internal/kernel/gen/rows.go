package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.rowwiseArgs.
const (
	rowCount   = 8 * iota // rows
	rowVectors            // whole vectors of a row, 0 where a row fits one vector
	rowTail               // lanes of the last vector of a row
	rowStep               // bytes from a row to the next
	rowSlices             // five addresses: of rows, then of one number for each row
	rowNumbers = rowSlices + 5*8
)

// row is code for a row. A row that fits one vector stays in a register
// between passes; of a longer one something may be put in its result.
type row struct {
	vm
	short   bool
	rows    []reg.GPPhysical
	numbers []Mem
	lanes   Op
	kept    vector
	labels  *int
}

// each writes a pass over the vectors of the row.
func (r *row) each(body func(p pass)) {
	offset, n := reg.RCX, reg.RDX
	var slices []Mem
	for _, p := range r.rows {
		slices = append(slices, Mem{Base: p})
		if !r.short {
			slices[len(slices)-1].Index, slices[len(slices)-1].Scale = offset, 1
		}
	}
	if r.short {
		body(pass{r.vm, slices, r.lanes})
		return
	}
	*r.labels++
	loop, last := fmt.Sprintf("pass%d", *r.labels), fmt.Sprintf("last%d", *r.labels)
	XORQ(offset, offset)
	MOVQ(field(rowVectors), n)
	Label(loop)
	body(pass{r.vm, slices, nil})
	ADDQ(U8(r.s.bytes), offset)
	DECQ(n)
	JNE(LabelRef(loop))
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef(last))
	body(pass{r.vm, slices, r.lanes})
	Label(last)
}

// put keeps a vector of the row for a later pass, in slice i; get returns it.
func (r *row) put(p pass, i int, v vector) {
	if r.short {
		r.kept = v
	} else {
		p.store(i, v)
	}
}

func (r *row) get(p pass, i int) vector {
	if r.short {
		return r.kept
	}
	return p.load(i)
}

// own and setOwn are for number i of the row itself.
func (r *row) own(i int) vector { return r.broadcast(r.numbers[i]) }

func (r *row) setOwn(i int, v vector) { VMOVSS(v.AsX(), r.numbers[i]) }

func (r *row) total(v vector) vector { return r.reduce(addI, v) }

// rows writes a kernel that goes through rows.
func rows(m vm, name string, slices, numbers int, setup func(arg func(i int) vector) func(r *row)) {
	end := begin(m, name)
	count, step := reg.RAX, reg.RBX
	all := []reg.GPPhysical{reg.RSI, reg.RDI, reg.R8, reg.R9, reg.R10}
	r := row{vm: m, rows: all[:slices], labels: new(int)}
	MOVQ(field(rowCount), count)
	MOVQ(field(rowStep), step)
	for i, p := range all[:slices+numbers] {
		MOVQ(field(rowSlices+8*i), p)
		if i >= slices {
			r.numbers = append(r.numbers, Mem{Base: p})
		}
	}
	body := setup(func(i int) vector { return m.broadcast(field(rowNumbers + m.t.bytes*i)) })
	TESTQ(count, count)
	JE(LabelRef("end"))
	MOVQ(field(rowTail), reg.R13)
	// A row of whole vectors has no tail: read no lanes at address 0.
	var lanes Op
	if m.s.bytes == 64 {
		lanes = m.tail()
	} else {
		v := m.zero()
		TESTQ(reg.R13, reg.R13)
		JE(LabelRef("lanes"))
		VMOVUPS(Mem{Base: reg.R13}, v)
		Label("lanes")
		lanes = v
	}
	r.lanes = lanes
	MOVQ(field(rowVectors), reg.RDX)
	TESTQ(reg.RDX, reg.RDX)
	JNE(LabelRef("long"))
	for _, short := range []bool{true, false} {
		label := "long"
		if short {
			label = "short"
		}
		Label(label)
		each := r
		each.short = short
		body(&each)
		for i, p := range all[:slices+numbers] {
			if i < slices {
				ADDQ(step, p)
			} else {
				ADDQ(U8(m.t.bytes), p)
			}
		}
		DECQ(count)
		JNE(LabelRef(label))
		if short {
			JMP(LabelRef("end"))
		}
	}
	Label("end")
	end()
}
