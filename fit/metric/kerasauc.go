package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// maxThresholds is where an archive asks for more memory than a metric is worth.
const maxThresholds = 1 << 24

// Curve is what KerasAUC takes the area under.
type Curve int

const (
	ROC    Curve = iota // recall over false positive rate
	PR                  // precision over recall
	PRGain              // precision gain over recall gain (Flach and Kull 2015)
)

// Summation is the height that KerasAUC gives to the strip between two points.
type Summation int

const (
	Interpolation Summation = iota // mean of both heights; PR: Davis and Goadrich 2006
	Minoring                       // the lower height
	Majoring                       // the higher height
)

// KerasAUC is Keras's AUC, an approximation from the counts at a few
// thresholds, 200 evenly spaced ones by default: -1e-7, 1/199, 2/199, ...,
// 198/199, 1+1e-7.
//
// On rare events these thresholds are badly wrong. A model that is honest about
// a class of one in a thousand gives nearly all rows a probability below 1/199,
// so they all fall between the first two thresholds, which makes them ties: a
// perfect ranking then has an AUC of 0.5 here and of 1 in ROCAUC. Class weights
// push the probabilities up and so seem to improve the AUC, where they only
// spread the scores over more thresholds. Take ROCAUC and AveragePrecision to
// judge a model, and this metric to compare with numbers from Keras.
type KerasAUC struct {
	NumThresholds int       // at least 2; 0 means 200
	Thresholds    []float64 // in [0, 1], instead of NumThresholds; -1e-7 and 1+1e-7 are added
	Curve         Curve     // default ROC
	Summation     Summation // default Interpolation
	MultiLabel    bool      // an AUC for each column, then their mean; else all columns count together
	LabelWeights  []float64 // with MultiLabel, the weight of each column in the mean
	FromLogits    bool      // predictions are logits; else they must lie in [0, 1]
	Label         string    // name, "auc" if empty
}

func (m KerasAUC) Name() string         { return cmp.Or(m.Label, "auc") }
func (m KerasAUC) Direction() Direction { return Up }
func (m KerasAUC) New(trueShape, predShape []int) (State, error) {
	l, err := align(m.Name(), trueShape, predShape)
	if err != nil {
		return nil, err
	}
	curves := 1
	if m.MultiLabel {
		curves = l.k
	}
	if n := len(m.LabelWeights); n > 0 && (n != l.k || !m.MultiLabel) {
		return nil, fmt.Errorf("metric: %s: %d label weights for %d columns with MultiLabel %v", l.name, n, l.k, m.MultiLabel)
	}
	if m.Curve < ROC || m.Curve > PRGain || m.Summation < Interpolation || m.Summation > Majoring {
		return nil, fmt.Errorf("metric: %s: unknown curve %d or summation %d", l.name, m.Curve, m.Summation)
	}
	inner := slices.Sorted(slices.Values(m.Thresholds))
	if m.Thresholds == nil {
		n := cmp.Or(m.NumThresholds, 200)
		if n < 2 {
			return nil, fmt.Errorf("metric: %s: %d thresholds, want at least 2", l.name, n)
		}
		if n > maxThresholds {
			return nil, fmt.Errorf("metric: %s: %d thresholds, want at most %d", l.name, n, maxThresholds)
		}
		for i := 1; i < n-1; i++ {
			inner = append(inner, float64(i)/float64(n-1))
		}
	}
	for _, t := range inner {
		if !(t >= 0 && t <= 1) {
			return nil, fmt.Errorf("metric: %s: threshold is %v, want a probability", l.name, t)
		}
	}
	thresholds := slices.Concat([]float64{-fuzz}, inner, []float64{1 + fuzz})
	return &kerasAUC{buckets: newBuckets(l, thresholds, curves, m.FromLogits), KerasAUC: m}, nil
}

type kerasAUC struct {
	buckets
	KerasAUC
}

func (s *kerasAUC) Result() float64 {
	var sum, weights float64
	for c := range s.curves {
		w := 1.0
		if s.LabelWeights != nil {
			w = s.LabelWeights[c]
		}
		sum += w * s.area(c)
		weights += w
	}
	return ratio(sum, weights)
}

func (s *kerasAUC) area(curve int) float64 {
	var area float64
	var high Counts
	s.descend(curve, func(i int, low Counts) {
		if i < len(s.thresholds)-1 {
			area += s.strip(low, high)
		}
		high = low
	})
	return area
}

// strip is the area between the points at two neighbouring thresholds, low
// being the lower one, where more is positive.
func (s *kerasAUC) strip(low, high Counts) float64 {
	if s.Curve == PR && s.Summation == Interpolation {
		// Between the two points TP is taken as linear in TP+FP.
		from, to := high.TP+high.FP, low.TP+low.FP
		slope := ratio(low.TP-high.TP, max(to-from, 0))
		relative := 1.0
		if from > 0 && to > 0 {
			relative = to / from
		}
		intercept := high.TP - slope*from
		return ratio(slope*(low.TP-high.TP+intercept*math.Log(relative)), high.TP+high.FN)
	}
	x0, y0 := s.point(low)
	x1, y1 := s.point(high)
	height := (y0 + y1) / 2
	switch s.Summation {
	case Minoring:
		height = min(y0, y1)
	case Majoring:
		height = max(y0, y1)
	}
	return (x0 - x1) * height
}

func (s *kerasAUC) point(c Counts) (x, y float64) {
	switch {
	case s.Curve == ROC:
		return ratio(c.FP, c.FP+c.TN), c.Recall()
	case s.Curve == PR:
		return c.Recall(), c.Precision()
	case c.TP == 0:
		return 0, 1
	}
	odds := ratio(c.TP+c.FN, c.TN+c.FP)
	return max(1-odds*c.FN/c.TP, 0), 1 - odds*c.FP/c.TP
}
