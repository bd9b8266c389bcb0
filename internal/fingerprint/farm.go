package fingerprint

import (
	"encoding/binary"
	"math/bits"
)

// Odd numbers that the mixing multiplies by.
const (
	m0 = 0xc3a5c85c97cb3127
	m1 = 0xb492b66fbe98f273
	m2 = 0x9ae16a3b2f90404f
)

// Farm returns the Fingerprint64 of FarmHash, the hash without a salt.
//
// Source: Pike and Alakuijala, FarmHash, function Fingerprint64.
func Farm(s []byte) uint64 {
	n := len(s)
	mul := m2 + 2*uint64(n)
	switch {
	case n == 0:
		return m2
	case n < 4:
		y := uint64(uint32(s[0]) + uint32(s[n>>1])<<8)
		z := uint64(uint32(n) + uint32(s[n-1])<<2)
		return shift(y*m2^z*m0) * m2
	case n < 8:
		return pair(uint64(n)+u32(s)<<3, u32(s[n-4:]), mul)
	case n <= 16:
		a, b := u64(s)+m2, u64(s[n-8:])
		return pair(right(b, 37)*mul+a, (right(a, 25)+b)*mul, mul)
	case n <= 32:
		return quarter(u64(s)*m1, u64(s[8:]), u64(s[n-8:])*mul, u64(s[n-16:])*m2, m2, mul)
	case n <= 64:
		a, b, c, d := u64(s)*m2, u64(s[8:]), u64(s[n-8:])*mul, u64(s[n-16:])*m2
		y := right(a+b, 43) + right(c, 30) + d
		z := quarter(a, b, c, d, m2, mul)
		return quarter(u64(s[16:])*mul, u64(s[24:]), (y+u64(s[n-32:]))*mul, (z+u64(s[n-24:]))*mul, a, mul)
	}
	return long(s)
}

// long hashes more than 64 bytes: whole blocks of 64, then the last 64 bytes.
func long(s []byte) uint64 {
	x := uint64(81)
	y := x*m1 + 113
	st := blocks{x: x*m2 + u64(s), y: y, z: shift(y*m2+113) * m2}
	for at := 0; at < len(s)-1-(len(s)-1)%64; at += 64 {
		st.mix(s[at:], m1, 1)
	}
	mul := m1 + (st.z&0xff)<<1
	st.w[0] += uint64((len(s) - 1) & 63)
	st.v[0] += st.w[0]
	st.w[0] += st.v[0]
	st.mix(s[len(s)-64:], mul, 9)
	return pair(pair(st.v[0], st.w[0], mul)+shift(st.y)*m0+st.z, pair(st.v[1], st.w[1], mul)+st.x, mul)
}

// blocks is what is carried from block to block.
type blocks struct {
	x, y, z uint64
	v, w    [2]uint64
}

// mix takes in a block of 64 bytes. The last one has 9 for times,
// the others 1.
func (b *blocks) mix(s []byte, mul, times uint64) {
	b.x = right(b.x+b.y+b.v[0]+u64(s[8:]), 37) * mul
	b.y = right(b.y+b.v[1]+u64(s[48:]), 42) * mul
	b.x ^= b.w[1] * times
	b.y += b.v[0]*times + u64(s[40:])
	b.z = right(b.z+b.w[0], 33) * mul
	b.v = weak(s, b.v[1]*mul, b.x+b.w[0])
	b.w = weak(s[32:], b.z+b.w[1], b.y+u64(s[16:]))
	b.x, b.z = b.z, b.x
}

// weak adds 32 bytes to a pair of words.
func weak(s []byte, a, b uint64) [2]uint64 {
	a += u64(s)
	b = right(b+a+u64(s[24:]), 21)
	c := a
	a += u64(s[8:]) + u64(s[16:])
	b += right(a, 44)
	return [2]uint64{a + u64(s[24:]), b + c}
}

// quarter mixes four words, and k into them.
func quarter(a, b, c, d, k, mul uint64) uint64 {
	return pair(right(a+b, 43)+right(c, 30)+d, a+right(b+k, 18)+c, mul)
}

func pair(u, v, mul uint64) uint64 {
	a := shift((u ^ v) * mul)
	return shift((v^a)*mul) * mul
}

func shift(v uint64) uint64         { return v ^ v>>47 }
func right(v uint64, by int) uint64 { return bits.RotateLeft64(v, -by) }
func u64(s []byte) uint64           { return binary.LittleEndian.Uint64(s) }
func u32(s []byte) uint64           { return uint64(binary.LittleEndian.Uint32(s)) }
