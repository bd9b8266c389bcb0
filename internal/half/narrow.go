package half

import "math"

// Narrow16 returns the binary16 number nearest to v, the even one of two; what
// rounds beyond 65504 is infinite.
func Narrow16(v float64) uint16 {
	bits := math.Float64bits(v)
	sign := uint16(bits >> 48 & 0x8000)
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return sign | 0x7e00
	case a >= 65520: // half way to the next step
		return sign | 0x7c00
	case a < 1.0/(1<<14): // a multiple of 2^-24; 1024 of them are the first normal number
		return sign | uint16(math.RoundToEven(a*(1<<24)))
	default:
		// 1.f × 2^e: a fraction that rounds up to 1024 carries into the exponent.
		f, e := math.Frexp(a) // f from 1/2 to 1
		return sign | uint16((e+14)<<10) + uint16(math.RoundToEven((2*f-1)*1024))
	}
}
