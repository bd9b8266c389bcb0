package compare

import (
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/balance/calibrate"
	"github.com/counterweight-go/counterweight/fit/metric"
)

// point is a point of a curve.
type point struct{ x, y float64 }

// curve is what a strategy looks like in a figure.
type curve struct {
	strategy int
	points   []point
	dots     bool // the points are marked
}

// precisionRecall is the curve of the scores of all test rows together, from
// the highest threshold down.
func (r *Result) precisionRecall(i int) (curve, error) {
	precision, recall, _, err := metric.PrecisionRecallCurve(r.Labels, widen(r.Strategies[i].Scores), nil)
	if err != nil {
		return curve{}, err
	}
	c := curve{strategy: i}
	for k := range precision {
		c.points = append(c.points, point{recall[k], precision[k]})
	}
	slices.Reverse(c.points)
	c.points = thin(c.points)
	return c, nil
}

// roc is the curve of the scores of all test rows together.
func (r *Result) roc(i int) (curve, error) {
	fpr, tpr, _, err := metric.ROCCurve(r.Labels, widen(r.Strategies[i].Scores), nil)
	if err != nil {
		return curve{}, err
	}
	c := curve{strategy: i}
	for k := range fpr {
		c.points = append(c.points, point{fpr[k], tpr[k]})
	}
	c.points = thin(c.points)
	return c, nil
}

// A calibration curve has a point for each tenth of the range of scores that
// holds enough rows to say something.
const calibrationBins, fewest = 10, 10

// calibration compares predicted with observed shares.
func (r *Result) calibration(i int, corrected bool) (curve, error) {
	scores := r.Strategies[i].Scores
	if corrected {
		scores = r.Strategies[i].Corrected
	}
	bins, err := calibrate.Reliability(r.Labels, widen(scores), nil, calibrationBins, calibrate.EqualWidth)
	if err != nil {
		return curve{}, err
	}
	c := curve{strategy: i, dots: true}
	for _, b := range bins {
		if b.Weight >= fewest {
			c.points = append(c.points, point{b.Predicted, b.Observed})
		}
	}
	return c, nil
}

// learning is the mean over the folds of a loss by epoch, counted from 1.
func (r *Result) learning(i int, loss func(*FoldResult) []float64) curve {
	c := curve{strategy: i}
	folds := r.Strategies[i].Folds
	for e := range loss(&folds[0]) {
		var sum float64
		for f := range folds {
			sum += loss(&folds[f])[e]
		}
		c.points = append(c.points, point{float64(e + 1), sum / float64(len(folds))})
	}
	return c
}

// thin leaves out points that no figure can tell from their neighbours. It keeps
// both ends.
func thin(p []point) []point {
	const step = 1. / 400
	out := p[:0:0]
	for i, q := range p {
		if i > 0 && i < len(p)-1 {
			last, next := out[len(out)-1], p[i+1]
			if math.Abs(q.x-last.x) < step && math.Abs(q.y-last.y) < step && math.Abs(next.x-last.x) < step && math.Abs(next.y-last.y) < step {
				continue
			}
		}
		out = append(out, q)
	}
	return out
}
