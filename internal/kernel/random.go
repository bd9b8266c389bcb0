package kernel

// Hash64 is the finalizer of SplitMix64 (Steele, Lea and Flood 2014): a
// bijection of 64-bit words whose outputs for successive inputs pass as random.
// It serves as a counter-based generator: the i-th number of a stream does not
// need the ones before it, so a mask is the same however the work is cut.
func Hash64(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// DropoutMask fills mask with 1/(1-rate) where an element is kept, with
// probability 1-rate, and 0 where it is dropped. Element i is decided by the
// stream key and its index offset+i alone. A rate of 1 drops everything.
func DropoutMask[T Float](mask []T, key, offset uint64, rate float64) {
	if rate >= 1 {
		clear(mask)
		return
	}
	values := [2]T{T(1 / (1 - rate)), 0}
	limit := uint64(rate * (1 << 32)) // drop when the 32 random bits are below
	if offset&1 == 1 && len(mask) > 0 {
		dropout(mask[:1], key, offset, values, limit)
		mask, offset = mask[1:], offset+1
	}
	if !vectorDropout(mask, key, offset, values[0], limit) {
		dropout(mask, key, offset, values, limit)
	}
}

// dropStride is the distance of the counters of successive words.
const dropStride = 0xd1342543de82ef95

func dropout[T Float](mask []T, key, offset uint64, values [2]T, limit uint64) {
	for i := 0; i < len(mask); i++ {
		at := offset + uint64(i)
		// Two decisions come from one hash: the halves of a word. The top bit
		// of bits-limit is 1 where bits < limit: no branch to guess wrong.
		word := Hash64(key ^ (at>>1)*dropStride)
		if at&1 == 0 {
			mask[i] = values[(word&0xffffffff-limit)>>63]
			if i++; i == len(mask) {
				return
			}
		}
		mask[i] = values[(word>>32-limit)>>63]
	}
}
