package nprand

import (
	"math/bits"

	"gonum.org/v1/gonum/mathext/prng"
)

// Python is CPython's random.Random. Make one with NewPython; the zero value
// must be seeded first. It is not safe for concurrent use.
type Python struct {
	mt prng.MT19937
}

// NewPython returns random.Random(seed).
func NewPython(seed uint64) *Python {
	p := new(Python)
	p.Seed(seed)
	return p
}

// Seed starts the stream of NewPython(seed) afresh, in place.
func (p *Python) Seed(seed uint64) {
	keys := [2]uint32{uint32(seed), uint32(seed >> 32)}
	if keys[1] == 0 {
		p.mt.SeedFromKeys(keys[:1])
	} else {
		p.mt.SeedFromKeys(keys[:])
	}
}

// Random returns a number in [0, 1) with 53 random bits.
func (p *Python) Random() float64 { return double(&p.mt) }

// RandBelow returns an integer in [0, n), n below 2^32: randrange(n), and the
// index that choice picks from n elements. It panics outside that range.
func (p *Python) RandBelow(n int) int {
	if n < 1 || uint64(n) >= 1<<32 {
		panic("nprand: RandBelow wants 1 <= n < 2^32")
	}
	shift := 32 - bits.Len32(uint32(n))
	for {
		if v := p.mt.Uint32() >> shift; v < uint32(n) {
			return int(v)
		}
	}
}

// Sample returns k of the numbers 0 to n-1 without repetition, as
// sample(range(n), k). It panics for k > n.
func (p *Python) Sample(n, k int) []int {
	if k < 0 || k > n {
		panic("nprand: Sample wants 0 <= k <= n")
	}
	picked := make([]int, k)
	// CPython copies the population where that takes less memory than a set
	// of k elements, and remembers what it picked where not; the two ways use
	// the stream differently.
	setSize := 21
	if k > 5 {
		power := 4
		for power < 3*k {
			power *= 4
		}
		setSize += power
	}
	if n > setSize {
		seen := make(map[int]bool, k)
		for i := range picked {
			j := p.RandBelow(n)
			for seen[j] {
				j = p.RandBelow(n)
			}
			seen[j] = true
			picked[i] = j
		}
		return picked
	}
	pool := make([]int, n)
	for i := range pool {
		pool[i] = i
	}
	for i := range picked {
		j := p.RandBelow(n - i)
		picked[i] = pool[j]
		pool[j] = pool[n-i-1]
	}
	return picked
}
