package sampler

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/neighbours"
	"gorgonia.org/tensor"
)

// NearMiss keeps, of each class of its strategy, rows by their distance from
// rows of the smallest class.
//
// Version 1 keeps those with the smallest sum of distances to the NNeighbors
// nearest rows of the smallest class; version 2, to the NNeighbors farthest.
// Version 3 first takes the NNeighborsVer3 rows of the class that are nearest to
// each row of the smallest class, and keeps those of them with the largest sum
// of distances to the NNeighbors nearest; where they are fewer than asked for,
// it keeps them all, with a notice.
//
// Rows come class by class, and in a class by that sum, as upstream.
//
// Mani and Zhang, kNN approach to unbalanced data distributions, ICML workshop
// on learning from imbalanced datasets (2003).
type NearMiss struct {
	Strategy       Strategy // nil means Auto: all classes as small as the smallest
	Version        int      // 1 to 3; 0 means 1
	NNeighbors     int      // 0 means 3
	NNeighborsVer3 int      // 0 means 3; version 3 only
}

// Resample returns the rows that are kept.
func (s NearMiss) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return pick("NearMiss", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

// SampleIndices returns which rows are kept.
func (s NearMiss) SampleIndices(ctx context.Context, x, y tensor.Tensor) ([]int, error) {
	return indices("NearMiss", x, y, func(in *input) ([]int, error) { return s.choose(ctx, in) })
}

func (s NearMiss) choose(ctx context.Context, in *input) ([]int, error) {
	k, err := count(s.NNeighbors, 3)
	if err != nil {
		return nil, err
	}
	k3, err := count(s.NNeighborsVer3, 3)
	if err != nil {
		return nil, err
	}
	if s.Version < 0 || s.Version > 3 {
		return nil, fmt.Errorf("version is %d, want 1 to 3 (0 means 1)", s.Version)
	}
	if s.NNeighborsVer3 != 0 && s.Version != 3 {
		return nil, fmt.Errorf("NNeighborsVer3 is %d, but only version 3 uses it, not %d", k3, max(s.Version, 1))
	}
	quotas, err := in.quotas(s.Strategy, under)
	if err == nil {
		err = in.finite()
	}
	if err != nil {
		return nil, err
	}
	small := in.classes[in.minority()]
	if k > len(small.rows) {
		return nil, fmt.Errorf("class %d has %d rows, too few to measure distances from %d of them: set NNeighbors to at most %d", small.label, len(small.rows), k, len(small.rows))
	}
	var failed error
	rows := in.classwise(quotas, func(rows []int, n int) []int {
		if failed != nil {
			return nil
		}
		order := 1
		if s.Version == 3 {
			order = -1
			if k3 > len(rows) {
				failed = fmt.Errorf("class %d has %d rows, too few for %d neighbours in it: set NNeighborsVer3 to at most %d", in.classes[in.class[rows[0]]].label, len(rows), k3, len(rows))
				return nil
			}
			if rows, failed = in.nearTo(ctx, rows, small.rows, k3); failed != nil {
				return nil
			}
			if len(rows) < n {
				slog.Warn("sampler: NearMiss version 3 has fewer rows to keep than the strategy asks for", "class", in.classes[in.class[rows[0]]].label, "rows", len(rows), "asked", n)
			}
		}
		sums, err := in.distances(ctx, small.rows, rows, k, s.Version == 2)
		if err != nil {
			failed = err
			return nil
		}
		kept := first(min(n, len(rows)), len(rows), func(a, b int) int {
			return cmp.Or(order*cmp.Compare(sums[a], sums[b]), a-b)
		})
		for i, place := range kept {
			kept[i] = rows[place]
		}
		return kept
	})
	return rows, failed
}

// first returns the n of the places 0 to all-1 that come first, in order.
func first(n, all int, compare func(a, b int) int) []int {
	if n == 0 {
		return nil
	}
	best, last := make([]int, 0, 2*n), -1
	for i := range all {
		if last >= 0 && compare(i, last) > 0 {
			continue
		}
		if best = append(best, i); len(best) == cap(best) {
			slices.SortFunc(best, compare)
			best = best[:n]
			last = best[n-1]
		}
	}
	slices.SortFunc(best, compare)
	return best[:n]
}

// nearTo returns, in ascending order, the rows of base that are among the k
// nearest of any of the queries.
func (in *input) nearTo(ctx context.Context, base, queries []int, k int) ([]int, error) {
	found, err := in.search(ctx, base, queries, k, nil)
	if err != nil {
		return nil, err
	}
	seen := make([]bool, len(base))
	for i := range queries {
		for _, p := range found.Rows(i) {
			seen[p] = true
		}
	}
	var near []int
	for i, r := range base { // ascending
		if seen[i] {
			near = append(near, r)
		}
	}
	return near, nil
}

// distances returns for each query the sum of the distances of its k nearest or
// farthest rows of base.
func (in *input) distances(ctx context.Context, base, queries []int, k int, farthest bool) ([]float64, error) {
	var found *neighbours.Found
	var err error
	if farthest {
		squared := in.squared()
		var groups *neighbours.Groups
		if groups, err = in.equal(base); err == nil {
			found, err = neighbours.Scan(ctx, len(queries), groups, k, nil, func(q, b int) float64 {
				return -squared(queries[q], base[b])
			})
		}
	} else {
		found, err = in.search(ctx, base, queries, k, nil)
	}
	if err != nil {
		return nil, err
	}
	sums := make([]float64, len(queries))
	one := make([]float64, k)
	for i := range sums {
		for j, d := range found.Distances(i) {
			one[j] = math.Sqrt(math.Abs(d))
		}
		if farthest {
			slices.Reverse(one) // upstream adds from the nearest on
		}
		sums[i] = pairwiseSum(one)
	}
	return sums, nil
}

// squared returns the squared distance of two rows of x as a function.
func (in *input) squared() func(a, b int) float64 {
	if in.x.Dtype() == tensor.Float32 {
		return squaredOf(in.x.Float32s(), in.cols())
	}
	return squaredOf(in.x.Float64s(), in.cols())
}

func squaredOf[F float32 | float64](x []F, cols int) func(a, b int) float64 {
	return func(a, b int) float64 { return neighbours.Squared(x[a*cols:][:cols], x[b*cols:][:cols]) }
}
