package sampler

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// BorderlineSMOTE is SMOTE of the rows in danger only: those that have at least
// half of their MNeighbors nearest rows, but not all, in other classes. A class
// without such rows stays as it is, with a notice.
//
// Han, Wang and Mao, Borderline-SMOTE: a new over-sampling method in imbalanced
// data sets learning, ICIC (2005).
type BorderlineSMOTE struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, which starts anew for each class
	KNeighbors int      // between which rows are made; 0 means 5
	MNeighbors int      // which tell danger; 0 means 10
	// Kind is 1, which 0 means, for neighbours in the row's class, or 2 for
	// neighbours among all rows. On the way to one of another class a new row
	// goes at most half as far; as upstream, and unlike the paper, that is a
	// uniform number below 1/2 times the usual one below 1.
	Kind int
}

// Resample returns all rows of x and the new ones, class by class.
func (s BorderlineSMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("BorderlineSMOTE", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

// DangerIndices returns for each class of which rows are to be made those of its
// rows that are in danger, if there are any.
func (s BorderlineSMOTE) DangerIndices(ctx context.Context, x, y tensor.Tensor) (map[int][]int, error) {
	const name = "BorderlineSMOTE"
	in, err := read(x, y)
	if err == nil {
		err = in.table()
	}
	if err != nil {
		return nil, named(name, err)
	}
	all := map[int][]int{}
	_, err = in.perClass(s.Strategy, func(c class, _ int) ([]mix, error) {
		rows, err := s.danger(ctx, in, c)
		if len(rows) > 0 {
			all[c.label] = rows
		}
		return nil, err
	})
	return all, named(name, err)
}

func (s BorderlineSMOTE) danger(ctx context.Context, in *input, c class) ([]int, error) {
	m, err := count(s.MNeighbors, 10)
	if err != nil {
		return nil, err
	}
	if err := in.enoughRows(m, "MNeighbors"); err != nil {
		return nil, err
	}
	danger, _, err := in.dangerous(ctx, c.rows, m)
	return danger, err
}

// dangerous splits rows by their m nearest of all: at least half of them, but not
// all, are in other classes, or fewer are. Rows that have all there are neither.
func (in *input) dangerous(ctx context.Context, rows []int, m int) (danger, safe []int, err error) {
	if len(rows) == 0 {
		return nil, nil, nil
	}
	found, err := in.nearest(ctx, nil, rows, m)
	if err != nil {
		return nil, nil, err
	}
	for i, r := range rows {
		switch f := in.foreign(r, found.Rows(i)); {
		case f == m:
		case 2*f >= m:
			danger = append(danger, r)
		default:
			safe = append(safe, r)
		}
	}
	return danger, safe, nil
}

// foreign counts the neighbours that are not of the class of row.
func (in *input) foreign(row int, neighbours []int32) int {
	n := 0
	for _, r := range neighbours {
		if in.class[r] != in.class[row] {
			n++
		}
	}
	return n
}

func (s BorderlineSMOTE) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.KNeighbors, 5)
	if err != nil {
		return nil, err
	}
	if s.Kind < 0 || s.Kind > 2 {
		return nil, fmt.Errorf("kind is %d, want 1 or 2 (0 means 1)", s.Kind)
	}
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		danger, err := s.danger(ctx, in, c)
		if err != nil {
			return nil, err
		}
		if len(danger) == 0 {
			slog.Warn("sampler: BorderlineSMOTE makes no rows of a class that has no row in danger: use SMOTE", "class", c.label)
			return nil, nil
		}
		base := c.rows
		if s.Kind == 2 {
			base = nil
			err = in.enoughRows(k, "KNeighbors")
		} else {
			err = c.enough(k, "KNeighbors")
		}
		if err != nil {
			return nil, err
		}
		found, err := in.nearest(ctx, base, danger, k)
		if err != nil {
			return nil, err
		}
		made := mixes(nprand.New(s.Seed), n, len(danger), k, func(row, neighbour int) (from, to int) {
			return danger[row], at(base, int(found.Rows(row)[neighbour]))
		})
		rng := nprand.New(s.Seed) // upstream draws the shares from a stream of their own
		for i, m := range made {
			if in.class[m.to] != in.class[m.from] {
				made[i].share = rng.Uniform(0, 0.5)
			}
		}
		return made, nil
	})
}
