package calibrate

import (
	"fmt"
	"math"
)

// PriorCorrection undoes class weights. A model trained with weights w_c, or on
// rows sampled at rates proportional to w_c, estimates q_c proportional to
// w_c p_c, where p_c is the probability under the true class shares. Hence
//
//	p_c = (q_c/w_c) / sum_j (q_j/w_j)
//
// which for two classes and q = q_1 is Dal Pozzolo et al. (2015),
//
//	p = q w0 / (q w0 + (1-q) w1).
//
// The correction keeps the order of binary scores, so it changes the Brier
// score and the meaning of 0.5, never ROC AUC or average precision. It is exact
// for weights and random over- and undersampling. It is not for SMOTE, and focal
// loss has FocalCorrection.
type PriorCorrection struct {
	// Weights holds the weight of each class, at least two, each positive and
	// finite. Only their ratios matter.
	Weights []float64
}

// Probabilities corrects rows of one probability per class, row-major. Rows
// need not sum to 1; the corrected ones do.
func (c PriorCorrection) Probabilities(q []float64) ([]float64, error) {
	k := len(c.Weights)
	if err := c.check(k, len(q)); err != nil {
		return nil, err
	}
	p := make([]float64, len(q))
	for at := 0; at < len(q); at += k {
		var sum float64
		for j, w := range c.Weights {
			if err := probability(at/k, q[at+j]); err != nil {
				return nil, err
			}
			p[at+j] = q[at+j] / w
			sum += p[at+j]
		}
		if !(sum > 0) || math.IsInf(sum, 1) {
			return nil, fmt.Errorf("calibrate: row %d: probabilities %v divided by the weights sum to %v", at/k, q[at:at+k], sum)
		}
		for j := range k {
			p[at+j] /= sum
		}
	}
	return p, nil
}

// Binary corrects probabilities of class 1, as a sigmoid gives them, for two
// weights.
func (c PriorCorrection) Binary(q []float64) ([]float64, error) {
	if err := c.check(2, 0); err != nil {
		return nil, err
	}
	p := make([]float64, len(q))
	for i, x := range q {
		if err := probability(i, x); err != nil {
			return nil, err
		}
		p[i] = shift(x, c.Weights[0], c.Weights[1])
	}
	return p, nil
}

// Logits corrects rows of one logit per class, row-major: z_c - ln w_c. Their
// softmax is what Probabilities gives.
func (c PriorCorrection) Logits(z []float64) ([]float64, error) {
	k := len(c.Weights)
	if err := c.check(k, len(z)); err != nil {
		return nil, err
	}
	out := make([]float64, len(z))
	for i, x := range z {
		if math.IsNaN(x) {
			return nil, fmt.Errorf("calibrate: row %d: logit is NaN", i/k)
		}
		out[i] = x - math.Log(c.Weights[i%k])
	}
	return out, nil
}

// BinaryLogits corrects logits of class 1, for two weights: z - ln(w1/w0).
// Their sigmoid is what Binary gives.
func (c PriorCorrection) BinaryLogits(z []float64) ([]float64, error) {
	if err := c.check(2, 0); err != nil {
		return nil, err
	}
	by := math.Log(c.Weights[1]) - math.Log(c.Weights[0])
	out := make([]float64, len(z))
	for i, x := range z {
		if math.IsNaN(x) {
			return nil, fmt.Errorf("calibrate: row %d: logit is NaN", i)
		}
		out[i] = x - by
	}
	return out, nil
}

// EquivalentThreshold is the threshold on the uncorrected probability of class
// 1 that decides as threshold t does on the corrected one:
// t w1 / (t w1 + (1-t) w0). With balanced weights and t = 0.5 it is one minus
// the share of positives.
func (c PriorCorrection) EquivalentThreshold(t float64) (float64, error) {
	if err := c.check(2, 0); err != nil {
		return 0, err
	}
	if !(t >= 0 && t <= 1) {
		return 0, fmt.Errorf("calibrate: threshold is %v, want a probability", t)
	}
	return shift(t, c.Weights[1], c.Weights[0]), nil
}

func shift(q, a, b float64) float64 { return q * a / (q*a + (1-q)*b) }

func (c PriorCorrection) check(classes, values int) error {
	if len(c.Weights) < 2 || len(c.Weights) != classes {
		return fmt.Errorf("calibrate: %d class weights, want %d", len(c.Weights), max(classes, 2))
	}
	for j, w := range c.Weights {
		if !(w > 0) || math.IsInf(w, 1) {
			return fmt.Errorf("calibrate: weight of class %d is %v, want a positive finite number", j, w)
		}
	}
	if values%classes != 0 {
		return fmt.Errorf("calibrate: %d values, want rows of %d classes", values, classes)
	}
	return nil
}

func probability(row int, q float64) error {
	if !(q >= 0 && q <= 1) {
		return fmt.Errorf("calibrate: row %d: value is %v, want a probability", row, q)
	}
	return nil
}
