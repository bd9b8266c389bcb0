package metric

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Costs is what each outcome of a decision costs, in any one unit; below 0 is a
// gain (Elkan 2001). With probabilities, the cheapest threshold is
// (FP - TN) / (FP - TN + FN - TP).
type Costs struct {
	TP, FP, TN, FN float64
}

func (c Costs) of(n Counts) float64 { return c.TP*n.TP + c.FP*n.FP + c.TN*n.TN + c.FN*n.FN }

// fixed is the lesser cost of calling all rows positive or all negative.
func (c Costs) fixed(n Counts) float64 {
	pos, neg := n.TP+n.FN, n.TN+n.FP
	return min(c.TP*pos+c.FP*neg, c.FN*pos+c.TN*neg)
}

// finite says whether the costs are numbers: 0 times each of them is 0.
func (c Costs) finite() bool { return 0*c.TP+0*c.FP+0*c.TN+0*c.FN == 0 }

func (c Costs) check(name string) error {
	switch {
	case !c.finite():
		return fmt.Errorf("metric: %s: costs %+v, want finite numbers", name, c)
	case c == (Costs{}):
		return fmt.Errorf("metric: %s: all costs are 0", name)
	}
	return nil
}

// Cost is the mean cost of a decision at the threshold, so that sets of
// different sizes compare.
type Cost struct {
	Costs      Costs
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "cost" if empty
}

func (m Cost) Name() string         { return cmp.Or(m.Label, "cost") }
func (m Cost) Direction() Direction { return Down }
func (m Cost) New(trueShape, predShape []int) (State, error) {
	if err := m.Costs.check(m.Name()); err != nil {
		return nil, err
	}
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits}, func(n Counts) float64 {
		return ratio(m.Costs.of(n), n.TP+n.FP+n.TN+n.FN)
	})
}

// Savings is (f - cost) / |f| with f = min(cost of all negative, cost of all
// positive): 1 is free of cost, 0 no better than treating all rows alike, and
// below 0 worse. It is 0 where f is 0. Source: Bahnsen et al. (2014).
type Savings struct {
	Costs      Costs
	Threshold  float64 // as in Precision
	FromLogits bool    // as in Precision
	Label      string  // name, "savings" if empty
}

func (m Savings) Name() string         { return cmp.Or(m.Label, "savings") }
func (m Savings) Direction() Direction { return Up }
func (m Savings) New(trueShape, predShape []int) (State, error) {
	if err := m.Costs.check(m.Name()); err != nil {
		return nil, err
	}
	return newDecisions(m.Name(), trueShape, predShape, rule{threshold: m.Threshold, fromLogits: m.FromLogits}, func(n Counts) float64 {
		return saved(m.Costs.of(n), m.Costs.fixed(n))
	})
}

func saved(cost, fixed float64) float64 {
	if fixed == 0 {
		return 0
	}
	return (fixed - cost) / math.Abs(fixed)
}

// CostScore is the total cost of the decisions score >= threshold, and the
// Savings that they make. costs is one for all rows, or one for each, such as
// the amount of a transaction that a miss loses. Labels are 0 or 1; weight nil
// means ones.
func CostScore(yTrue, score, weight []float64, costs []Costs, threshold float64) (cost, savings float64, err error) {
	if err := rank.Check(yTrue, score, weight); err != nil {
		return 0, 0, fmt.Errorf("metric: cost: %w", err)
	}
	if math.IsNaN(threshold) {
		return 0, 0, errors.New("metric: cost: threshold is NaN")
	}
	if len(costs) != 1 && len(costs) != len(score) {
		return 0, 0, fmt.Errorf("metric: cost: %d costs for %d rows, want one or one for each", len(costs), len(score))
	}
	var positive, negative float64 // cost of calling all rows so
	for i, s := range score {
		c := costs[min(i, len(costs)-1)]
		if !c.finite() {
			return 0, 0, fmt.Errorf("metric: cost: row %d: costs %+v, want finite numbers", i, c)
		}
		w := rank.WeightOf(weight, i)
		yes, no := w*c.FP, w*c.TN
		if yTrue[i] == 1 {
			yes, no = w*c.TP, w*c.FN
		}
		positive += yes
		negative += no
		if s >= threshold {
			cost += yes
		} else {
			cost += no
		}
	}
	return cost, saved(cost, min(positive, negative)), nil
}
