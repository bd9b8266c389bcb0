package sampler

import (
	"context"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// RandomUnderSampler keeps of each class of its strategy as many rows as it
// says, drawn at random. x may have any rank and any numbers, NaN too. The rows
// come class by class, by ascending label: shuffle before training.
type RandomUnderSampler struct {
	Strategy Strategy // nil means Auto: all classes as small as the smallest
	Seed     uint32   // of numpy's RandomState
	// Replacement draws rows with replacement.
	Replacement bool
}

// Resample returns the rows that are kept.
func (s RandomUnderSampler) Resample(_ context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("RandomUnderSampler", x, y, s.choose)
}

// SampleIndices returns which rows are kept.
func (s RandomUnderSampler) SampleIndices(_ context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("RandomUnderSampler", x, y, s.choose)
}

func (s RandomUnderSampler) choose(in *input) ([]int, error) {
	quotas, err := in.quotas(s.Strategy, under)
	if err != nil {
		return nil, err
	}
	rng := nprand.New(s.Seed)
	return in.classwise(quotas, func(rows []int, keep int) []int {
		kept := make([]int, keep)
		for i, j := range rng.Choice(len(rows), keep, s.Replacement) {
			kept[i] = rows[j]
		}
		return kept
	}), nil
}

// classwise lists rows class by class: what choose keeps of those with a quota,
// and all rows of the others.
func (in *input) classwise(quotas []quota, choose func(rows []int, n int) []int) []int {
	var out []int
	for c, class := range in.classes {
		if len(quotas) == 0 || quotas[0].c != c {
			out = append(out, class.rows...)
			continue
		}
		out = append(out, choose(class.rows, quotas[0].n)...)
		quotas = quotas[1:]
	}
	return out
}

// RandomOverSampler repeats rows, drawn at random with replacement. x may have
// any rank and any numbers, NaN too; with Shrinkage it is a table of finite
// numbers. The rows of x come first, in their order, then the repeated ones
// class by class.
type RandomOverSampler struct {
	Strategy Strategy // nil means Auto: all classes as large as the largest
	Seed     uint32   // of numpy's RandomState
	// Shrinkage moves the repeated rows by random numbers, the smoothed
	// bootstrap: x + s·h·sd·N(0,1), with s the shrinkage of the class, sd the
	// standard deviation of each column within the class, and
	// h = (4/((d+2)n))^(1/(d+4)) for n rows of x and d columns. nil is none.
	//
	// Menardi and Torelli, Training and assessing classification rules with
	// imbalanced data, Data Mining and Knowledge Discovery 28 (2014).
	Shrinkage Shrinkage
}

// Resample returns all rows and the repeated ones.
func (s RandomOverSampler) Resample(_ context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	const name = "RandomOverSampler"
	in, err := read(x, y)
	if err != nil {
		return nil, nil, named(name, err)
	}
	rows, noise, err := s.draw(in)
	if err != nil {
		return nil, nil, named(name, err)
	}
	if xs, ys, err = in.take(name, rows); err != nil {
		return nil, nil, err
	}
	if noise != nil {
		if xs.Dtype() == tensor.Float32 {
			err = move(xs.Float32s(), noise)
		} else {
			err = move(xs.Float64s(), noise)
		}
		if err != nil {
			return nil, nil, named(name, err)
		}
		in.trim(xs)
	}
	return xs, ys, nil
}

// SampleIndices returns the rows that are repeated, after all rows of x. With
// Shrinkage they are those that the new rows were moved from.
func (s RandomOverSampler) SampleIndices(_ context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("RandomOverSampler", x, y, func(in *input) ([]int, error) {
		rows, _, err := s.draw(in)
		return rows, err
	})
}

// draw returns the rows and what the last of them move by.
func (s RandomOverSampler) draw(in *input) (rows []int, noise []float64, err error) {
	quotas, err := in.quotas(s.Strategy, over)
	if err != nil {
		return nil, nil, err
	}
	if s.Shrinkage != nil {
		if err := in.table(); err != nil {
			return nil, nil, err
		}
		if err := s.Shrinkage.check(in, quotas); err != nil {
			return nil, nil, err
		}
	}
	rows = make([]int, in.rows())
	for i := range rows {
		rows[i] = i
	}
	rng := nprand.New(s.Seed)
	for _, q := range quotas {
		class := in.classes[q.c]
		for _, j := range rng.Choice(len(class.rows), q.n, true) {
			rows = append(rows, class.rows[j])
		}
		if s.Shrinkage != nil {
			// A shrinkage of 0 draws its normals all the same, as upstream.
			noise = bootstrapNoise(noise, in, class, q.n, s.Shrinkage.of(class.label), rng)
		}
	}
	return rows, noise, nil
}
