package sampler

import (
	"context"

	"gorgonia.org/tensor"
)

// TomekLinks drops rows of links: two rows of different classes, each the
// nearest row of the other. Those of the classes of its strategy go. The rows
// that stay keep their order.
//
// Tomek, Two modifications of CNN, IEEE Transactions on Systems, Man, and
// Cybernetics 6 (1976).
type TomekLinks struct {
	Strategy Strategy // a Target or Classes; nil means Auto: all but the smallest class
}

// Resample returns the rows that stay.
func (s TomekLinks) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("TomekLinks", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows stay.
func (s TomekLinks) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("TomekLinks", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s TomekLinks) choose(ctx context.Context, in *input) ([]int, error) {
	targeted, err := in.targeted(s.Strategy, clean)
	if err == nil {
		err = in.finite()
	}
	if err != nil {
		return nil, err
	}
	return in.unlinked(ctx, targeted)
}

// unlinked returns the rows that are in no Tomek link, or not of a targeted
// class.
func (in *input) unlinked(ctx context.Context, targeted []bool) ([]int, error) {
	found, err := in.nearest(ctx, nil, nil, 1)
	if err != nil {
		return nil, err
	}
	var kept []int
	for i, c := range in.class {
		n := found.Rows(i)[0]
		if !targeted[c] || in.class[n] == c || int(found.Rows(int(n))[0]) != i {
			kept = append(kept, i)
		}
	}
	return kept, nil
}
