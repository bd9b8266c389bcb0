package sampler

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// CondensedNearestNeighbour keeps of a class what tells it from the smallest
// one: starting from the rows of the smallest class and NSeeds random rows of
// the class, it goes once through the class and adds every row that the nearest
// rows kept so far do not put in the class. Rows come class by class, the seeds
// first.
//
// Unlike upstream, no row is passed over because another has its number within
// its class, and a seed that is drawn twice is kept once.
//
// Hart, The condensed nearest neighbor rule, IEEE Transactions on Information
// Theory 14 (1968).
type CondensedNearestNeighbour struct {
	Strategy   Strategy // a Target or Classes to drop rows of; nil means Auto: all but the smallest class
	Seed       uint32   // of numpy's RandomState, one stream for all classes
	NNeighbors int      // that vote; of classes with as many votes the smallest label wins; 0 means 1
	NSeeds     int      // 0 means 1
}

// Resample returns the rows that are kept.
func (s CondensedNearestNeighbour) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("CondensedNearestNeighbour", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows are kept.
func (s CondensedNearestNeighbour) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("CondensedNearestNeighbour", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s CondensedNearestNeighbour) choose(ctx context.Context, in *input) ([]int, error) {
	return condense(in, s.Strategy, s.Seed, s.NNeighbors, s.NSeeds, func(st *store, rows, seeds []int) ([]int, error) {
		kept, isSeed := seeds, setOf(seeds)
		for i, r := range rows {
			if isSeed[r] || st.vote(i) == in.class[r] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			kept = append(kept, r)
			st.add(r, i+1)
		}
		return kept, nil
	})
}

// OneSidedSelection keeps of a class NSeeds random rows and those that the
// nearest of them and of the smallest class do not put in the class, and then
// drops what is in a [TomekLinks] link. Rows come class by class, the seeds
// first.
//
// Unlike upstream, a seed that is drawn twice is kept once.
//
// Kubat and Matwin, Addressing the curse of imbalanced training sets: one-sided
// selection, ICML (1997).
type OneSidedSelection struct {
	Strategy   Strategy // a Target or Classes to drop rows of; nil means Auto: all but the smallest class
	Seed       uint32   // of numpy's RandomState, one stream for all classes
	NNeighbors int      // that vote; of classes with as many votes the smallest label wins; 0 means 1
	NSeeds     int      // 0 means 1
}

// Resample returns the rows that are kept.
func (s OneSidedSelection) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("OneSidedSelection", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows are kept.
func (s OneSidedSelection) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("OneSidedSelection", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s OneSidedSelection) choose(ctx context.Context, in *input) ([]int, error) {
	rows, err := condense(in, s.Strategy, s.Seed, s.NNeighbors, s.NSeeds, func(st *store, rows, seeds []int) ([]int, error) {
		kept, isSeed := seeds, setOf(seeds)
		for i, r := range rows {
			if !isSeed[r] && st.vote(i) != in.class[r] {
				kept = append(kept, r)
			}
		}
		return kept, ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	targeted, err := in.targeted(s.Strategy, clean)
	if err != nil {
		return nil, err
	}
	left, err := in.among(rows)
	if err != nil {
		return nil, err
	}
	// Seeds keep every class, so classes have the same places in left.
	kept, err := left.unlinked(ctx, targeted)
	for i, r := range kept {
		kept[i] = rows[r]
	}
	return kept, err
}

// mostSeeds are more than anybody has a use for.
const mostSeeds = 1 << 20

func setOf(rows []int) map[int]bool {
	set := make(map[int]bool, len(rows))
	for _, r := range rows {
		set[r] = true
	}
	return set
}

// condense draws the seeds of each class and asks what of the class to keep.
func condense(in *input, strategy Strategy, seed uint32, neighbours, seeds int, keep func(st *store, rows, seeds []int) ([]int, error)) ([]int, error) {
	k, err := count(neighbours, 1)
	if err != nil {
		return nil, err
	}
	if seeds < 0 || seeds > mostSeeds {
		return nil, fmt.Errorf("NSeeds is %d, want 1 to %d (0 means 1)", seeds, mostSeeds)
	}
	seeds = max(seeds, 1)
	quotas, err := in.quotas(strategy, clean)
	if err == nil {
		err = in.finite()
	}
	if err != nil {
		return nil, err
	}
	small := in.classes[in.minority()].rows
	if n := len(small) + seeds; k > n {
		return nil, fmt.Errorf("the smallest class and the seeds have %d rows, too few for %d neighbours: set NNeighbors to at most %d", n, k, n)
	}
	groups, err := in.equal(nil)
	if err != nil {
		return nil, err
	}
	rng := nprand.New(seed)
	var failed error
	out := in.classwise(quotas, func(rows []int, _ int) []int {
		var drawn []int
		known := map[int]bool{}
		for _, i := range rng.Choice(len(rows), seeds, true) {
			if !known[i] {
				known[i] = true
				drawn = append(drawn, rows[i])
			}
		}
		st := newStore(in, groups.Of, rows, k)
		for _, r := range slices.Concat(small, drawn) {
			st.add(r, 0)
		}
		kept, err := keep(st, rows, drawn)
		if err != nil {
			failed = err
		}
		return kept
	})
	return out, failed
}

// store remembers for each row of a class its k nearest among the rows that
// were added, of equal distances the one that was added first.
type store struct {
	in       *input
	rows     []int
	k        int
	distance []float64 // k for each row, ascending; infinite where there is none yet
	nearest  []int
	squared  func(a, b int) float64
	tally    []int
	group    []int32       // of equal rows, for each row of x
	copies   map[int32]int // that were added, of each group

	added, from int // of the add that is running
	update      func(lo, hi int)
}

func newStore(in *input, group []int32, rows []int, k int) *store {
	s := &store{
		in: in, rows: rows, k: k, squared: in.squared(), tally: make([]int, len(in.classes)),
		group: group, copies: map[int32]int{},
		distance: make([]float64, len(rows)*k), nearest: make([]int, len(rows)*k),
	}
	for i := range s.distance {
		s.distance[i], s.nearest[i] = math.Inf(1), -1
	}
	s.update = func(lo, hi int) {
		for i := s.from + lo; i < s.from+hi; i++ {
			s.insert(i)
		}
	}
	return s
}

// add puts a row of x in the store, for the rows from on.
func (s *store) add(row, from int) {
	if g := s.group[row]; s.copies[g] == s.k {
		return // as far as k others that come first, to every row
	}
	s.copies[s.group[row]]++
	s.added, s.from = row, from
	n := len(s.rows) - from
	kernel.NewLoop(n, kernel.Grain(n, 4*s.in.cols()), s.update).Run()
}

func (s *store) insert(i int) {
	distance, nearest := s.distance[i*s.k:][:s.k], s.nearest[i*s.k:][:s.k]
	d, at := s.squared(s.rows[i], s.added), s.k
	for at > 0 && d < distance[at-1] {
		if at < s.k {
			distance[at], nearest[at] = distance[at-1], nearest[at-1]
		}
		at--
	}
	if at < s.k {
		distance[at], nearest[at] = d, s.added
	}
}

// vote returns the class that most of the nearest of row i have.
func (s *store) vote(i int) int {
	clear(s.tally)
	for _, r := range s.nearest[i*s.k:][:s.k] {
		if r >= 0 {
			s.tally[s.in.class[r]]++
		}
	}
	return most(s.tally)
}
