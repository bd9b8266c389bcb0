package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"github.com/mmcloughlin/avo/attr"
)

// Offsets of the further fields of kernel.dropoutArgs.
const (
	dropValue = argNumbers + 4*iota
	dropLimit
	dropKey
	_
	dropStart
)

const dropStride = 0xd1342543de82ef95 // of the counter, as in kernel.DropoutMask

// multiply64 is a·b modulo 2^64, for a constant b.
func (m vm) multiply64(a vector, b uint64) vector {
	v := m.fresh()
	if m.s.bytes == 64 {
		VPMULLQ_BCST(m.bits(b).Mem, a, v)
		return v
	}
	high, cross := m.fresh(), m.fresh()
	VPSRLQ(Imm(32), a, high)
	VPMULUDQ(m.bits(b).Mem, high, high)
	VPMULUDQ(m.bits(b>>32).Mem, a, cross)
	VPADDQ(cross, high, high)
	VPSLLQ(Imm(32), high, high)
	VPMULUDQ(m.bits(b).Mem, a, v)
	VPADDQ(high, v, v)
	return v
}

// dropout writes kernel.DropoutMask for float32, from an even index on: a
// vector of hashes decides a vector of elements, since the halves of a word lie
// in memory in the order of the elements.
func dropout(s isa) {
	f, m := vm{s: s, t: single}, vm{s: s, t: double} // double: words of 64 bits
	words, stride := s.bytes/8, uint64(dropStride)
	lanes := GLOBL("dropLanes"+s.name, attr.RODATA|attr.NOPTR)
	for i := range words {
		DATA(8*i, U64(stride*uint64(i)))
	}
	elementwise(f, "dropout", 1, func(func(int) vector) func(p pass) {
		value := f.broadcast(field(dropValue))
		limit, key, counter := m.fresh(), m.fresh(), m.fresh()
		VPBROADCASTD(field(dropLimit), limit)
		VPBROADCASTQ(field(dropKey), key)
		VPBROADCASTQ(field(dropStart), counter)
		m.emit(addIntI, lanes, counter, counter)
		return func(p pass) {
			mixed := func(x vector, shift uint64) vector {
				v := m.fresh()
				VPSRLQ(Imm(shift), x, v)
				return m.xor(x, v)
			}
			x := m.binary(addIntI, m.xor(counter, key), m.bits(0x9e3779b97f4a7c15))
			x = m.multiply64(mixed(x, 30), 0xbf58476d1ce4e5b9)
			x = m.multiply64(mixed(x, 27), 0x94d049bb133111eb)
			x = mixed(x, 31)
			m.emit(addIntI, m.bits(stride*uint64(words)), counter, counter)
			kept := f.fresh()
			if s.bytes == 64 {
				k := K()
				VPCMPUD(Imm(5), limit, x, k) // not less
				VMOVAPS_Z(value, k, kept)
			} else {
				most := f.fresh()
				VPMAXUD(limit, x, most)
				VPCMPEQD(x, most, kept)
				kept = f.and(kept, value)
			}
			p.store(0, kept)
		}
	})
}
