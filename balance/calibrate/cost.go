package calibrate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Costs asks for the lowest mean cost. Entries are costs in any unit, negative
// for gains; only their differences move the threshold. The value is
//
//	Σ w cost / Σ w.
//
// The threshold is +Inf where it is cheapest to predict no row positive.
type Costs struct {
	TrueNegative, FalsePositive, FalseNegative, TruePositive float64
}

func (c Costs) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	if err := c.check(); err != nil {
		return 0, 0, err
	}
	return cheapest(y, score, weight, func(i int) (passed, flagged float64) {
		if y[i] == 1 {
			return c.FalseNegative, c.TruePositive
		}
		return c.TrueNegative, c.FalsePositive
	})
}

// ProbabilityThreshold is the threshold that has the lowest expected cost on
// calibrated probabilities, without any rows (Elkan 2001):
//
//	t = (FP - TN) / ((FP - TN) + (FN - TP))
//
// A false positive must cost more than a true negative, and a false negative
// more than a true positive. Deciding at t is deciding at 0.5 after training
// with weights FP - TN and FN - TP of the two classes.
func (c Costs) ProbabilityThreshold() (float64, error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	alarm, miss := c.FalsePositive-c.TrueNegative, c.FalseNegative-c.TruePositive
	if !(alarm > 0 && miss > 0) {
		return 0, fmt.Errorf("calibrate: mistakes cost %v and %v more than right decisions, want both positive", alarm, miss)
	}
	return alarm / (alarm + miss), nil
}

func (c Costs) check() error {
	for _, v := range []float64{c.TrueNegative, c.FalsePositive, c.FalseNegative, c.TruePositive} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("calibrate: a cost is %v, want finite numbers", v)
		}
	}
	return nil
}

// RowCosts is Costs with a cost for each row, such as the amount of a payment
// for a missed fraud. nil means costs of 0.
type RowCosts struct {
	TrueNegative, FalsePositive, FalseNegative, TruePositive []float64
}

func (c RowCosts) Threshold(y, score, weight []float64) (threshold, value float64, err error) {
	for _, costs := range [][]float64{c.TrueNegative, c.FalsePositive, c.FalseNegative, c.TruePositive} {
		if costs != nil && len(costs) != len(y) {
			return 0, 0, fmt.Errorf("calibrate: %d costs against %d labels", len(costs), len(y))
		}
		for i, v := range costs {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, fmt.Errorf("calibrate: row %d: cost is %v, want a finite number", i, v)
			}
		}
	}
	of := func(costs []float64, i int) float64 {
		if costs == nil {
			return 0
		}
		return costs[i]
	}
	return cheapest(y, score, weight, func(i int) (passed, flagged float64) {
		if y[i] == 1 {
			return of(c.FalseNegative, i), of(c.TruePositive, i)
		}
		return of(c.TrueNegative, i), of(c.FalsePositive, i)
	})
}

// cheapest goes through the thresholds from above the highest down. cost is of
// a row that is passed over and of one that is predicted positive.
func cheapest(y, score, weight []float64, cost func(i int) (passed, flagged float64)) (threshold, value float64, err error) {
	if err := rank.Check(y, score, weight); err != nil {
		return 0, 0, fmt.Errorf("calibrate: %w", err)
	}
	var order []int
	var of [2]float64
	var sum float64
	for i := range y {
		w := rank.WeightOf(weight, i)
		if w == 0 {
			continue
		}
		order = append(order, i)
		of[int(y[i])] += w
		passed, _ := cost(i)
		sum += w * passed
	}
	for class, name := range []string{"negative", "positive"} {
		if of[class] == 0 {
			return 0, 0, fmt.Errorf("calibrate: %w: no %s rows with weight", ErrNoThreshold, name)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	threshold, best := math.Inf(1), sum
	for at, i := range order {
		passed, flagged := cost(i)
		sum += rank.WeightOf(weight, i) * (flagged - passed)
		if last := at+1 == len(order); (last || score[order[at+1]] != score[i]) && sum < best {
			threshold, best = score[i], sum
		}
	}
	return threshold, best / (of[0] + of[1]), nil
}
