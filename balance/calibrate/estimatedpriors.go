package calibrate

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// NewPriors is the correction of probabilities from the class shares they were
// estimated under to other shares, old and now, each positive:
//
//	p_c = q_c now_c/old_c / Σ_j q_j now_j/old_j
//
// so of two classes the odds are multiplied by (now/(1-now)) ((1-old)/old).
func NewPriors(old, now []float64) (PriorCorrection, error) {
	if len(old) != len(now) {
		return PriorCorrection{}, fmt.Errorf("calibrate: %d old class shares against %d new ones", len(old), len(now))
	}
	c := PriorCorrection{make([]float64, len(old))}
	for j := range old {
		if !(old[j] > 0 && now[j] > 0) {
			return PriorCorrection{}, fmt.Errorf("calibrate: shares of class %d are %v and %v, want positive numbers", j, old[j], now[j])
		}
		c.Weights[j] = old[j] / now[j]
	}
	return c, c.check(len(old), 0)
}

// EstimatedPriors finds the class shares of rows whose labels nobody knows, from
// the probabilities q that a model gives them, and corrects q for the change
// (Saerens, Latinne & Decaestecker 2002). The model must be calibrated for the
// shares Train, and the classes themselves must look as they did: only their
// shares may have moved. Expectation maximisation repeats
//
//	p_ic ← q_ic Prior_c/Train_c / Σ_j q_ij Prior_j/Train_j
//	Prior_c ← Σ_i w_i p_ic / Σ_i w_i
//
// from Prior = Train until no share moves by 1e-10, towards the one maximum of
// the likelihood.
type EstimatedPriors struct {
	Train []float64 // one positive share for each class, two classes at least; set it before Fit
	Prior []float64 // found by Fit, sums to 1
}

// Fit finds Prior from rows of one probability per class, row-major; weight nil
// means ones. It returns an error for rows without weight, for a class that has
// probability 0 in all rows, and if 100,000 rounds are not enough.
func (e *EstimatedPriors) Fit(q, weight []float64) error {
	k := len(e.Train)
	if k < 2 {
		return fmt.Errorf("calibrate: %d class shares in Train, want at least 2", k)
	}
	for j, share := range e.Train {
		if !(share > 0) || math.IsInf(share, 1) {
			return fmt.Errorf("calibrate: share of class %d in Train is %v, want a positive finite number", j, share)
		}
	}
	if len(q)%k != 0 {
		return fmt.Errorf("calibrate: %d values, want rows of %d classes", len(q), k)
	}
	n := len(q) / k
	if weight != nil && len(weight) != n {
		return fmt.Errorf("calibrate: %d weights against %d rows", len(weight), n)
	}
	ratio, w := make([]float64, len(q)), make([]float64, n)
	var total float64
	seen := make([]bool, k)
	for i := range n {
		w[i] = rank.WeightOf(weight, i)
		if !(w[i] >= 0) || math.IsInf(w[i], 1) {
			return fmt.Errorf("calibrate: row %d: weight is %v, want a finite number that is not negative", i, w[i])
		}
		total += w[i]
		var sum float64
		for j, v := range q[i*k : (i+1)*k] {
			if err := probability(i, v); err != nil {
				return err
			}
			ratio[i*k+j] = v / e.Train[j]
			seen[j] = seen[j] || v > 0 && w[i] > 0
			sum += v
		}
		if sum == 0 {
			return fmt.Errorf("calibrate: row %d: probabilities are all 0", i)
		}
	}
	if !(total > 0) || math.IsInf(total, 1) {
		return fmt.Errorf("calibrate: weights sum to %v, want a positive finite number", total)
	}
	if j := slices.Index(seen, false); j >= 0 {
		return fmt.Errorf("calibrate: class %d has probability 0 in every row, so its share cannot be found", j)
	}
	for i := range w {
		w[i] /= total
	}
	// A plain round multiplies the shares by the slopes of the likelihood. Where
	// a share goes to 0 that takes very many rounds, so the slopes are raised to a
	// power that grows for as long as the likelihood does.
	prior, plain, slope := slices.Clone(e.Train), make([]float64, k), make([]float64, k)
	normalise(prior)
	power, best := 1., math.Inf(-1)
	for range 100_000 {
		likelihood := slopes(slope, ratio, w, prior)
		if likelihood < best-1e-13*math.Abs(best) {
			copy(prior, plain) // too far
			power, best = 1, math.Inf(-1)
			continue
		}
		best = likelihood
		var moved float64
		for j, p := range prior {
			moved = max(moved, p*math.Abs(slope[j]-1))
			plain[j] = p * slope[j]
			prior[j] = max(p*math.Pow(slope[j], power), math.SmallestNonzeroFloat64) // a share of 0 would stay
		}
		normalise(plain)
		if moved < 1e-10 {
			e.Prior = plain
			return nil
		}
		normalise(prior)
		power = min(1.1*power, 1e4)
	}
	return fmt.Errorf("calibrate: class shares still move at %v", prior)
}

// slopes sets slope to the derivatives of the likelihood Σ_i w_i ln Σ_c
// ratio_ic prior_c, and returns it. Rows whose classes have gone do not count.
func slopes(slope, ratio, w, prior []float64) (likelihood float64) {
	clear(slope)
	k := len(prior)
	for i, wi := range w {
		row := ratio[i*k : (i+1)*k]
		var sum float64
		for j, r := range row {
			sum += r * prior[j]
		}
		if sum == 0 || wi == 0 {
			continue
		}
		likelihood += wi * math.Log(sum)
		for j, r := range row {
			slope[j] += wi * r / sum
		}
	}
	return likelihood
}

// FitBinary is Fit for probabilities of class 1 of two, as a sigmoid gives them.
func (e *EstimatedPriors) FitBinary(q, weight []float64) error {
	rows := make([]float64, 0, 2*len(q))
	for _, v := range q {
		rows = append(rows, 1-v, v)
	}
	return e.Fit(rows, weight)
}

// Correction is that from Train to Prior, for probabilities and logits of one
// or several columns.
func (e *EstimatedPriors) Correction() (PriorCorrection, error) {
	return NewPriors(e.Train, e.Prior)
}

// Apply corrects rows of one probability per class, row-major.
func (e *EstimatedPriors) Apply(q []float64) ([]float64, error) {
	c, err := e.Correction()
	if err != nil {
		return nil, err
	}
	return c.Probabilities(q)
}

func normalise(p []float64) {
	var sum float64
	for _, v := range p {
		sum += v
	}
	for j := range p {
		p[j] /= sum
	}
}
