package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pointwise writes loops over n whole vectors of slices, the fields of
// kernel.pointwiseArgs: n, up to five addresses, numbers. Callers do what is
// left over.
func pointwise(s isa, t element) {
	loop := func(name string, slices int, setup func(), body func(p []Mem, v []reg.VecPhysical)) {
		TEXT(name+t.name+s.name, NOSPLIT, "func(args *byte)")
		Pragma("noescape")
		Load(Param("args"), reg.R15)
		resume := flush()
		n := reg.RAX
		pointers := []reg.GPPhysical{reg.RBX, reg.RCX, reg.RDX, reg.RSI, reg.RDI}[:slices]
		MOVQ(Mem{Base: reg.R15}, n)
		var mem []Mem
		for i, p := range pointers {
			MOVQ(Mem{Base: reg.R15, Disp: 8 + 8*i}, p)
			mem = append(mem, Mem{Base: p})
		}
		setup()
		TESTQ(n, n)
		JE(LabelRef("end"))
		Label("loop")
		body(mem, s.vec)
		for _, p := range pointers {
			ADDQ(U8(s.bytes), p)
		}
		DECQ(n)
		JNE(LabelRef("loop"))
		Label("end")
		resume()
		VZEROUPPER()
		RET()
	}
	mov := pick(t, VMOVUPS, VMOVUPD)
	mul := pick(t, VMULPS, VMULPD)
	add := pick(t, VADDPS, VADDPD)
	sub := pick(t, VSUBPS, VSUBPD)
	// constant spreads a number that follows the addresses.
	constant := func(i int, v reg.VecPhysical) {
		pick(t, VBROADCASTSS, VBROADCASTSD)(Mem{Base: reg.R15, Disp: 48 + t.bytes*i}, v)
	}

	// dz = dy where y > 0, else 0.
	loop("reluGrad", 3, func() { s.zero(s.vec[15]) }, func(p []Mem, v []reg.VecPhysical) {
		mov(p[1], v[0])
		mov(p[2], v[1])
		if s.bytes == 64 {
			// Not less or equal: NaN passes the gradient on.
			pick(t, VCMPPS, VCMPPD)(Imm(6), v[15], v[1], reg.K1)
			pick(t, VMOVUPS_Z, VMOVUPD_Z)(v[0], reg.K1, v[0])
		} else {
			pick(t, VCMPPS, VCMPPD)(Imm(6), v[15], v[1], v[1])
			pick(t, VANDPS, VANDPD)(v[1], v[0], v[0])
		}
		mov(v[0], p[0])
	})
	// y += x.
	loop("add", 2, func() {}, func(p []Mem, v []reg.VecPhysical) {
		mov(p[0], v[0])
		add(p[1], v[0], v[0])
		mov(v[0], p[0])
	})
	// Adam: w, g, m, v; scale, 1-beta1, 1-beta2, lr, eps.
	loop("adam", 4, func() {
		for i := range 5 {
			constant(i, s.vec[10+i])
		}
	}, func(p []Mem, v []reg.VecPhysical) {
		mul(p[1], v[10], v[0]) // g
		mov(p[2], v[1])
		mov(p[3], v[2])
		sub(v[1], v[0], v[3])
		mul(v[11], v[3], v[3])
		add(v[3], v[1], v[1]) // m
		mul(v[0], v[0], v[4])
		sub(v[2], v[4], v[4])
		mul(v[12], v[4], v[4])
		add(v[4], v[2], v[2]) // v
		mov(v[1], p[2])
		mov(v[2], p[3])
		pick(t, VSQRTPS, VSQRTPD)(v[2], v[5])
		add(v[14], v[5], v[5])
		mul(v[13], v[1], v[6])
		pick(t, VDIVPS, VDIVPD)(v[5], v[6], v[6])
		mov(p[0], v[7])
		sub(v[6], v[7], v[7])
		mov(v[7], p[0])
	})
	// SGD: w -= f·g.
	loop("sgd", 2, func() { constant(0, s.vec[10]) }, func(p []Mem, v []reg.VecPhysical) {
		mul(p[1], v[10], v[0])
		mov(p[0], v[1])
		sub(v[0], v[1], v[1])
		mov(v[1], p[0])
	})
}
