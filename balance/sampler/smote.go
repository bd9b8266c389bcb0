package sampler

import (
	"context"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// SMOTE makes new rows between a row of a class and one of its nearest
// neighbours in the class: x + u·(x' - x), u uniform in [0,1). x is a table of
// finite numbers; scale its columns alike first, since distances are Euclidean.
// The rows of x come first, then the new ones class by class.
//
// Unlike upstream, a class with too few rows is an error that says what to do.
//
// Chawla, Bowyer, Hall and Kegelmeyer, SMOTE: synthetic minority over-sampling
// technique, JAIR 16 (2002).
type SMOTE struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, which starts anew for each class
	KNeighbors int      // 0 means 5
}

// Resample returns all rows of x and the new ones.
func (s SMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("SMOTE", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

func (s SMOTE) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.KNeighbors, 5)
	if err != nil {
		return nil, err
	}
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		return smote(ctx, in, c, n, k, s.Seed)
	})
}

// smote makes n rows of a class, each between a row and one of its k nearest.
func smote(ctx context.Context, in *input, c class, n, k int, seed uint32) ([]mix, error) {
	if err := c.enough(k, "KNeighbors"); err != nil {
		return nil, err
	}
	return in.between(ctx, c.rows, c, n, k, seed)
}

// between makes n rows between some rows of a class and their k nearest in it.
func (in *input) between(ctx context.Context, rows []int, c class, n, k int, seed uint32) ([]mix, error) {
	if n == 0 {
		return nil, nil
	}
	draws := make(chan []mix, 1) // meanwhile
	go func() { draws <- drawn(nprand.New(seed), n, len(rows), k) }()
	found, err := in.nearest(ctx, c.rows, rows, k)
	if err != nil {
		return nil, err
	}
	return paired(<-draws, func(row, neighbour int) (from, to int) {
		return rows[row], c.rows[found.Rows(row)[neighbour]]
	}), nil
}

// produce is Resample of a sampler that makes rows.
func produce(name string, x, y tensor.Tensor, make func(*input) ([]mix, error)) (xs, ys *tensor.Dense, err error) {
	in, err := read(x, y)
	if err == nil {
		err = in.table()
	}
	var made []mix
	if err == nil {
		made, err = make(in)
	}
	if err == nil {
		xs, ys, err = in.grow(made)
	}
	return xs, ys, named(name, err)
}

// perClass joins what make returns for each class of which rows are to be made.
func (in *input) perClass(s Strategy, make func(c class, n int) ([]mix, error)) ([]mix, error) {
	quotas, err := in.quotas(s, over)
	if err != nil {
		return nil, err
	}
	var all []mix
	for _, q := range quotas {
		if q.n == 0 {
			continue
		}
		made, err := make(in.classes[q.c], q.n)
		if err != nil {
			return nil, err
		}
		all = append(all, made...)
	}
	return all, nil
}
