package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// formula is an elementwise step on rows of operands. What it reads is in the
// registers of the operands' numbers; the rest of the first ten are free.
type formula struct {
	operands int
	reads    []int
	compute  func(u unit, put func(i int, v reg.VecPhysical))
}

// formulas are in the order of kernel.rowFormula, whose comments say what they
// compute.
var formulas = []formula{
	{3, []int{1, 2}, func(u unit, put func(int, reg.VecPhysical)) { // rowProduct
		u.mul(1, 2, 0)
		put(0, u.vec(0))
	}},
	{3, []int{0, 1, 2}, func(u unit, put func(int, reg.VecPhysical)) { // rowAddProduct
		u.addProduct(1, 2, 0)
		put(0, u.vec(0))
	}},
	{5, []int{1, 2, 3, 4}, func(u unit, put func(int, reg.VecPhysical)) { // rowTwoProducts
		u.mul(3, 4, 0)
		u.addProduct(1, 2, 0)
		put(0, u.vec(0))
	}},
	{5, []int{2, 3, 4}, func(u unit, put func(int, reg.VecPhysical)) { // rowSpread
		u.mul(2, 3, 0)
		u.mul(2, 4, 1)
		put(0, u.vec(0))
		put(1, u.vec(1))
	}},
	{5, []int{1, 2, 3, 4}, func(u unit, put func(int, reg.VecPhysical)) { // rowSpreadAdd
		u.mul(2, 3, 0)
		u.addProduct(2, 4, 1)
		put(0, u.vec(0))
		put(1, u.vec(1))
	}},
	{4, []int{1, 2, 3}, func(u unit, put func(int, reg.VecPhysical)) { // rowMix
		u.move(3, 0)
		u.subProduct(1, 3, 0)
		u.addProduct(1, 2, 0)
		put(0, u.vec(0))
	}},
	{7, []int{3, 4, 5, 6}, func(u unit, put func(int, reg.VecPhysical)) { // rowMixGrad
		u.sub(5, 6, 0)
		u.mul(0, 3, 0)
		u.mul(3, 4, 2)
		u.sub(3, 2, 1)
		put(0, u.vec(0))
		put(1, u.vec(1))
		put(2, u.vec(2))
	}},
	{9, []int{2, 4, 5, 6, 7, 8}, func(u unit, put func(int, reg.VecPhysical)) { // rowLSTMGrad
		u.add(2, 4, 4)
		for i, factor := range []int{7, 8, 5, 6} {
			u.mul(4, factor, 9)
			put(i, u.vec(9))
		}
	}},
}

// The instructions take numbers of registers: two operands and the result.

func (u unit) mul(a, b, to int) { pick(u, VMULPS, VMULPD)(u.vec(a), u.vec(b), u.vec(to)) }
func (u unit) add(a, b, to int) { pick(u, VADDPS, VADDPD)(u.vec(a), u.vec(b), u.vec(to)) }
func (u unit) sub(a, b, to int) { pick(u, VSUBPS, VSUBPD)(u.vec(b), u.vec(a), u.vec(to)) }
func (u unit) move(a, to int)   { pick(u, VMOVAPS, VMOVAPD)(u.vec(a), u.vec(to)) }

func (u unit) addProduct(a, b, to int) {
	pick(u, VFMADD231PS, VFMADD231PD)(u.vec(a), u.vec(b), u.vec(to))
}

func (u unit) subProduct(a, b, to int) {
	pick(u, VFNMADD231PS, VFNMADD231PD)(u.vec(a), u.vec(b), u.vec(to))
}
