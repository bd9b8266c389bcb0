package sampler

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gorgonia.org/tensor"
)

// NeighbourhoodCleaningRule drops the rows that [EditedNearestNeighbours] drops
// with MostAgree, and the neighbours, in other classes, of rows of the smallest
// class that their neighbourhood puts in another class. That neighbourhood is
// the row itself and its NNeighbors-1 nearest; of classes with as many rows in
// it the smallest label counts. The rows that stay keep their order.
//
// Laurikkala, Improving identification of difficult small classes by balancing
// class distribution, AIME (2001).
type NeighbourhoodCleaningRule struct {
	Strategy   Strategy // a Target or Classes to drop rows of; nil means Auto: all but the smallest class
	NNeighbors int      // 0 means 3
	// ThresholdCleaning is how large a class must be for neighbours in it to be
	// dropped: larger than this times the smallest. 0 means 0.5.
	ThresholdCleaning float64
}

// Resample returns the rows that stay.
func (s NeighbourhoodCleaningRule) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("NeighbourhoodCleaningRule", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows stay.
func (s NeighbourhoodCleaningRule) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("NeighbourhoodCleaningRule", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s NeighbourhoodCleaningRule) choose(ctx context.Context, in *input) ([]int, error) {
	k, err := count(s.NNeighbors, 3)
	if err != nil {
		return nil, err
	}
	threshold := s.ThresholdCleaning
	if !(threshold >= 0) || math.IsInf(threshold, 0) {
		return nil, fmt.Errorf("ThresholdCleaning is %v, want a finite number above 0 (0 means 0.5)", threshold)
	}
	if threshold == 0 {
		threshold = 0.5
	}
	stay, err := EditedNearestNeighbours{s.Strategy, k, MostAgree}.choose(ctx, in)
	if err != nil {
		return nil, err
	}
	targeted, err := in.targeted(s.Strategy, clean)
	if err != nil {
		return nil, err
	}
	small := in.minority()
	rows := in.classes[small].rows
	for c, class := range in.classes {
		targeted[c] = targeted[c] && float64(len(class.rows)) > threshold*float64(len(rows))
	}
	found, err := in.nearest(ctx, nil, rows, k)
	if err != nil {
		return nil, err
	}
	dropped := make([]bool, in.rows())
	tally := make([]int, len(in.classes))
	for i, r := range rows {
		around := found.Rows(i)
		hood := slices.Concat([]int32{int32(r)}, around[:k-1])
		if in.vote(hood, tally) == small {
			continue
		}
		for _, n := range around {
			dropped[n] = dropped[n] || targeted[in.class[n]]
		}
	}
	var kept []int
	for _, r := range stay {
		if !dropped[r] {
			kept = append(kept, r)
		}
	}
	slices.Sort(kept)
	return kept, nil
}
