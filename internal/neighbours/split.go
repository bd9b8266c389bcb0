package neighbours

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// sort puts the rows in the order of the leaves of a k-d tree: each node splits
// its rows by the column in which a sample of them spreads most, by value and
// then by row. The left part is as large as full panels and a power of 2 allow,
// so that panels are full and each fan of them is a node of the tree.
func (x *index[F]) sort() {
	n := len(x.order)
	keys := make([]uint64, n)
	type part struct{ lo, hi int }
	// Large parts one after the other, small ones side by side.
	large, small := []part{{0, n}}, []part(nil)
	for len(large) > 0 {
		p := large[len(large)-1]
		large = large[:len(large)-1]
		if p.hi-p.lo <= max(n/16, panelRows) {
			small = append(small, p)
			continue
		}
		mid := x.split(keys, p.lo, p.hi)
		large = append(large, part{p.lo, mid}, part{mid, p.hi})
	}
	kernel.NewLoop(len(small), 1, func(lo, hi int) {
		for _, p := range small[lo:hi] {
			x.splitAll(keys, p.lo, p.hi)
		}
	}).Run()
}

func (x *index[F]) splitAll(keys []uint64, lo, hi int) {
	for hi-lo > panelRows {
		mid := x.split(keys, lo, hi)
		x.splitAll(keys, lo, mid)
		lo = mid
	}
}

// split splits the rows lo to hi-1 of the order and returns where.
func (x *index[F]) split(keys []uint64, lo, hi int) int {
	half := panelRows
	for 2*half < hi-lo {
		half *= 2
	}
	col := x.widest(lo, hi)
	kernel.NewLoop(hi-lo, 1<<14, func(from, to int) {
		for i := lo + from; i < lo+to; i++ {
			row := x.order[i]
			bits := math.Float32bits(at(&x.frame, x.base.Data[int(row)*x.base.Cols+col], col))
			// Turns the order of numbers into that of bits.
			bits ^= uint32(int32(bits)>>31) | 1<<31
			keys[i] = uint64(bits)<<32 | uint64(row)
		}
	}).Run()
	partition(keys[lo:hi], half)
	for i := lo; i < hi; i++ {
		x.order[i] = int32(uint32(keys[i]))
	}
	return lo + half
}

// widest returns the column in which a sample of rows varies most.
func (x *index[F]) widest(lo, hi int) int {
	const sample = 64
	d := x.base.Cols
	sums := make([]float64, 2*d)
	step := max(1, (hi-lo)/sample)
	count := 0.0
	for i := lo; i < hi; i += step {
		count++
		for j, v := range x.base.row(int(x.order[i])) {
			v := float64(at(&x.frame, v, j))
			sums[j] += v
			sums[d+j] += v * v
		}
	}
	best, most := 0, math.Inf(-1)
	for j := range d {
		if v := sums[d+j] - sums[j]*sums[j]/count; v > most {
			best, most = j, v
		}
	}
	return best
}

// partition puts the smallest keys, which all differ, before mid (Hoare's
// selection).
func partition(keys []uint64, mid int) {
	for tries := 0; len(keys) > 1; tries++ {
		if tries == 64 {
			slices.Sort(keys) // the pivots were unlucky
			return
		}
		a, pivot, c := keys[0], keys[len(keys)/2], keys[len(keys)-1]
		pivot = max(min(a, pivot), min(max(a, pivot), c))
		i, j := 0, len(keys)-1
		for i <= j {
			for keys[i] < pivot {
				i++
			}
			for keys[j] > pivot {
				j--
			}
			if i <= j {
				keys[i], keys[j] = keys[j], keys[i]
				i++
				j--
			}
		}
		switch {
		case mid <= j:
			keys = keys[:j+1]
		case mid >= i:
			keys, mid = keys[i:], mid-i
		default:
			return
		}
	}
}
