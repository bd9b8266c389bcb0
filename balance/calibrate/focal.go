package calibrate

import (
	"fmt"
	"math"
)

// FocalCorrection undoes focal loss. The q that makes the expected focal loss
// smallest is not the probability p but lies between it and a half; both put the
// same row on the same side of a half, and in the same order. With
//
//	φ(v) = (1-v)^γ - γ (1-v)^(γ-1) v ln v
//
// the probability is
//
//	p = (q/φ(q)) / (q/φ(q) + (1-q)/φ(1-q)).
//
// It is exact for a model that has reached that minimum. Where the loss was
// weighted, too, apply PriorCorrection to the result.
//
// Charoenphakdee, Vongkulbhisal, Chairatanakul, Sugiyama: On focal loss for
// class-posterior probability estimation, CVPR 2021.
type FocalCorrection struct {
	// Gamma is γ of the loss, finite and not negative; 0 leaves q as it is.
	Gamma float64
}

// Binary corrects probabilities of class 1, as a sigmoid gives them.
func (c FocalCorrection) Binary(q []float64) ([]float64, error) {
	if !(c.Gamma >= 0) || math.IsInf(c.Gamma, 1) {
		return nil, fmt.Errorf("calibrate: gamma of focal loss is %v, want a finite number not below 0", c.Gamma)
	}
	p := make([]float64, len(q))
	for i, v := range q {
		if err := probability(i, v); err != nil {
			return nil, err
		}
		p[i] = v
		if v > 0 && v < 1 {
			p[i] = 1 / (1 + (1-v)/v*(c.phi(v, 1-v)/c.phi(1-v, v)))
		}
	}
	return p, nil
}

// phi is φ(v) with u = 1-v.
func (c FocalCorrection) phi(v, u float64) float64 {
	return math.Pow(u, c.Gamma) - c.Gamma*math.Pow(u, c.Gamma-1)*v*math.Log(v)
}
