package data

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
)

// RowSource is a Dataset whose rows can be asked for by number, in any order and
// as often as one likes, so that samplers can compose batches from it.
type RowSource interface {
	Dataset
	// Labels returns the class of each row.
	Labels() ([]int, error)
	// BatchesOf gives the rows in the order in which they are named, in batches
	// of the size of o, the last one as small as need be. o.Shuffle does not act.
	BatchesOf(rows []int, o Order) iter.Seq2[Batch, error]
}

// ClassBalanced is a Dataset in which every batch holds the classes in equal
// numbers: for B rows and K classes, B/K of each, rounded down or up. Rows of
// rare classes come again, each class in turns through all of its rows; those of
// frequent classes do not all come in one pass. What comes is drawn anew in
// every pass from seed and pass, and with [ShuffleOff] in order.
type ClassBalanced struct {
	Source RowSource
	Rows   int // of a pass; 0 means as many as Source has
}

// Len returns the number of rows of a pass.
func (s ClassBalanced) Len() int {
	if s.Rows != 0 || s.Source == nil {
		return max(s.Rows, 0)
	}
	return s.Source.Len()
}

// Batches starts a pass. A nil Source, negative Rows, or a bad Order is the
// pass's only element, an error.
func (s ClassBalanced) Batches(o Order) iter.Seq2[Batch, error] {
	return sampled(s.Source, o, func(classes [][]int, rng *rand.Rand) ([]int, error) {
		if s.Rows < 0 {
			return nil, fmt.Errorf("data: %d rows of a balanced pass, want at least 1 (0 for as many as the source has)", s.Rows)
		}
		turns := rand.New(rand.NewPCG(o.Seed, ^o.Pass)).Perm(len(classes))
		next := make([]int, len(classes))
		rows := make([]int, s.Len())
		for i := range rows {
			c := i % len(classes)
			if rng != nil {
				c = turns[c]
			}
			if next[c] == len(classes[c]) {
				next[c] = 0
				shuffle(rng, classes[c])
			}
			rows[i] = classes[c][next[c]]
			next[c]++
		}
		return rows, nil
	})
}

// ClassCounts returns how many rows of each class a pass has, give or take one
// where the classes do not divide the rows.
func (s ClassBalanced) ClassCounts() (map[int]int, error) {
	classes, err := classesOf(s.Source)
	if err != nil {
		return nil, err
	}
	counts := map[int]int{}
	for i, c := range slices.Sorted(maps.Keys(classes)) {
		counts[c] = s.Len() / len(classes)
		if i < s.Len()%len(classes) {
			counts[c]++
		}
	}
	return counts, nil
}

// Stratified is a Dataset in which every batch holds the classes in the shares
// that they have in all rows: among the first k rows of a pass, the number of
// rows of a class differs from its share by less than 1. Every row comes once,
// and which rows come together is drawn anew in every pass from seed and pass;
// with [ShuffleOff] each class comes in order.
type Stratified struct {
	Source RowSource
}

// Len returns the number of rows of a pass.
func (s Stratified) Len() int {
	if s.Source == nil {
		return 0
	}
	return s.Source.Len()
}

// Batches starts a pass. A nil Source or a bad Order is the pass's only element,
// an error.
func (s Stratified) Batches(o Order) iter.Seq2[Batch, error] {
	return sampled(s.Source, o, func(classes [][]int, _ *rand.Rand) ([]int, error) { return spreadEvenly(classes), nil })
}

// ClassCounts returns the rows of each class.
func (s Stratified) ClassCounts() (map[int]int, error) {
	classes, err := classesOf(s.Source)
	counts := map[int]int{}
	for c, rows := range classes {
		counts[c] = len(rows)
	}
	return counts, err
}

// spreadEvenly merges the rows of the classes so that no class is ever a row
// ahead of or behind its share. Each place goes to the class that must come
// first lest it fall behind, among those that have half a share due: Tijdeman,
// The chairman assignment problem, Discrete Mathematics 32 (1980).
func spreadEvenly(classes [][]int) []int {
	n, k := 0, len(classes)
	for _, rows := range classes {
		n += len(rows)
	}
	out, taken := make([]int, 0, n), make([]int, k)
	for place := 1; place <= n; place++ {
		best, deadline := -1, 0.
		for c, rows := range classes {
			due := len(rows)*place - taken[c]*n // n times the rows that are due
			if taken[c] == len(rows) || k > 1 && due*(2*k-2) < n {
				continue
			}
			slack := float64(n) - float64(due)
			if k > 1 {
				slack -= float64(n) / float64(2*k-2)
			}
			if d := slack / float64(len(rows)); best < 0 || d < deadline {
				best, deadline = c, d
			}
		}
		out = append(out, classes[best][taken[best]])
		taken[best]++
	}
	return out
}

// sampled is a pass over the rows that compose makes of the classes, each
// shuffled. The generator is nil where rows stay in order.
func sampled(src RowSource, o Order, compose func(classes [][]int, rng *rand.Rand) ([]int, error)) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		rows, err := func() ([]int, error) {
			if _, err := o.Permutation(0); err != nil {
				return nil, err
			}
			byClass, err := classesOf(src)
			if err != nil {
				return nil, err
			}
			var rng *rand.Rand
			if o.Shuffle != ShuffleOff {
				rng = rand.New(rand.NewPCG(o.Seed, o.Pass))
			}
			var classes [][]int
			for _, c := range slices.Sorted(maps.Keys(byClass)) {
				shuffle(rng, byClass[c])
				classes = append(classes, byClass[c])
			}
			return compose(classes, rng)
		}()
		if err != nil {
			yield(Batch{}, err)
			return
		}
		src.BatchesOf(rows, o)(yield)
	}
}

// classesOf lists the rows of each class.
func classesOf(src RowSource) (map[int][]int, error) {
	if src == nil {
		return nil, errors.New("data: a sampler has no source, want a RowSource")
	}
	labels, err := src.Labels()
	if err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		return nil, errors.New("data: a sampler's source has no rows")
	}
	rows := map[int][]int{}
	for i, c := range labels {
		rows[c] = append(rows[c], i)
	}
	return rows, nil
}

func shuffle(rng *rand.Rand, rows []int) {
	if rng != nil {
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
}
