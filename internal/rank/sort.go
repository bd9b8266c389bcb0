package rank

import (
	"math"
	"math/bits"
)

// number is what scores and weights are.
type number interface{ float32 | float64 }

// entry packs a row into twice the size of its score.
type entry[K uint32 | uint64, W number] struct {
	key    K // ascends as the score descends
	weight W // > 0 for a positive row, < 0 for a negative one
}

const (
	digitBits = 11
	radix     = 1 << digitBits
)

// sorter is a stable radix sort by key, with its memory. The zero value is
// ready to use.
type sorter[K uint32 | uint64, W number] struct {
	scratch []entry[K, W]
	counts  [][radix]int // of each part
}

// sort sorts e. Parts of e count their digits and move their entries side by
// side; because the sort is stable, where they are cut does not show. Digits
// that all keys share are passed over, such as the low bits of scores that were
// computed in float32.
func (s *sorter[K, W]) sort(e []entry[K, W]) {
	n := len(e)
	if n < 2 {
		return
	}
	if cap(s.scratch) < n {
		s.scratch = make([]entry[K, W], n)
	}
	parts := partsOf(n)
	if len(s.counts) < parts {
		s.counts = make([][radix]int, parts)
	}
	from, to := e, s.scratch[:n]
	differ := s.differ(e)
	for shift := 0; shift < bits.Len64(uint64(differ)); shift += digitBits {
		if differ>>shift&(radix-1) == 0 {
			continue
		}
		if parts == 1 {
			count(from, shift, &s.counts[0])
			starts(s.counts[:1])
			move(from, to, shift, &s.counts[0])
		} else {
			s.pass(from, to, shift, parts)
		}
		from, to = to, from
	}
	if &from[0] != &e[0] {
		copy(e, from)
	}
}

// pass is one digit in several parts, apart from sort because it allocates.
func (s *sorter[K, W]) pass(from, to []entry[K, W], shift, parts int) {
	inParts(len(from), parts, func(p, i, j int) { count(from[i:j], shift, &s.counts[p]) })
	starts(s.counts[:parts])
	inParts(len(from), parts, func(p, i, j int) { move(from[i:j], to, shift, &s.counts[p]) })
}

// differ has a 1 in every bit in which not all keys agree.
func (s *sorter[K, W]) differ(e []entry[K, W]) K {
	var d K
	for i := range e {
		d |= e[i].key ^ e[0].key
	}
	return d
}

func count[K uint32 | uint64, W number](e []entry[K, W], shift int, counts *[radix]int) {
	clear(counts[:])
	for i := range e {
		counts[e[i].key>>shift&(radix-1)]++
	}
}

// starts turns counts into the places where each part puts its first entry of
// each digit.
func starts(counts [][radix]int) {
	at := 0
	for v := range radix {
		for p := range counts {
			n := counts[p][v]
			counts[p][v] = at
			at += n
		}
	}
}

func move[K uint32 | uint64, W number](from, to []entry[K, W], shift int, next *[radix]int) {
	for _, x := range from {
		v := x.key >> shift & (radix - 1)
		to[next[v]] = x
		next[v]++
	}
}

// merge merges e[:head] and e[head:], each sorted, from the back, so that only
// the second part needs another place.
func (s *sorter[K, W]) merge(e []entry[K, W], head int) {
	tail := len(e) - head
	if cap(s.scratch) < tail {
		s.scratch = make([]entry[K, W], tail)
	}
	scratch := s.scratch[:tail]
	copy(scratch, e[head:])
	i, j := head-1, tail-1
	for k := len(e) - 1; i >= 0 && j >= 0; k-- {
		if e[i].key > scratch[j].key {
			e[k] = e[i]
			i--
		} else {
			e[k] = scratch[j]
			j--
		}
	}
	copy(e, scratch[:j+1])
}

// key64 maps scores to integers that ascend as the scores descend. Both zeros
// share a key. The score is not NaN.
func key64(score float64) uint64 {
	b := math.Float64bits(score + 0) // -0 + 0 is 0
	if b>>63 == 1 {
		return b
	}
	return ^b &^ (1 << 63)
}

// score64 is the score of a key.
func score64(key uint64) float64 {
	if key>>63 == 1 {
		return math.Float64frombits(key)
	}
	return math.Float64frombits(^key &^ (1 << 63))
}

// key32 is key64 of a float32.
func key32(score float32) uint32 {
	b := math.Float32bits(score + 0)
	if b>>31 == 1 {
		return b
	}
	return ^b &^ (1 << 31)
}
