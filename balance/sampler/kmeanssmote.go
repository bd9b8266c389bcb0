package sampler

import (
	"context"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/kmeans"
	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// KMeansSMOTE is SMOTE within clusters of all rows. It makes rows of a class in
// those clusters that hold a fair share of it and more than KNeighbors of its
// rows, and more of them where these lie far apart: in proportion to
// (mean distance)^e / rows. With one cluster it is SMOTE. A class that no cluster
// qualifies for is an error.
//
// Rows depend on clusters, and so agree with imbalanced-learn's only where the
// clusters do. These are those of k-means over all rows (k-means++, then Lloyd's
// algorithm); upstream's are of random batches. Unlike upstream, which rounds
// the rows of each cluster up, this makes as many in sum as the strategy asks
// for, and rows of a class that are all equal are no error.
//
// Last, Douzas and Bacao, Oversampling for imbalanced learning based on K-means
// and SMOTE, arXiv:1711.00837 (2017).
type KMeansSMOTE struct {
	Strategy   Strategy // nil means Auto: all classes as large as the largest
	Seed       uint32   // of numpy's RandomState, which starts anew for the clusters and for each of them
	KNeighbors int      // 0 means 2
	NClusters  int      // 0 means 8
	// ClusterBalanceThreshold is the least share of a class in a cluster for rows
	// to be made in it. 0 means half of the share that the class has in all rows
	// to be made; [Zero] means 0. With one cluster it does not act.
	ClusterBalanceThreshold float64
	// DensityExponent is e. 0 means 0.16 (log n / log 1.6)^1.8 for n rows of the
	// class in the cluster; [Zero] means 0.
	DensityExponent float64
}

// Resample returns all rows of x and the new ones, class by class, cluster by
// cluster.
func (s KMeansSMOTE) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	return produce("KMeansSMOTE", x, y, func(in *input) ([]mix, error) { return s.make(ctx, in) })
}

func (s KMeansSMOTE) make(ctx context.Context, in *input) ([]mix, error) {
	k, err := count(s.KNeighbors, 2)
	if err != nil {
		return nil, err
	}
	clusters := s.NClusters
	if clusters == 0 {
		clusters = 8
	}
	if n := in.rows(); clusters < 1 || clusters > n {
		return nil, fmt.Errorf("%d clusters of %d rows: set NClusters to 1 to %d", clusters, n, n)
	}
	for name, v := range map[string]float64{"ClusterBalanceThreshold": s.ClusterBalanceThreshold, "DensityExponent": s.DensityExponent} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%s is %v, want a finite number (0 for the default)", name, v)
		}
	}
	quotas, err := in.quotas(s.Strategy, over)
	if err != nil {
		return nil, err
	}
	total := 0
	for _, q := range quotas {
		total += q.n
	}
	if total == 0 {
		return nil, nil
	}
	found, err := kmeans.Fit(ctx, neighbours.Table[float64]{Data: in.float64s(), Cols: in.cols()}, clusters, nprand.New(s.Seed))
	if err != nil {
		return nil, err
	}
	size := make([]int, clusters)
	for _, c := range found.Of {
		size[c]++
	}
	return in.perClass(s.Strategy, func(c class, n int) ([]mix, error) {
		parts := make([]class, clusters)
		for _, r := range c.rows {
			p := &parts[found.Of[r]]
			p.label, p.rows = c.label, append(p.rows, r)
		}
		threshold := s.ClusterBalanceThreshold
		switch {
		case clusters == 1:
			threshold = math.Inf(-1)
		case threshold == 0:
			threshold = float64(n) / float64(total) / 2
		}
		var fair []class
		for i, p := range parts {
			if len(p.rows) > k && float64(len(p.rows))/float64(size[i]) >= threshold {
				fair = append(fair, p)
			}
		}
		if len(fair) == 0 {
			return nil, fmt.Errorf("no cluster has more than %d rows of class %d and at least a share of %.3g of it: lower ClusterBalanceThreshold or KNeighbors, or set another NClusters", k, c.label, max(threshold, 0))
		}
		weights, err := s.weights(ctx, in, fair)
		if err != nil {
			return nil, err
		}
		var all []mix
		for i, n := range apportion(n, weights) {
			made, err := smote(ctx, in, fair[i], n, k, s.Seed)
			if err != nil {
				return nil, err
			}
			all = append(all, made...)
		}
		return all, nil
	})
}

// weights returns the share of new rows that each of the clusters gets.
func (s KMeansSMOTE) weights(ctx context.Context, in *input, fair []class) ([]float64, error) {
	// By logarithms: powers of distances overflow soon.
	logs := make([]float64, len(fair))
	top := math.Inf(-1)
	for i, p := range fair {
		e := s.DensityExponent
		if e == 0 {
			e = 0.16 * math.Pow(math.Log(float64(len(p.rows)))/math.Log(1.6), 1.8)
		}
		mean, err := in.meanDistance(ctx, p.rows)
		if err != nil {
			return nil, err
		}
		logs[i] = e*math.Log(mean) - math.Log(float64(len(p.rows)))
		top = max(top, logs[i])
	}
	var sum float64
	for i, l := range logs {
		logs[i] = math.Exp(l - top)
		if math.IsInf(top, 0) || math.IsNaN(top) { // distances of 0, or some that overflow
			logs[i] = 1
		}
		sum += logs[i]
	}
	for i := range logs {
		logs[i] /= sum
	}
	return logs, nil
}

// apportion splits n by weights that sum to 1, in whole numbers that sum to n.
func apportion(n int, weights []float64) []int {
	out := make([]int, len(weights))
	var upTo float64
	done := 0
	for i, w := range weights {
		upTo += w
		out[i] = min(int(math.Round(float64(n)*upTo)), n) - done
		if i == len(weights)-1 {
			out[i] = n - done
		}
		done += out[i]
	}
	return out
}

// meanDistance returns the mean distance between two of the rows.
func (in *input) meanDistance(ctx context.Context, rows []int) (float64, error) {
	groups, err := in.equal(rows)
	if err != nil {
		return 0, err
	}
	d, n := in.cols(), len(groups.First)
	copies, table := make([]float64, n), make([]float64, 0, n*d)
	for _, g := range groups.Of {
		copies[g]++
	}
	for _, first := range groups.First {
		for j := range d {
			table = append(table, in.at(rows[first]*d+j))
		}
	}
	// Distances by matrix products, relative to the mean to lose few digits.
	mean, square := make([]float64, d), make([]float64, n)
	for i := range table {
		mean[i%d] += table[i] / float64(n)
	}
	for i := range table {
		table[i] -= mean[i%d]
		square[i/d] += table[i] * table[i]
	}
	const block = 64
	parts := make([]float64, (n+block-1)/block)
	kernel.NewLoop(n, block, func(lo, hi int) {
		product := make([]float64, block*block)
		for from := lo; from < n && ctx.Err() == nil; from += block {
			to := min(from+block, n)
			kernel.Gemm(kernel.NT, hi-lo, to-from, d, table[lo*d:], d, table[from*d:], d, product, block, false)
			for i := lo; i < hi; i++ {
				for j := max(from, i+1); j < to; j++ {
					away := math.Sqrt(max(square[i]+square[j]-2*product[(i-lo)*block+j-from], 0))
					parts[lo/block] += copies[i] * copies[j] * away
				}
			}
		}
	}).Run()
	var sum float64
	for _, p := range parts {
		sum += p
	}
	all := float64(len(rows))
	return 2 * sum / (all * (all - 1)), ctx.Err()
}
