package rank

import (
	"math"
	"slices"
	"sort"
)

// Curve holds, for each distinct score in descending order, the weight of the
// positive (TP) and negative (FP) rows that score at least as much. The last
// entries are therefore the total weights of the two classes.
type Curve struct {
	Score, TP, FP []float64
}

// New checks, sorts and accumulates the rows. weights nil means ones.
func New(labels, scores, weights []float64) (*Curve, error) {
	if err := Check(labels, scores, weights); err != nil {
		return nil, err
	}
	b := Buffer{entries: make([]entry[uint64, float64], 0, len(scores))}
	for i, s := range scores {
		b.Add(labels[i], s, WeightOf(weights, i))
	}
	return b.Curve(), nil
}

// accumulate rebuilds the curve from sorted entries.
func (c *Curve) accumulate(sorted []entry[uint64, float64]) {
	n := len(sorted)
	c.Score, c.TP, c.FP = slices.Grow(c.Score[:0], n), slices.Grow(c.TP[:0], n), slices.Grow(c.FP[:0], n)
	var tp, fp float64
	for i, e := range sorted {
		if e.weight > 0 {
			tp += e.weight
		} else {
			fp -= e.weight
		}
		if i+1 == n || sorted[i+1].key != e.key {
			c.Score = append(c.Score, score64(e.key))
			c.TP = append(c.TP, tp)
			c.FP = append(c.FP, fp)
		}
	}
}

// Totals returns the weights of the positive and of the negative rows.
func (c *Curve) Totals() (pos, neg float64) {
	if n := len(c.Score); n > 0 {
		return c.TP[n-1], c.FP[n-1]
	}
	return 0, 0
}

// ROCAUC is the area under the ROC curve by the trapezoid rule, which equals
// P(s+ > s-) + P(s+ = s-)/2. It is NaN unless both classes have weight.
func (c *Curve) ROCAUC() float64 {
	var area, tp, fp float64
	for i := range c.Score {
		area += (c.FP[i] - fp) * (c.TP[i] + tp) / 2
		tp, fp = c.TP[i], c.FP[i]
	}
	if tp == 0 || fp == 0 {
		return math.NaN()
	}
	return area / (tp * fp)
}

// PartialROCAUC is the area under the ROC curve, points joined by lines, up to a
// false positive rate of most in (0, 1], standardised to 0.5 for guessing and 1
// at best (McClish 1989). It is NaN unless both classes have weight.
func (c *Curve) PartialROCAUC(most float64) float64 {
	pos, neg := c.Totals()
	if pos == 0 || neg == 0 {
		return math.NaN()
	}
	end := most * neg
	var area, tp, fp float64
	for i := range c.Score {
		if c.FP[i] >= end {
			if c.FP[i] > fp {
				height := tp + (c.TP[i]-tp)*(end-fp)/(c.FP[i]-fp)
				area += (end - fp) * (height + tp) / 2
			}
			break
		}
		area += (c.FP[i] - fp) * (c.TP[i] + tp) / 2
		tp, fp = c.TP[i], c.FP[i]
	}
	area /= pos * neg
	guess := most * most / 2
	return (1 + (area-guess)/(most-guess)) / 2
}

// Top returns the weight of the positive rows within the weight k of the
// highest scores, and the weight that these hold: k, or all rows if they hold
// less. Rows with equal scores share what is left for them, as they do on
// average over all orders.
func (c *Curve) Top(k float64) (pos, all float64) {
	n := len(c.Score)
	i := sort.Search(n, func(i int) bool { return c.TP[i]+c.FP[i] >= k })
	if i == n {
		p, neg := c.Totals()
		return p, p + neg
	}
	var tp, fp float64
	if i > 0 {
		tp, fp = c.TP[i-1], c.FP[i-1]
	}
	group := c.TP[i] + c.FP[i] - tp - fp
	if group == 0 { // lost beside far greater weights
		return tp, k
	}
	return tp + (c.TP[i]-tp)*(k-tp-fp)/group, k
}

// AveragePrecision is sum_n (R_n - R_{n-1}) P_n over the distinct scores,
// without interpolation. It is 0 without positive rows and 1 without negative
// ones.
func (c *Curve) AveragePrecision() float64 {
	var sum, tp float64
	for i := range c.Score {
		if c.TP[i] > tp {
			sum += (c.TP[i] - tp) * (c.TP[i] / (c.TP[i] + c.FP[i]))
			tp = c.TP[i]
		}
	}
	if tp == 0 {
		return 0
	}
	return sum / tp
}

// ROC returns the false and true positive rates at each threshold, thresholds
// descending, a row being positive when its score is at least the threshold.
// The first point is (0, 0) at +Inf. The rate of a class without weight is NaN.
func (c *Curve) ROC() (fpr, tpr, thresholds []float64) {
	pos, neg := c.Totals()
	fpr, tpr, thresholds = []float64{0 / neg}, []float64{0 / pos}, []float64{math.Inf(1)}
	for i, s := range c.Score {
		fpr = append(fpr, c.FP[i]/neg)
		tpr = append(tpr, c.TP[i]/pos)
		thresholds = append(thresholds, s)
	}
	return fpr, tpr, thresholds
}

// PrecisionRecall returns precision and recall at each threshold, thresholds
// ascending, a row being positive when its score is at least the threshold.
// A last point (1, 0) without a threshold closes the curve. Without positive
// rows the recall is 1 at every threshold.
func (c *Curve) PrecisionRecall() (precision, recall, thresholds []float64) {
	pos, _ := c.Totals()
	for i := len(c.Score) - 1; i >= 0; i-- {
		r := 1.0
		if pos > 0 {
			r = c.TP[i] / pos
		}
		precision = append(precision, c.TP[i]/(c.TP[i]+c.FP[i]))
		recall = append(recall, r)
		thresholds = append(thresholds, c.Score[i])
	}
	return append(precision, 1), append(recall, 0), thresholds
}
