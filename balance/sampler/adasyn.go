package sampler

import (
	"context"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// ADASYN is SMOTE that makes more rows where a class is harder to learn: of row
// i, rint(n·r_i/Σr) new ones, with r_i the share of other classes among its
// nearest rows. In sum that is about n, what the strategy asks for. A class
// without foreign neighbours is an error.
//
// He, Bai, Garcia and Li, ADASYN: adaptive synthetic sampling approach for
// imbalanced learning, IJCNN (2008).
type ADASYN struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, one stream for all classes
	NNeighbors int      // among all rows, and then within the class; 0 means 5
}

// Resample returns all rows of x and the new ones, class by class.
func (s ADASYN) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("ADASYN", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

func (s ADASYN) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.NNeighbors, 5)
	if err != nil {
		return nil, err
	}
	rng := nprand.New(s.Seed)
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		if err := c.enough(k, "NNeighbors"); err != nil { // then all rows are enough, too
			return nil, err
		}
		found, err := in.nearest(ctx, nil, c.rows, k)
		if err != nil {
			return nil, err
		}
		hard := make([]float64, len(c.rows))
		for i, r := range c.rows {
			hard[i] = float64(in.foreign(r, found.Rows(i))) / float64(k)
		}
		sum := pairwiseSum(hard)
		if sum == 0 {
			return nil, fmt.Errorf("class %d has no neighbours of other classes, by which to spread new rows: use SMOTE", c.label)
		}
		var froms []int // places in the class
		for i, h := range hard {
			for range int(math.RoundToEven(h / sum * float64(n))) {
				froms = append(froms, i)
			}
		}
		if len(froms) == 0 {
			return nil, fmt.Errorf("%d rows of class %d are too few to spread, all shares round to 0: ask for more, or use SMOTE", n, c.label)
		}
		if found, err = in.nearest(ctx, c.rows, c.rows, k); err != nil {
			return nil, err
		}
		made := make([]mix, len(froms))
		for i, from := range froms {
			made[i] = mix{from: c.rows[from], to: c.rows[found.Rows(from)[rng.IntN(k)]], share: 1}
		}
		for i := range made {
			made[i].step = rng.Random()
		}
		return made, nil
	})
}

// pairwiseSum adds in numpy's order, whose last bits decide how shares round.
func pairwiseSum(v []float64) float64 {
	if len(v) > 128 {
		half := len(v) / 2
		half -= half % 8
		return pairwiseSum(v[:half]) + pairwiseSum(v[half:])
	}
	var sum float64
	if len(v) >= 8 {
		var r [8]float64
		for len(v) >= 8 {
			for i := range r {
				r[i] += v[i]
			}
			v = v[8:]
		}
		sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
	}
	for _, x := range v {
		sum += x
	}
	return sum
}
