package data

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Permutation is the order in which a pass visits rows. The zero value is that
// of no rows. It may be read by several goroutines.
//
// Rows that change places among 131072 or fewer are listed, a shuffle of Fisher
// and Yates. The order of more is computed where it is asked for, so that it
// takes no memory however many they are: a Feistel network over two digits of a row's number, walked
// until it gives a row (Black and Rogaway 2002; Mitchell et al. 2022).
type Permutation struct {
	n    int
	list []int
	keys *[feistelRounds]uint64 // nil for the rows as they stand, or listed
}

const (
	listedRows    = 1 << 17
	feistelRounds = 6 // with 4, neighbours stay together too often
)

// Permutation returns the order in which a pass visits n rows. Datasets of any
// kind use it, so that they shuffle alike.
func (o Order) Permutation(n int) (*Permutation, error) {
	size, err := o.Size()
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fmt.Errorf("data: cannot order %d rows", n)
	}
	p := &Permutation{n: n}
	switch o.Shuffle {
	case ShuffleOff:
		return p, nil
	case ShuffleRows:
		size = max(n, 1)
	case ShuffleBatches:
	default:
		return nil, fmt.Errorf("data: unknown shuffle %d, want ShuffleRows, ShuffleBatches or ShuffleOff", o.Shuffle)
	}
	rng := rand.New(rand.NewPCG(o.Seed, o.Pass))
	if size > listedRows {
		p.keys = new([feistelRounds]uint64)
		for i := range p.keys {
			p.keys[i] = rng.Uint64()
		}
		return p, nil
	}
	p.list = make([]int, n)
	for i := range p.list {
		p.list[i] = i
	}
	for part := range slices.Chunk(p.list, size) {
		rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	return p, nil
}

// Len returns the number of rows.
func (p *Permutation) Len() int { return p.n }

// Rows sets rows to the numbers of the rows at the places from at on, and
// returns how many there are: fewer than len(rows) at the end, none for a place
// outside 0 to Len-1. It allocates nothing.
func (p *Permutation) Rows(rows []int, at int) int {
	if at < 0 || at >= p.n {
		return 0
	}
	rows = rows[:min(len(rows), p.n-at)]
	switch {
	case p.list != nil:
		copy(rows, p.list[at:])
	case p.keys == nil:
		for i := range rows {
			rows[i] = at + i
		}
	default:
		feistel(rows, at, p.n, p.keys)
	}
	return len(rows)
}

// feistel sets rows to the rows at places at, at+1, ... of n.
func feistel(rows []int, at, n int, keys *[feistelRounds]uint64) {
	// A number is high·lows + low; there are hardly more of them than rows.
	lows := uint64(math.Ceil(math.Sqrt(float64(n))))
	highs := (uint64(n) + lows - 1) / lows
	high, low := uint64(at)/lows, uint64(at)%lows
	for i := range rows {
		h, l := high, low
		for {
			for r := 0; r < feistelRounds; r += 2 {
				h = turn(h, l, keys[r], highs)
				l = turn(l, h, keys[r+1], lows)
			}
			if to := h*lows + l; to < uint64(n) {
				rows[i] = int(to)
				break
			}
		}
		if low++; low == lows {
			high, low = high+1, 0
		}
	}
}

// turn adds a number that follows from other and key to x, modulo m.
func turn(x, other, key, m uint64) uint64 {
	mixed := (other ^ key) * 0xbf58476d1ce4e5b9
	mixed = (mixed ^ mixed>>32) * 0x94d049bb133111eb
	step, _ := bits.Mul64(mixed, m)
	x += step - m
	return x + m&uint64(int64(x)>>63) // no branch: nobody could guess it
}
