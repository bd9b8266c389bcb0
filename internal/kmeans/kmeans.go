package kmeans

import (
	"context"
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
)

// scikit-learn's defaults.
const (
	maxIterations = 300
	// tolerance is the sum of squared moves of the centers, in mean variances of
	// a column, at which they count as standing still.
	tolerance = 1e-4
)

// Clusters is what Fit finds.
type Clusters struct {
	Centers    []float64 // one after the other, the mean of their rows
	Of         []int32   // the center that is nearest to each row, the first of equal distances
	Inertia    float64   // Σ squared distances of the rows from their centers
	Iterations int
}

// Fit looks for k clusters of the rows of t, k from 1 to as many as there are
// rows. Of fewer than k distinct rows each is a center, some of them repeated,
// and no row belongs to a repeated one.
//
// Lloyd, Least squares quantization in PCM, IEEE Transactions on Information
// Theory 28 (1982). Arthur and Vassilvitskii, k-means++: the advantages of
// careful seeding, SODA (2007).
func Fit(ctx context.Context, t neighbours.Table[float64], k int, rng *nprand.RandomState) (*Clusters, error) {
	if n := t.Rows(); k < 1 || k > n {
		return nil, fmt.Errorf("%d clusters of %d rows, want at least 1 and at most as many as there are", k, n)
	}
	groups := neighbours.Equal(t)
	n, distinct := t.Rows(), len(groups.First)
	p := &problem{ctx: ctx, rows: t, cols: t.Cols, k: k, weight: make([]float64, n)}
	if distinct > k && 2*distinct > n {
		for i := range p.weight {
			p.weight[i] = 1
		}
		return p.fit(rng)
	}
	// Many rows are equal: one of each weighs as many.
	p.rows = neighbours.Table[float64]{Cols: t.Cols, Data: make([]float64, 0, distinct*t.Cols)}
	for _, r := range groups.First {
		p.rows.Data = append(p.rows.Data, t.Data[int(r)*t.Cols:][:t.Cols]...)
	}
	p.weight = p.weight[:distinct]
	for _, g := range groups.Of {
		p.weight[g]++
	}
	c, err := p.fit(rng)
	if err != nil {
		return nil, err
	}
	of := make([]int32, n)
	for r, g := range groups.Of {
		of[r] = c.Of[g]
	}
	c.Of = of
	return c, nil
}

// problem is rows, each with its number of copies.
type problem struct {
	ctx    context.Context
	rows   neighbours.Table[float64]
	weight []float64
	cols   int
	k      int
}

func (p *problem) row(i int) []float64 { return p.rows.Data[i*p.cols:][:p.cols] }

func (p *problem) fit(rng *nprand.RandomState) (*Clusters, error) {
	n := p.rows.Rows()
	if n <= p.k {
		c := &Clusters{Of: make([]int32, n)}
		for i := range p.k {
			c.Centers = append(c.Centers, p.row(i%n)...)
		}
		for i := range n {
			c.Of[i] = int32(i)
		}
		return c, nil
	}
	c := new(Clusters)
	for _, r := range p.start(rng) {
		c.Centers = append(c.Centers, p.row(r)...)
	}
	still := tolerance * p.meanVariance()
	for c.Iterations < maxIterations {
		was := c.Of
		away, err := p.assign(c)
		if err != nil {
			return nil, err
		}
		c.Iterations++
		moved := p.recentre(c, away)
		if slices.Equal(was, c.Of) {
			return c, nil
		}
		if moved <= still {
			break
		}
	}
	_, err := p.assign(c)
	return c, err
}

// assign finds the nearest center of each row, and returns how far away it is,
// squared.
func (p *problem) assign(c *Clusters) ([]float64, error) {
	found, err := neighbours.Search(p.ctx, neighbours.Table[float64]{Data: c.Centers, Cols: p.cols}, p.rows, 1, nil)
	if err != nil {
		return nil, err
	}
	c.Of = make([]int32, p.rows.Rows())
	away := make([]float64, len(c.Of))
	c.Inertia = 0
	for i := range c.Of {
		c.Of[i], away[i] = found.Rows(i)[0], found.Distances(i)[0]
		c.Inertia += float64(p.weight[i] * away[i])
	}
	return away, nil
}

// recentre moves each center to the mean of its rows, and one without rows to a
// row that is farthest from its own center. It returns the sum of squared moves.
func (p *problem) recentre(c *Clusters, away []float64) float64 {
	// The rows by cluster, each in order, so that a cluster is summed by one
	// processor.
	first := make([]int, p.k+1)
	for _, o := range c.Of {
		first[o+1]++
	}
	for i := range p.k {
		first[i+1] += first[i]
	}
	order := make([]int, len(c.Of))
	next := slices.Clone(first)
	for r, o := range c.Of {
		order[next[o]] = r
		next[o]++
	}
	moves := make([]float64, p.k)
	sum := make([]float64, p.k*p.cols)
	weight := make([]float64, p.k)
	kernel.NewLoop(p.k, kernel.Grain(p.k, 2*len(c.Of)/p.k*p.cols), func(lo, hi int) {
		for o := lo; o < hi; o++ {
			out := sum[o*p.cols:][:p.cols]
			for _, r := range order[first[o]:first[o+1]] {
				for j, v := range p.row(r) {
					out[j] += float64(p.weight[r] * v)
				}
				weight[o] += p.weight[r]
			}
		}
	}).Run()
	p.relocate(c, away, sum, weight)
	for o := range p.k {
		if weight[o] == 0 {
			continue // its only row went to another: it waits where it is
		}
		for j, v := range sum[o*p.cols:][:p.cols] {
			v /= weight[o]
			d := v - c.Centers[o*p.cols+j]
			moves[o] += float64(d * d)
			c.Centers[o*p.cols+j] = v
		}
	}
	var moved float64
	for _, m := range moves {
		moved += m
	}
	return moved
}

// relocate gives clusters without rows the rows that are farthest away from
// their centers, of equal distances the first.
func (p *problem) relocate(c *Clusters, away, sum, weight []float64) {
	var far []int
	for o := range p.k {
		if weight[o] > 0 {
			continue
		}
		if far == nil {
			for r := range away {
				far = append(far, r)
			}
			slices.SortStableFunc(far, func(a, b int) int {
				switch {
				case away[a] > away[b]:
					return -1
				case away[a] < away[b]:
					return 1
				}
				return 0
			})
		}
		r := far[0]
		far = far[1:]
		from := int(c.Of[r])
		for j, v := range p.row(r) {
			sum[from*p.cols+j] -= float64(p.weight[r] * v)
			sum[o*p.cols+j] = float64(p.weight[r] * v)
		}
		weight[from] -= p.weight[r]
		weight[o] = p.weight[r]
	}
}

func (p *problem) meanVariance() float64 {
	mean, square := make([]float64, p.cols), make([]float64, p.cols)
	var n, sum float64
	for _, w := range p.weight {
		n += w
	}
	for i, w := range p.weight {
		for j, v := range p.row(i) {
			mean[j] += w / n * v
		}
	}
	for i, w := range p.weight {
		for j, v := range p.row(i) {
			d := v - mean[j]
			square[j] += float64(w * d * d)
		}
	}
	for _, s := range square {
		sum += s / n
	}
	return sum / float64(p.cols)
}
