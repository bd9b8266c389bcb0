package calibrate

import "github.com/counterweight-go/counterweight/internal/rank"

// Platt maps a score to sigmoid(Slope·score + Intercept), Platt scaling (Platt
// 1999). Scores may be anything finite; logits suit it best. Two parameters are
// safe with few positives, and they undo class weights as well, whose exact
// inverse is an intercept of -ln(w1/w0).
//
// Fit minimises the weighted cross-entropy against Platt's targets instead of 1
// and 0,
//
//	(n1 + 1)/(n1 + 2)   and   1/(n0 + 2),
//
// n1 and n0 being the weights of the positive and the negative rows. They keep
// the slope finite when a threshold parts the classes. Multiplying all weights
// by a number hence changes the result a little. Scikit-learn's
// CalibratedClassifierCV(method="sigmoid") finds the same; its a and b are
// -Slope and -Intercept. Scores that are all equal have slope 0. The zero value
// says 1/2 to every score.
type Platt struct {
	Slope, Intercept float64
}

// Fit finds Slope and Intercept; see Calibrator for what it asks of the rows.
func (p *Platt) Fit(y, score, weight []float64) error {
	if err := fitRows(y, score, weight); err != nil {
		return err
	}
	var of [2]float64
	for i, label := range y {
		of[int(label)] += rank.WeightOf(weight, i)
	}
	target := make([]float64, len(y))
	for i, label := range y {
		if label == 1 {
			target[i] = (of[1] + 1) / (of[1] + 2)
		} else {
			target[i] = 1 / (of[0] + 2)
		}
	}
	l := newLogistic([][]float64{score}, target, weight)
	at, err := l.fit(0)
	if err != nil {
		return err
	}
	coef, intercept := l.unscale(at)
	p.Slope, p.Intercept = coef[0], intercept
	return nil
}

// Apply returns the probability of class 1 for each score.
func (p *Platt) Apply(score []float64) ([]float64, error) {
	if err := finite(score); err != nil {
		return nil, err
	}
	out := make([]float64, len(score))
	for i, s := range score {
		out[i] = sigmoid(p.Slope*s + p.Intercept)
	}
	return out, nil
}
