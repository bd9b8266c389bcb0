package sampler

import (
	"context"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kmeans"
	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
	"gorgonia.org/tensor"
)

// Voting is what stands for a cluster.
type Voting int

const (
	Soft Voting = iota // the mean of its rows
	Hard               // the row that is nearest to that mean
)

// ClusterCentroids cuts a class into as many clusters as it is to have rows, by
// k-means, and keeps one row for each. Rows come class by class, by ascending
// label. Means of whole numbers need not be whole. Its time grows with the rows of
// a class times its clusters.
//
// Rows depend on the clusters, and so agree with imbalanced-learn's where the
// clusters do; with the same seed both begin from the same centers, so that is
// the rule. Unlike upstream, a class of which no row is to be kept is no error.
//
// Lloyd, Least squares quantization in PCM, IEEE Transactions on Information
// Theory 28 (1982).
type ClusterCentroids struct {
	Strategy Strategy // nil means Auto: all classes as small as the smallest
	Seed     uint32   // of numpy's RandomState, which starts anew for each class
	Voting   Voting
}

// Resample returns a row for each cluster, and all rows of the classes that are
// left as they are.
func (s ClusterCentroids) Resample(ctx context.Context, x, y tensor.Tensor) (xs, ys *tensor.Dense, err error) {
	const name = "ClusterCentroids"
	in, err := read(x, y)
	if err == nil {
		err = in.table()
	}
	if err == nil && s.Voting != Soft && s.Voting != Hard {
		err = fmt.Errorf("unknown Voting %d, want Soft or Hard", s.Voting)
	}
	if err != nil {
		return nil, nil, named(name, err)
	}
	quotas, err := in.quotas(s.Strategy, under)
	if err != nil {
		return nil, nil, named(name, err)
	}
	var rows []int      // of x
	var means []float64 // of clusters, which take the place of rows
	var places []int    // of those rows
	for c, class := range in.classes {
		if len(quotas) == 0 || quotas[0].c != c {
			rows = append(rows, class.rows...)
			continue
		}
		kept, centers, err := s.cluster(ctx, in, class.rows, quotas[0].n)
		if err != nil {
			return nil, nil, named(name, err)
		}
		if s.Voting == Soft {
			means = append(means, centers...)
			for i := range kept {
				places = append(places, len(rows)+i)
			}
		}
		rows = append(rows, kept...)
		quotas = quotas[1:]
	}
	if xs, ys, err = in.take(name, rows); err != nil {
		return nil, nil, err
	}
	for i, v := range means {
		d := in.cols()
		set(xs, places[i/d]*d+i%d, v)
	}
	return xs, ys, nil
}

// cluster returns the centers of n clusters of some rows, and the row that is
// nearest to each.
func (s ClusterCentroids) cluster(ctx context.Context, in *input, rows []int, n int) (nearest []int, centers []float64, err error) {
	if n == 0 {
		return nil, nil, nil
	}
	only, err := in.only(rows)
	if err != nil {
		return nil, nil, err
	}
	t := neighbours.Table[float64]{Data: wide(only), Cols: in.cols()}
	clusters, err := kmeans.Fit(ctx, t, n, nprand.New(s.Seed))
	if err != nil {
		return nil, nil, err
	}
	found, err := neighbours.Search(ctx, t, neighbours.Table[float64]{Data: clusters.Centers, Cols: in.cols()}, 1, nil)
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		nearest = append(nearest, rows[found.Rows(i)[0]])
	}
	return nearest, clusters.Centers, nil
}
