package sampler

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// ProWSyn makes more rows of a class where it is near the others. Its rows have
// levels: those that are among the NNeighbors nearest of any row of another class
// are of level 1; those that are then, level 1 left out, of level 2; and so on up
// to the last level, which has all that are left. A row of level l weighs
// exp(-Theta (l-1)); each level gets new rows by the weights of its rows, between
// two of them that are drawn. A level of a single row pairs it with any other of
// the class.
//
// The rows of x come first, then the new ones class by class, level by level.
//
// Barua, Islam and Murase, ProWSyn: proximity weighted synthetic oversampling
// technique for imbalanced data set learning, PAKDD (2013).
type ProWSyn struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, which starts anew for each class
	NNeighbors int      // of a row of another class; 0 means 5
	Levels     int      // 0 means 5
	Theta      float64  // at least 0; 0 means 1, [Zero] means 0: all rows weigh alike
}

// Resample returns all rows of x and the new ones.
func (s ProWSyn) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("ProWSyn", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

func (s ProWSyn) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.NNeighbors, 5)
	if err != nil {
		return nil, err
	}
	if s.Levels < 0 {
		return nil, fmt.Errorf("levels are %d, want at least 1 (0 means 5)", s.Levels)
	}
	if !(s.Theta >= 0) || math.IsInf(s.Theta, 0) {
		return nil, fmt.Errorf("theta is %v, want a finite number of at least 0 (0 means 1, Zero 0)", s.Theta)
	}
	theta := s.Theta
	if theta == 0 {
		theta = 1
	}
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		if err := c.enough(1, "NNeighbors"); err != nil {
			return nil, err
		}
		levels, err := in.levels(ctx, c, k, s.Levels)
		if err != nil {
			return nil, err
		}
		weights := make([]float64, len(levels))
		var sum float64
		for l, rows := range levels {
			weights[l] = float64(len(rows)) * math.Exp(-theta*float64(l))
			sum += weights[l]
		}
		for l := range weights {
			weights[l] /= sum
		}
		rng := nprand.New(s.Seed)
		var all []mix
		for l, n := range apportion(n, weights) {
			from, to := levels[l], levels[l]
			if len(to) == 1 {
				to = c.rows
			}
			for range n {
				a := from[rng.IntN(len(from))]
				b := to[rng.IntN(len(to)-1)]
				if b >= a { // to is ascending: skip a
					at, _ := slices.BinarySearch(to, b)
					b = to[at+1]
				}
				all = append(all, mix{from: a, to: b, share: 1, step: rng.Random()})
			}
		}
		return all, nil
	})
}

// levels splits the rows of a class into at most so many levels, or 5 for 0.
func (in *input) levels(ctx context.Context, c class, k, most int) ([][]int, error) {
	if most == 0 {
		most = 5
	}
	left, others := c.rows, in.others(c)
	var out [][]int
	for len(left) > 0 {
		near := left
		if len(out) < most-1 && k < len(left) {
			var err error
			if near, err = in.nearTo(ctx, left, others, k); err != nil {
				return nil, err
			}
		}
		out = append(out, near)
		var rest []int
		for _, r := range left {
			if _, taken := slices.BinarySearch(near, r); !taken {
				rest = append(rest, r)
			}
		}
		left = rest
	}
	return out, nil
}
