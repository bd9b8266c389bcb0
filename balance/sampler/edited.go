package sampler

import (
	"context"
	"fmt"

	"gorgonia.org/tensor"
)

// Agreement is which neighbours must be of a row's class for it to stay.
type Agreement int

const (
	// AllAgree wants all of them.
	AllAgree Agreement = iota
	// MostAgree wants that no class has more of them; of classes with equally
	// many the one with the smallest label counts.
	MostAgree
)

// EditedNearestNeighbours drops rows whose nearest rows are of other classes.
// The rows that stay come class by class, by ascending label.
//
// Wilson, Asymptotic properties of nearest neighbor rules using edited data,
// IEEE Transactions on Systems, Man, and Cybernetics 2 (1972).
type EditedNearestNeighbours struct {
	Strategy   Strategy // a Target or Classes to drop rows of; nil means Auto: all but the smallest class
	NNeighbors int      // 0 means 3
	Kind       Agreement
}

// Resample returns the rows that stay.
func (s EditedNearestNeighbours) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("EditedNearestNeighbours", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows stay.
func (s EditedNearestNeighbours) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("EditedNearestNeighbours", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s EditedNearestNeighbours) choose(ctx context.Context, in *input) ([]int, error) {
	k, err := count(s.NNeighbors, 3)
	if err != nil {
		return nil, err
	}
	if s.Kind != AllAgree && s.Kind != MostAgree {
		return nil, fmt.Errorf("unknown Kind %d, want AllAgree or MostAgree", s.Kind)
	}
	quotas, err := in.quotas(s.Strategy, clean)
	if err == nil {
		err = in.finite()
	}
	if err == nil {
		err = in.enoughRows(k, "NNeighbors")
	}
	if err != nil {
		return nil, err
	}
	tally := make([]int, len(in.classes))
	var failed error
	rows := in.classwise(quotas, func(rows []int, _ int) []int {
		found, err := in.nearest(ctx, nil, rows, k)
		if err != nil {
			failed = err
			return nil
		}
		var kept []int
		for i, r := range rows {
			agree := in.foreign(r, found.Rows(i)) == 0
			if s.Kind == MostAgree {
				agree = in.vote(found.Rows(i), tally) == in.class[r]
			}
			if agree {
				kept = append(kept, r)
			}
		}
		return kept
	})
	return rows, failed
}

// RepeatedEditedNearestNeighbours edits until nothing changes, a class is gone,
// or one has become smaller than the smallest was at first. Unlike upstream's,
// its indices are those of the rows it returns.
type RepeatedEditedNearestNeighbours struct {
	Strategy   Strategy // of each pass, by the rows that are left; nil means Auto
	NNeighbors int      // 0 means 3
	MaxIter    int      // passes at most; 0 means 100
	Kind       Agreement
}

// Resample returns the rows that stay, class by class.
func (s RepeatedEditedNearestNeighbours) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("RepeatedEditedNearestNeighbours", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows stay.
func (s RepeatedEditedNearestNeighbours) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("RepeatedEditedNearestNeighbours", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s RepeatedEditedNearestNeighbours) choose(ctx context.Context, in *input) ([]int, error) {
	passes := s.MaxIter
	if passes < 0 {
		return nil, fmt.Errorf("MaxIter is %d, want at least 1 (0 means 100)", passes)
	}
	if passes == 0 {
		passes = 100
	}
	enn := EditedNearestNeighbours{s.Strategy, s.NNeighbors, s.Kind}
	return repeated(ctx, in, passes, false, true, func(int) EditedNearestNeighbours { return enn })
}

// AllKNN edits by one neighbour, then by two of the rows that are left, and so
// on up to NNeighbors. It ends early as RepeatedEditedNearestNeighbours does.
//
// Tomek, An experiment with the edited nearest-neighbor rule, IEEE Transactions
// on Systems, Man, and Cybernetics 6 (1976).
type AllKNN struct {
	Strategy   Strategy // of each pass, by the rows that are left; nil means Auto
	NNeighbors int      // 0 means 3
	Kind       Agreement
	// AllowMinority goes on when a class has become smaller than the smallest
	// was at first.
	AllowMinority bool
}

// Resample returns the rows that stay, class by class.
func (s AllKNN) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("AllKNN", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows stay.
func (s AllKNN) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("AllKNN", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s AllKNN) choose(ctx context.Context, in *input) ([]int, error) {
	k, err := count(s.NNeighbors, 3)
	if err != nil {
		return nil, err
	}
	return repeated(ctx, in, k, s.AllowMinority, false, func(pass int) EditedNearestNeighbours {
		return EditedNearestNeighbours{s.Strategy, pass + 1, s.Kind}
	})
}

// repeated edits what the pass before left, and returns rows of the first.
func repeated(ctx context.Context, in *input, passes int, allowMinority, settle bool, enn func(pass int) EditedNearestNeighbours) ([]int, error) {
	least, smallest := len(in.classes[in.minority()].rows), in.classes[in.minority()].label
	left, rows := in, []int(nil)
	for pass := range passes {
		kept, err := enn(pass).choose(ctx, left)
		if err != nil {
			return nil, err
		}
		counts := make([]int, len(left.classes))
		for i, r := range kept {
			counts[left.class[r]]++
			if rows != nil {
				kept[i] = rows[r]
			}
		}
		settled := len(kept) == left.rows()
		rows = kept
		stop := settle && settled
		for c, n := range counts {
			stop = stop || n == 0 || !allowMinority && n < least && left.classes[c].label != smallest
		}
		if stop || pass == passes-1 {
			break
		}
		if left, err = in.among(rows); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
