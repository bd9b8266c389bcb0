package kmeans

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/neighbours"
	"github.com/counterweight-go/counterweight/internal/nprand"
)

// start picks the rows that are the first centers, one after the other: of some
// candidates, drawn by their squared distance from the nearest center so far, the
// one that lessens the sum of those distances most.
func (p *problem) start(rng *nprand.RandomState) []int {
	away := make([]float64, p.rows.Rows()) // of each row from its nearest center
	for i := range away {
		away[i] = math.Inf(1)
	}
	upTo := p.cumulated(nil)
	centers := []int{place(upTo, rng.Random()*upTo[len(upTo)-1])}
	total := p.totals(away, centers)[0]
	p.approach(away, centers[0])
	at := make([]float64, 2+int(math.Log(float64(p.k))))
	candidates := make([]int, len(at))
	for len(centers) < p.k && p.ctx.Err() == nil {
		for i := range at {
			at[i] = rng.Random() * total
		}
		upTo = p.cumulated(away)
		for i := range candidates {
			candidates[i] = place(upTo, at[i])
		}
		best := 0
		left := p.totals(away, candidates)
		for i := range left {
			if left[i] < left[best] {
				best = i
			}
		}
		total = left[best]
		p.approach(away, candidates[best])
		centers = append(centers, candidates[best])
	}
	return centers
}

// cumulated returns the sums of the weights of the rows up to each, times what
// is given for each.
func (p *problem) cumulated(v []float64) []float64 {
	out := make([]float64, len(p.weight))
	var sum float64
	for i, w := range p.weight {
		if v != nil {
			w *= v[i]
		}
		sum += w
		out[i] = sum
	}
	return out
}

// place returns the first row whose cumulated sum reaches v.
func place(upTo []float64, v float64) int {
	i, _ := slices.BinarySearch(upTo, v)
	return min(i, len(upTo)-1)
}

// totals returns for each candidate the weighted sum of the distances from the
// nearest center that would be left if it became a center.
func (p *problem) totals(away []float64, candidates []int) []float64 {
	n, grain := len(away), kernel.Grain(len(away), 4*p.cols*len(candidates))
	parts := make([]float64, (n+grain-1)/grain*len(candidates))
	kernel.NewLoop(n, grain, func(lo, hi int) {
		part := parts[lo/grain*len(candidates):]
		for i := lo; i < hi; i++ {
			for j, c := range candidates {
				d := min(away[i], neighbours.Squared(p.row(i), p.row(c)))
				part[j] += float64(p.weight[i] * d)
			}
		}
	}).Run()
	out := make([]float64, len(candidates))
	for i, v := range parts {
		out[i%len(out)] += v
	}
	return out
}

// approach makes a row a center.
func (p *problem) approach(away []float64, center int) {
	n := len(away)
	kernel.NewLoop(n, kernel.Grain(n, 4*p.cols), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			away[i] = min(away[i], neighbours.Squared(p.row(i), p.row(center)))
		}
	}).Run()
}
