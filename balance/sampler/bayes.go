package sampler

import "math"

// bayes is Gaussian naive Bayes, as scikit-learn's GaussianNB: each column of a
// class is normal and independent of the others. To variances it adds 1e-9 of the
// largest variance of a column.
type bayes struct {
	prior          []float64   // logarithms
	mean, variance [][]float64 // of each class and column
}

func newBayes(in *input, seen []int) *bayes {
	d := in.cols()
	b := &bayes{prior: make([]float64, len(in.classes))}
	parts := make([]class, len(in.classes))
	for _, r := range seen {
		p := &parts[in.class[r]]
		p.rows = append(p.rows, r)
	}
	var smooth float64
	for _, sd := range deviations(in, class{rows: seen}, d) {
		smooth = max(smooth, 1e-9*sd*sd)
	}
	for c, p := range parts {
		b.prior[c] = math.Log(float64(len(p.rows)) / float64(len(seen)))
		mean, variance := make([]float64, d), deviations(in, p, d)
		for j := range variance {
			variance[j] = variance[j]*variance[j] + smooth
		}
		for _, r := range p.rows {
			for j := range mean {
				mean[j] += in.at(r*d+j) / float64(len(p.rows))
			}
		}
		b.mean, b.variance = append(b.mean, mean), append(b.variance, variance)
	}
	return b
}

// judge sets out for rows to the probabilities of their classes.
func (b *bayes) judge(in *input, rows []int, out []float64) {
	d := in.cols()
	logs := make([]float64, len(b.prior))
	for _, r := range rows {
		top := math.Inf(-1)
		for c := range logs {
			logs[c] = b.prior[c]
			for j := range d {
				if v := b.variance[c][j]; v > 0 { // 0 where all elements of x are equal
					away := in.at(r*d+j) - b.mean[c][j]
					logs[c] -= (math.Log(2*math.Pi*v) + away*away/v) / 2
				}
			}
			top = max(top, logs[c])
		}
		var sum float64
		for _, l := range logs {
			sum += math.Exp(l - top)
		}
		out[r] = math.Exp(logs[in.class[r]]-top) / sum
	}
}
