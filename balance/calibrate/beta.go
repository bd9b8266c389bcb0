package calibrate

import (
	"errors"
	"math"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Beta maps a probability s to
//
//	1 / (1 + exp(-(A ln s - B ln(1-s) + C))),   A, B >= 0,
//
// beta calibration (Kull, Silva Filho & Flach 2017): the form that beta
// distributed scores of both classes lead to. A = B = 1 and C = 0 leave s alone,
// A = B is Platt scaling of the logit, and A other than B bends the two ends
// apart. A = B = 1 with C = -ln(w1/w0) undoes class weights.
//
// Fit minimises the weighted cross-entropy. Probabilities of 0 and 1 count as
// 2^-52 and 1 - 2^-52. The zero value says 1/2 to every score.
type Beta struct {
	A, B, C float64
}

// Fit finds A, B and C; see Calibrator for what it asks of the rows. Scores
// must be probabilities. If no negative row scores higher than a positive one,
// ever steeper curves fit ever better, and Fit returns an error.
func (b *Beta) Fit(y, score, weight []float64) error {
	if err := fitRows(y, score, weight); err != nil {
		return err
	}
	if err := probabilities(score); err != nil {
		return err
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	columns := [][]float64{make([]float64, len(score)), make([]float64, len(score))}
	for i, s := range score {
		columns[0][i], columns[1][i] = betaTerms(s)
		if rank.WeightOf(weight, i) > 0 {
			if y[i] == 1 {
				lowest = min(lowest, s)
			} else {
				highest = max(highest, s)
			}
		}
	}
	if highest <= lowest {
		return errors.New("calibrate: a threshold parts the classes, so beta calibration has no best fit; use Platt scaling, or rows that hold mistakes")
	}
	l := newLogistic(columns, y, weight)
	at, err := notNegative(l)
	if err != nil {
		return err
	}
	coef, intercept := l.unscale(at)
	b.A, b.B, b.C = max(coef[0], 0), max(coef[1], 0), intercept
	return nil
}

// notNegative minimises a logistic loss of two columns over coefficients that
// are not negative. The loss is convex, so a point that is best along the free
// coefficients is the minimum if the slopes of those held at 0 point upwards. If
// no edge of the quadrant holds the minimum, it is the free one. This order also
// keeps from fits that have no minimum: the free one may have none while the
// bounded one has.
func notNegative(l *logistic) ([]float64, error) {
	const flat = 1e-8
	grad := make([]float64, 3)
	at := l.constant()
	l.gradient(grad, at)
	down := [2]bool{grad[0] < -flat, grad[1] < -flat}
	if !down[0] && !down[1] {
		return at, nil
	}
	for j := range down {
		if !down[j] {
			continue
		}
		at, err := l.fit(j)
		if err != nil {
			return nil, err
		}
		l.gradient(grad, at)
		if grad[1-j] >= -flat {
			return at, nil
		}
	}
	return l.fit(0, 1)
}

// Apply returns the calibrated probability of class 1 for each probability.
func (b *Beta) Apply(score []float64) ([]float64, error) {
	if err := probabilities(score); err != nil {
		return nil, err
	}
	out := make([]float64, len(score))
	for i, s := range score {
		x, z := betaTerms(s)
		out[i] = sigmoid(b.A*x + b.B*z + b.C)
	}
	return out, nil
}

// betaTerms are ln s and -ln(1-s).
func betaTerms(s float64) (float64, float64) {
	const least = 0x1p-52
	s = min(max(s, least), 1-least)
	return math.Log(s), -math.Log1p(-s)
}
