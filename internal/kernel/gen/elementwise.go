package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.elementwiseArgs.
const (
	argVectors = 8 * iota // whole vectors
	argTail               // lanes of a last, partial vector: bits or an address, 0 for none
	argSlices             // five addresses
	argNumbers = argSlices + 5*8
)

// pass is code for one vector of each slice; lanes is set where it is partial.
// A partial vector takes the same instructions, so that a number does not
// depend on where in a slice it stands.
type pass struct {
	vm
	slice []Mem
	lanes Op
}

func (p pass) load(i int) vector {
	v := p.fresh()
	p.s.load(p.t, p.slice[i], v, p.lanes)
	return v
}

func (p pass) store(i int, v vector) { p.s.store(p.t, v, p.slice[i], p.lanes) }

// begin starts a kernel; the function that it returns ends it.
func begin(m vm, name string) (end func()) {
	TEXT(name+m.t.name+m.s.name, NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15)
	resume := func() {}
	if !m.gradual {
		resume = flush()
	}
	return func() {
		resume()
		VZEROUPPER()
		RET()
	}
}

func field(offset int) Mem { return Mem{Base: reg.R15, Disp: offset} }

// tail returns the lanes of the last vector, from R13.
func (m vm) tail() Op {
	if m.s.bytes == 64 {
		k := K()
		KMOVW(reg.R13L, k)
		return k
	}
	v := m.fresh()
	VMOVUPS(Mem{Base: reg.R13}, v)
	return v
}

// elementwise writes a loop over slices. setup gets the numbers of the
// arguments, in registers, and returns the code for a vector.
func elementwise(m vm, name string, slices int, setup func(arg func(i int) vector) func(p pass)) {
	end := begin(m, name)
	n := reg.RAX
	pointers := []reg.GPPhysical{reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI}[:slices]
	MOVQ(field(argVectors), n)
	var mem []Mem
	for i, p := range pointers {
		MOVQ(field(argSlices+8*i), p)
		mem = append(mem, Mem{Base: p})
	}
	body := setup(func(i int) vector { return m.broadcast(field(argNumbers + m.t.bytes*i)) })
	TESTQ(n, n)
	JE(LabelRef("tail"))
	Label("loop")
	body(pass{m, mem, nil})
	for _, p := range pointers {
		ADDQ(U8(m.s.bytes), p)
	}
	DECQ(n)
	JNE(LabelRef("loop"))
	Label("tail")
	MOVQ(field(argTail), reg.R13)
	TESTQ(reg.R13, reg.R13)
	JE(LabelRef("end"))
	body(pass{m, mem, m.tail()})
	Label("end")
	end()
}

// plain is a setup that needs no numbers.
func plain(body func(p pass)) func(func(int) vector) func(pass) {
	return func(func(int) vector) func(pass) { return body }
}

// pointwise writes what needs arithmetic only.
func pointwise(m vm) {
	// y += x.
	elementwise(m, "add", 2, plain(func(p pass) { p.store(0, p.add(p.load(0), p.load(1))) }))
	// y = a·b.
	elementwise(m, "multiply", 3, plain(func(p pass) { p.store(0, p.mul(p.load(1), p.load(2))) }))
	// r = c0·r + c1·x.
	elementwise(m, "blend", 2, func(arg func(int) vector) func(p pass) {
		old, fresh := arg(0), arg(1)
		return func(p pass) { p.store(0, p.add(p.mul(old, p.load(0)), p.mul(fresh, p.load(1)))) }
	})
}
