package rank

import "math"

// entry packs a row into 16 bytes: the sign of the weight is its class.
type entry struct {
	score  float64
	weight float64 // > 0 for a positive row, < 0 for a negative one
}

const (
	digitBits = 11
	digits    = (64 + digitBits - 1) / digitBits
	radix     = 1 << digitBits
)

// sortDescending is a stable radix sort of e by score; scratch has the length
// of e. It passes over every digit that all rows share, such as the low bits
// of scores that were computed in float32.
func sortDescending(e, scratch []entry) {
	if len(e) < 2 {
		return
	}
	var counts [digits][radix]int
	for i := range e {
		k := key(e[i].score)
		for d := range counts {
			counts[d][k>>(d*digitBits)&(radix-1)]++
		}
	}
	from, to := e, scratch
	for d := range counts {
		next, shift := &counts[d], d*digitBits
		if next[key(from[0].score)>>shift&(radix-1)] == len(e) {
			continue
		}
		at := 0
		for v, n := range next {
			next[v] = at
			at += n
		}
		for _, x := range from {
			v := key(x.score) >> shift & (radix - 1)
			to[next[v]] = x
			next[v]++
		}
		from, to = to, from
	}
	if &from[0] != &e[0] {
		copy(e, from)
	}
}

// key maps scores to integers that ascend as the scores descend. Both zeros
// share a key. The score is not NaN.
func key(score float64) uint64 {
	b := math.Float64bits(score + 0) // -0 + 0 is 0
	if b>>63 == 1 {
		return b
	}
	return ^b &^ (1 << 63)
}

// mergeDescending merges e[:head] and e[head:], each sorted, from the back, so
// that only the second part needs another place. scratch has its length.
func mergeDescending(e []entry, head int, scratch []entry) {
	copy(scratch, e[head:])
	i, j := head-1, len(scratch)-1
	for k := len(e) - 1; i >= 0 && j >= 0; k-- {
		if e[i].score < scratch[j].score {
			e[k] = e[i]
			i--
		} else {
			e[k] = scratch[j]
			j--
		}
	}
	copy(e, scratch[:j+1])
}
