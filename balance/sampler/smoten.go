package sampler

import (
	"context"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// SMOTEN is SMOTE of tables in which all columns name categories by numbers. A
// new row has in each column what most of a row and its k nearest of the class
// have, of several the smallest. The distance is the value difference metric
// Σ_f (Σ_c |P(c|x_f) - P(c|x'_f)|)², P(c|v) being the share of class c among the
// rows of x with the value v.
//
// Of rows at equal distances the first ones count; upstream leaves that open.
//
// Stanfill and Waltz, Toward memory-based reasoning, Communications of the ACM
// 29 (1986).
type SMOTEN struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, which starts anew for each class
	KNeighbors int      // 0 means 5
}

// Resample returns all rows of x and the new ones, class by class.
func (s SMOTEN) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produceRows("SMOTEN", x, y, s.Strategy, func(in *input) (maker, error) {
		table, d := in.float64s(), in.cols()
		shares := valueShares(in, table)
		return func(c class, n int) ([]float64, error) {
			found, err := s.neighbours(ctx, in, c, shares)
			if err != nil {
				return nil, err
			}
			rng := nprand.New(s.Seed)
			out := make([]float64, 0, n*d)
			seen := make([]float64, found.K+1)
			for range n {
				base := rng.IntN(len(c.rows))
				for col := range d {
					seen[0] = table[c.rows[base]*d+col]
					for j, r := range found.Rows(base) {
						seen[j+1] = table[c.rows[r]*d+col]
					}
					slices.Sort(seen)
					out = append(out, modes(seen)[0])
				}
			}
			return out, nil
		}, nil
	})
}

func (s SMOTEN) neighbours(ctx context.Context, in *input, c class, shares [][]float64) (*neighbours.Found, error) {
	k, err := count(s.KNeighbors, 5)
	if err != nil {
		return nil, err
	}
	if err := c.enough(k, "KNeighbors"); err != nil {
		return nil, err
	}
	groups, err := in.equal(c.rows)
	if err != nil {
		return nil, err
	}
	self := make([]int32, len(c.rows))
	for i := range self {
		self[i] = int32(i)
	}
	d := in.cols()
	return neighbours.Scan(ctx, len(c.rows), groups, k, self, func(q, b int) float64 {
		var sum float64
		for col := range d {
			p, r := shares[c.rows[q]*d+col], shares[c.rows[b]*d+col]
			var far float64
			for i := range p {
				far += math.Abs(p[i] - r[i])
			}
			sum += float64(far * far)
		}
		return sum
	})
}

// valueShares returns for each element of x the shares of the classes among the
// rows that have its value in its column.
func valueShares(in *input, table []float64) [][]float64 {
	d, classes := in.cols(), len(in.classes)
	out := make([][]float64, len(table))
	for col := range d {
		byValue := map[float64][]float64{}
		for i, c := range in.class {
			v := table[i*d+col]
			if byValue[v] == nil {
				byValue[v] = make([]float64, classes)
			}
			byValue[v][c]++
			out[i*d+col] = byValue[v]
		}
		for _, counts := range byValue {
			var n float64
			for _, k := range counts {
				n += k
			}
			for c := range counts {
				counts[c] /= n
			}
		}
	}
	return out
}
