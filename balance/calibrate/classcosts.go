package calibrate

import (
	"fmt"
	"math"
)

// ClassCosts is what decisions between several classes cost: entry [i][j] is the
// cost of deciding for class j where class i is true, in any unit, negative for
// gains. It is square, with at least two classes, and finite. loss.ExpectedCost
// trains on the same matrix; here a model that was trained as usual, and
// calibrated, is asked for the cheapest decisions.
type ClassCosts [][]float64

// Decide gives for each row of one calibrated probability per class, row-major,
// the class whose expected cost is lowest, and that cost:
//
//	argmin_j Σ_i p_i C[i][j]
//
// The first of several that cost the same is taken. With costs of 1 off the
// diagonal and 0 on it, it is the most probable class; with two classes it
// decides as the threshold of Costs.ProbabilityThreshold.
//
// Elkan: The foundations of cost-sensitive learning, IJCAI 2001.
func (c ClassCosts) Decide(p []float64) (class []int, cost []float64, err error) {
	k := len(c)
	if err := c.check(); err != nil {
		return nil, nil, err
	}
	if len(p)%k != 0 {
		return nil, nil, fmt.Errorf("calibrate: %d values, want rows of %d classes", len(p), k)
	}
	class, cost = make([]int, len(p)/k), make([]float64, len(p)/k)
	for row := range class {
		for i, q := range p[row*k : (row+1)*k] {
			if err := probability(row, q); err != nil {
				return nil, nil, fmt.Errorf("%w of class %d", err, i)
			}
		}
		cost[row] = math.Inf(1)
		for j := range k {
			var expected float64
			for i, q := range p[row*k : (row+1)*k] {
				expected += q * c[i][j]
			}
			if expected < cost[row] {
				class[row], cost[row] = j, expected
			}
		}
	}
	return class, cost, nil
}

func (c ClassCosts) check() error {
	if len(c) < 2 {
		return fmt.Errorf("calibrate: costs of %d classes, want two or more", len(c))
	}
	for i, row := range c {
		if len(row) != len(c) {
			return fmt.Errorf("calibrate: %d costs where class %d is true, want one for each of %d classes", len(row), i, len(c))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("calibrate: the cost of deciding for class %d where class %d is true is %v, want a finite number", j, i, v)
			}
		}
	}
	return nil
}
