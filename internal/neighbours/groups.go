package neighbours

import (
	"math"
	"math/bits"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Groups lists which rows of a table are equal. Of a thousand equal rows every
// engine would measure a thousand equal distances for each of them; by groups it
// measures one.
type Groups struct {
	First []int32 // row of each group, ascending
	Of    []int32 // group of each row
	next  []int32 // row with the next of its group; 0 after the last
}

// Equal groups the rows of t; -0 equals 0.
func Equal[F kernel.Float](t Table[F]) *Groups {
	n := t.Rows()
	g := &Groups{Of: make([]int32, n), next: make([]int32, n)}
	// A table of open addressing, of groups by the hash of their rows.
	slots := make([]int32, 1<<bits.Len(uint(2*n)))
	var last []int32 // row of each group
	for r := range n {
		row := t.row(r)
		for at := hash(row) & uint64(len(slots)-1); ; at = (at + 1) & uint64(len(slots)-1) {
			group := slots[at] - 1
			if group < 0 {
				slots[at] = int32(len(g.First)) + 1
				g.Of[r] = int32(len(g.First))
				g.First, last = append(g.First, int32(r)), append(last, int32(r))
				break
			}
			if same(row, t.row(int(g.First[group]))) {
				g.Of[r] = group
				g.next[last[group]] = int32(r)
				last[group] = int32(r)
				break
			}
		}
	}
	return g
}

func hash[F kernel.Float](row []F) uint64 {
	h := uint64(len(row))
	for _, v := range row {
		h = (h ^ math.Float64bits(float64(v)+0)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

func same[F kernel.Float](a, b []F) bool {
	for i, v := range a {
		if v != b[i] {
			return false
		}
	}
	return true
}

// spread searches among the first rows of groups, by distance, then row, and
// returns the k nearest of all rows.
func (g *Groups) spread(queries, k int, self []int32, search func(k int) (*Found, error)) (*Found, error) {
	found, err := newFound(queries, len(g.Of), k, self)
	if err != nil || queries == 0 {
		return found, err
	}
	// Before the group of a row that is found come at most k-1 groups with a row
	// that is found too, and the query's own.
	groups, err := search(min(k+1, len(g.First)))
	if err != nil {
		return nil, err
	}
	kernel.NewLoop(queries, kernel.Grain(queries, 20*groups.K), func(lo, hi int) {
		for q := lo; q < hi; q++ {
			best := found.best(q, self)
			for i, r := range groups.Rows(q) {
				d := groups.Distances(q)[i]
				for !best.beyond(d, r) {
					best.offer(d, r)
					if r = g.next[r]; r == 0 {
						break
					}
				}
			}
		}
	}).Run()
	return found, nil
}

// manyRows is from how many rows on it is worth looking for equal ones, and
// sampleRows how many are looked at. Groups of n_g of n rows make an engine
// measure Σ n_g² distances in vain; where that is a millionth of all pairs, the
// sample holds two rows of a group as a rule.
const manyRows, sampleRows = 4096, 2048

// repeats reports whether a sample of the rows holds equal ones.
func repeats[F kernel.Float](t Table[F]) bool {
	n := t.Rows()
	if n < manyRows {
		return false
	}
	sample := Table[F]{Data: make([]F, 0, sampleRows*t.Cols), Cols: t.Cols}
	for i := range uint64(sampleRows) {
		// One row of each part, wherever in it, that no pattern fits.
		lo, hi := i*uint64(n)/sampleRows, (i+1)*uint64(n)/sampleRows
		r := lo + (i+1)*0x9e3779b97f4a7c15>>20%(hi-lo)
		sample.Data = append(sample.Data, t.row(int(r))...)
	}
	return len(Equal(sample).First) < sampleRows
}
