package metric

import (
	"fmt"
	"slices"
)

// buckets is the state of every metric that counts decisions at many fixed
// thresholds at once. A prediction is positive when it is above the threshold,
// strictly.
type buckets struct {
	layout
	thresholds, rounded []float64 // ascending; the latter for float32 predictions
	curves              int       // 1, or one for each column
	logits              bool
	skip                []bool // columns that do not count; nil: all count
	// above[c*(T+1)+i] holds, as TP and FP, the rows of curve c that are above
	// exactly i of the T thresholds.
	above []Counts
}

func newBuckets(l layout, thresholds []float64, curves int, logits bool) buckets {
	s := buckets{layout: l, thresholds: thresholds, curves: curves, logits: logits}
	for _, t := range thresholds {
		s.rounded = append(s.rounded, float64(float32(t)))
	}
	s.above = make([]Counts, curves*(len(thresholds)+1))
	return s
}

func (s *buckets) Update(b *Batch) error {
	v, err := s.open(b)
	if err != nil {
		return err
	}
	thresholds := s.thresholds
	if b.Single {
		thresholds = s.rounded
	}
	for row := range v.rows {
		for c := range s.k {
			if s.skip != nil && s.skip[c] {
				continue
			}
			label, score, weight, err := s.binary(&v, row, c)
			if err != nil {
				return err
			}
			if s.logits {
				score = sigmoid(score)
			} else if score < 0 || score > 1 {
				return fmt.Errorf("metric: %s: row %d: score is %v, want a probability or FromLogits", s.name, row, score)
			}
			i, _ := slices.BinarySearch(thresholds, score)
			s.above[c%s.curves*(len(thresholds)+1)+i].add(label == 1, true, weight)
		}
	}
	return nil
}

func (s *buckets) Reset() { clear(s.above) }

// descend visits the counts at each threshold of a curve, from the highest
// threshold down.
func (s *buckets) descend(curve int, visit func(threshold int, at Counts)) {
	n := len(s.thresholds) + 1
	above := s.above[curve*n:][:n]
	var total, at Counts
	for _, c := range above {
		total.FN += c.TP
		total.TN += c.FP
	}
	for i := n - 1; i > 0; i-- {
		at.TP += above[i].TP
		at.FN = total.FN - at.TP
		at.FP += above[i].FP
		at.TN = total.TN - at.FP
		visit(i-1, at)
	}
}
