// Package half widens floating point numbers of 16 bits. It imports the
// standard library only.
package half

import "math"

// Float16 widens an IEEE 754 binary16 number: 1 bit of sign, 5 of exponent, 10
// of fraction.
func Float16(b uint16) float32 {
	sign, exponent, fraction := uint32(b>>15)<<31, uint32(b>>10)&31, uint32(b)&1023
	switch exponent {
	case 0: // zero, or fraction·2^-24
		v := float32(fraction) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(v))
	case 31: // infinity or NaN
		return math.Float32frombits(sign | 255<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// BFloat16 widens a bfloat16 number: the upper half of a float32.
func BFloat16(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }
