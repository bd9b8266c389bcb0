// Pooling writes the assembly of max pooling. Run it from internal/kernel with
//
//	go generate .
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets of the fields of kernel.poolArgs.
const (
	argPixels = 8 * iota
	argWhole  // whole vectors of a pixel
	argMask   // lanes of the last vector: bits (AVX-512) or a pointer to lanes (AVX2); 0 for none
	argX
	argXStep // bytes from a pixel of x to the next
	argY
	argYStep // bytes from a pixel of y, and of places, to the next
	argPlaces
	argPlace // a number
)

func main() {
	ConstraintExpr("amd64,!noasm")
	for _, double := range []bool{false, true} {
		maxPool512(double)
		maxPool2(double)
		maxPoolGrad512(double)
		maxPoolGrad2(double)
	}
	Generate()
}

// pick returns the instruction for a type.
func pick[F any](double bool, f32, f64 F) F {
	if double {
		return f64
	}
	return f32
}

// The pixels of x, y and places under work, and the step from vector to vector.
var x, y, places, offset = reg.RBX, reg.RCX, reg.RDX, reg.RSI

// pixels writes a function that does whole vectors of each pixel and then the
// last lanes of it. Z15 or Y15 holds the place.
func pixels(name string, double bool, bytes int, mask func(), vector, last func(x, y, places Mem)) {
	TEXT(name+pick(double, "F32", "F64")+pick(bytes == 64, "AVX2", "AVX512"), NOSPLIT, "func(args *byte)")
	Pragma("noescape")
	Load(Param("args"), reg.R15.As64())
	field := func(offset int) Mem { return Mem{Base: reg.R15, Disp: offset} }
	MOVQ(field(argPixels), reg.RAX)
	MOVQ(field(argX), x)
	MOVQ(field(argY), y)
	MOVQ(field(argPlaces), places)
	MOVQ(field(argMask), reg.RDI)
	if bytes == 64 {
		pick(double, VBROADCASTSS, VBROADCASTSD)(field(argPlace), reg.Z15)
	} else {
		pick(double, VBROADCASTSS, VBROADCASTSD)(field(argPlace), reg.Y15)
	}
	mask()
	at := func(base reg.Register) Mem { return Mem{Base: base, Index: offset, Scale: 1} }
	Label("pixel")
	XORQ(offset, offset)
	MOVQ(field(argWhole), reg.R8)
	TESTQ(reg.R8, reg.R8)
	JE(LabelRef("last"))
	Label("vector")
	vector(at(x), at(y), at(places))
	ADDQ(U8(bytes), offset)
	DECQ(reg.R8)
	JNE(LabelRef("vector"))
	Label("last")
	TESTQ(reg.RDI, reg.RDI)
	JE(LabelRef("next"))
	last(at(x), at(y), at(places))
	Label("next")
	ADDQ(field(argXStep), x)
	ADDQ(field(argYStep), y)
	ADDQ(field(argYStep), places)
	DECQ(reg.RAX)
	JNE(LabelRef("pixel"))
	VZEROUPPER()
	RET()
}

// Predicates of comparisons.
const (
	equal     = 0
	unordered = 3
	greater   = 30
)

// maxPool: where x > y, or x is NaN, y = x and the place is this one.
func maxPool512(double bool) {
	load, loadLast := pick(double, VMOVUPS, VMOVUPD), pick(double, VMOVUPS_Z, VMOVUPD_Z)
	compare := pick(double, VCMPPS, VCMPPD)
	choose := func() {
		compare(Imm(greater), reg.Z1, reg.Z0, reg.K1)
		compare(Imm(unordered), reg.Z0, reg.Z0, reg.K2)
		KORW(reg.K1, reg.K2, reg.K1)
		load(reg.Z0, reg.K1, reg.Z1)
		load(reg.Z15, reg.K1, reg.Z2)
	}
	pixels("maxPool", double, 64, func() { KMOVW(reg.EDI, reg.K3) }, func(x, y, places Mem) {
		load(x, reg.Z0)
		load(y, reg.Z1)
		load(places, reg.Z2)
		choose()
		load(reg.Z1, y)
		load(reg.Z2, places)
	}, func(x, y, places Mem) {
		loadLast(x, reg.K3, reg.Z0)
		loadLast(y, reg.K3, reg.Z1)
		loadLast(places, reg.K3, reg.Z2)
		choose()
		load(reg.Z1, reg.K3, y)
		load(reg.Z2, reg.K3, places)
	})
}

func maxPool2(double bool) {
	load, loadLast := pick(double, VMOVUPS, VMOVUPD), pick(double, VMASKMOVPS, VMASKMOVPD)
	compare, or, blend := pick(double, VCMPPS, VCMPPD), pick(double, VORPS, VORPD), pick(double, VBLENDVPS, VBLENDVPD)
	choose := func() {
		compare(Imm(greater), reg.Y1, reg.Y0, reg.Y3)
		compare(Imm(unordered), reg.Y0, reg.Y0, reg.Y4)
		or(reg.Y3, reg.Y4, reg.Y3)
		blend(reg.Y3, reg.Y0, reg.Y1, reg.Y1)
		blend(reg.Y3, reg.Y15, reg.Y2, reg.Y2)
	}
	pixels("maxPool", double, 32, lanes2, func(x, y, places Mem) {
		load(x, reg.Y0)
		load(y, reg.Y1)
		load(places, reg.Y2)
		choose()
		load(reg.Y1, y)
		load(reg.Y2, places)
	}, func(x, y, places Mem) {
		loadLast(x, reg.Y14, reg.Y0)
		loadLast(y, reg.Y14, reg.Y1)
		loadLast(places, reg.Y14, reg.Y2)
		choose()
		loadLast(reg.Y1, reg.Y14, y)
		loadLast(reg.Y2, reg.Y14, places)
	})
}

// lanes2 keeps the mask of the last lanes in Y14.
func lanes2() {
	TESTQ(reg.RDI, reg.RDI)
	JE(LabelRef("pixel"))
	VMOVUPS(Mem{Base: reg.RDI}, reg.Y14)
}

// maxPoolGrad: where the place is this one, x += y.
func maxPoolGrad512(double bool) {
	load, loadLast := pick(double, VMOVUPS, VMOVUPD), pick(double, VMOVUPS_Z, VMOVUPD_Z)
	compare, add := pick(double, VCMPPS, VCMPPD), pick(double, VADDPS, VADDPD)
	pixels("maxPoolGrad", double, 64, func() { KMOVW(reg.EDI, reg.K3) }, func(x, y, places Mem) {
		load(places, reg.Z2)
		compare(Imm(equal), reg.Z15, reg.Z2, reg.K1)
		loadLast(y, reg.K1, reg.Z1)
		add(x, reg.Z1, reg.Z0)
		load(reg.Z0, x)
	}, func(x, y, places Mem) {
		loadLast(places, reg.K3, reg.Z2)
		loadLast(x, reg.K3, reg.Z0)
		compare(Imm(equal), reg.Z15, reg.Z2, reg.K1)
		KANDW(reg.K1, reg.K3, reg.K1)
		loadLast(y, reg.K1, reg.Z1)
		add(reg.Z0, reg.Z1, reg.Z0)
		load(reg.Z0, reg.K3, x)
	})
}

func maxPoolGrad2(double bool) {
	load, loadLast := pick(double, VMOVUPS, VMOVUPD), pick(double, VMASKMOVPS, VMASKMOVPD)
	compare, add, and := pick(double, VCMPPS, VCMPPD), pick(double, VADDPS, VADDPD), pick(double, VANDPS, VANDPD)
	sum := func() {
		compare(Imm(equal), reg.Y15, reg.Y2, reg.Y3)
		and(reg.Y3, reg.Y1, reg.Y1)
		add(reg.Y0, reg.Y1, reg.Y0)
	}
	pixels("maxPoolGrad", double, 32, lanes2, func(x, y, places Mem) {
		load(x, reg.Y0)
		load(y, reg.Y1)
		load(places, reg.Y2)
		sum()
		load(reg.Y0, x)
	}, func(x, y, places Mem) {
		loadLast(x, reg.Y14, reg.Y0)
		loadLast(y, reg.Y14, reg.Y1)
		loadLast(places, reg.Y14, reg.Y2)
		sum()
		loadLast(reg.Y0, reg.Y14, x)
	})
}
