package nprand

import (
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mathext/prng"
)

// RandomState is numpy.random.RandomState. Make one with New; the zero value
// must be seeded first. It is not safe for concurrent use. Drawing a number
// or seeding again allocates nothing.
type RandomState struct {
	mt       prng.MT19937
	gauss    float64 // second half of the last polar pair
	hasGauss bool
}

// New returns numpy.random.RandomState(seed).
func New(seed uint32) *RandomState {
	r := new(RandomState)
	r.Seed(seed)
	return r
}

// Seed starts the stream of New(seed) afresh, in place.
func (r *RandomState) Seed(seed uint32) {
	r.mt.Seed(uint64(seed))
	r.hasGauss = false
}

// Random returns a number in [0, 1) with 53 random bits (random_sample).
func (r *RandomState) Random() float64 { return double(&r.mt) }

// double takes two words: (a*2^26 + b) / 2^53 with a of 27 and b of 26 bits.
func double(mt *prng.MT19937) float64 {
	a, b := mt.Uint32()>>5, mt.Uint32()>>6
	return (float64(a)*(1<<26) + float64(b)) / (1 << 53)
}

// Uniform returns lo + (hi-lo)*u with u in [0, 1).
func (r *RandomState) Uniform(lo, hi float64) float64 {
	// The conversion keeps compilers from fusing the product into the sum,
	// which would round differently from one processor to another.
	return lo + float64((hi-lo)*r.Random())
}

// IntN returns an integer in [0, n), as randint(0, n). It draws nothing for
// n = 1 and panics for n < 1.
func (r *RandomState) IntN(n int) int {
	if n < 1 {
		panic("nprand: IntN of an empty range")
	}
	top := uint64(n - 1)
	if top == 0 {
		return 0
	}
	mask := uint64(1)<<bits.Len64(top) - 1
	for {
		var v uint64
		if top <= math.MaxUint32 {
			v = uint64(r.mt.Uint32()) & mask
		} else {
			v = r.mt.Uint64() & mask
		}
		if v <= top {
			return int(v)
		}
	}
}

// RandInt returns an integer in [lo, hi), as randint(lo, hi). It panics for
// hi <= lo.
func (r *RandomState) RandInt(lo, hi int) int { return lo + r.IntN(hi-lo) }

// Shuffle permutes n elements in place, as shuffle does; swap exchanges the
// elements i and j.
func (r *RandomState) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, r.IntN(i+1))
	}
}

// Permutation returns the numbers 0 to n-1 in random order.
func (r *RandomState) Permutation(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	r.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// Choice returns size of the numbers 0 to n-1, as choice(n, size, replace).
// Without replacement it is the head of a permutation, and size > n panics.
func (r *RandomState) Choice(n, size int, replace bool) []int {
	if !replace {
		return r.Permutation(n)[:size:size]
	}
	c := make([]int, size)
	for i := range c {
		c[i] = r.IntN(n)
	}
	return c
}
