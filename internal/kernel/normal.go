package kernel

import "math"

// Normal fills z with draws from the normal distribution of mean 0 and variance
// 1 (Box and Muller 1958). Element i follows from the stream key and its index
// offset+i alone. None is farther from 0 than 6.8.
func Normal[T Float](z []T, key, offset uint64) {
	for i := 0; i < len(z); i++ {
		// Two draws come from one hash: a length and a direction.
		at := offset + uint64(i)
		word := Hash64(key ^ (at>>1)*dropStride)
		length := math.Sqrt(-2 * math.Log((float64(word>>32)+0.5)/(1<<32)))
		sin, cos := math.Sincos(2 * math.Pi * float64(word&0xffffffff) / (1 << 32))
		if at&1 == 0 {
			z[i] = T(length * cos)
			if i++; i == len(z) {
				return
			}
		}
		z[i] = T(length * sin)
	}
}
