package calibrate

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// Temperature divides logits by one number before the softmax or sigmoid,
//
//	p = softmax(z / T),
//
// temperature scaling (Guo et al. 2017). T above 1 softens a model that is too
// sure. It leaves the highest class the highest, and cannot move the class
// shares: after weighting or resampling put PriorCorrection in front, or take
// Platt.
//
// Fit minimises the weighted cross-entropy. Scikit-learn's
// CalibratedClassifierCV(method="temperature") finds 1/T; of a single column z
// it takes the logits to be -z and z, which makes its number 1/(2T).
type Temperature struct {
	T float64
	// Classes is the number of logits in a row: 1 for the logit of class 1 of
	// two, as a sigmoid takes it, else one for each class.
	Classes int
}

// Fit finds T from rows of logits, row-major; their number tells Classes. Labels
// are the index of the class; see Calibrator for what else it asks. If every
// label has the highest logit of its row, ever smaller temperatures fit ever
// better, and if labels have logits no higher than the average of their rows
// none fits: both are errors.
func (t *Temperature) Fit(y, logit, weight []float64) error {
	n := len(y)
	if n == 0 {
		return errors.New("calibrate: no rows to fit to")
	}
	if len(logit) == 0 || len(logit)%n != 0 {
		return fmt.Errorf("calibrate: %d labels against %d logits, want the same number of logits for each label", n, len(logit))
	}
	if weight != nil && len(weight) != n {
		return fmt.Errorf("calibrate: %d weights against %d labels", len(weight), n)
	}
	l, err := newSoftmax(y, logit, weight, len(logit)/n)
	if err != nil {
		return err
	}
	at, err := newton(optimize.Problem{Func: l.loss, Grad: l.gradient, Hess: l.hessian}, []float64{0})
	if err != nil {
		return err
	}
	t.T, t.Classes = l.scale/at[0], len(logit)/n
	return nil
}

// Apply returns the probabilities of rows of logits, row-major as they are: one
// of class 1 for each row if Classes is 1, else one for each class.
func (t *Temperature) Apply(logit []float64) ([]float64, error) {
	if !(t.T > 0) || math.IsInf(t.T, 1) || t.Classes < 1 {
		return nil, fmt.Errorf("calibrate: temperature is %v and has %d classes, want positive numbers: fit it first", t.T, t.Classes)
	}
	if len(logit)%t.Classes != 0 {
		return nil, fmt.Errorf("calibrate: %d logits, want rows of %d", len(logit), t.Classes)
	}
	for i, z := range logit {
		if math.IsNaN(z) || math.IsInf(z, 0) {
			return nil, fmt.Errorf("calibrate: row %d: logit is %v, want a finite number", i/t.Classes, z)
		}
	}
	out := make([]float64, len(logit))
	if t.Classes == 1 {
		for i, z := range logit {
			out[i] = sigmoid(z / t.T)
		}
		return out, nil
	}
	for at := 0; at < len(logit); at += t.Classes {
		soften(out[at:at+t.Classes], logit[at:at+t.Classes], 1/t.T)
	}
	return out, nil
}

// soften writes softmax(by·z) and returns the logarithm of the sum of
// exponentials.
func soften(p, z []float64, by float64) float64 {
	most, sum := math.Inf(-1), 0.
	for _, v := range z {
		most = max(most, by*v)
	}
	for j, v := range z {
		p[j] = math.Exp(by*v - most)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
	return most + math.Log(sum)
}

// softmax is the weighted mean cross-entropy of softmax(β z) as a function of β,
// which is convex. Logits are measured from that of the label and divided by
// scale, their deviation within rows, so that the curvature at β = 0 is 1.
type softmax struct {
	logit  []float64
	weight []float64 // sum to 1
	scale  float64
	p      []float64
}

func newSoftmax(y, logit, weight []float64, columns int) (*softmax, error) {
	k := max(columns, 2)
	l := &softmax{logit: make([]float64, 0, k*len(y)), p: make([]float64, k)}
	of := make([]float64, k)
	var total float64
	for i, label := range y {
		w := rank.WeightOf(weight, i)
		switch {
		case label != math.Trunc(label) || !(label >= 0 && label < float64(k)):
			return nil, fmt.Errorf("calibrate: row %d: label is %v, want a whole number from 0 to %d", i, label, k-1)
		case !(w >= 0) || math.IsInf(w, 1):
			return nil, fmt.Errorf("calibrate: row %d: weight is %v, want a finite number that is not negative", i, w)
		}
		row := logit[i*columns : (i+1)*columns]
		for _, z := range row {
			if math.IsNaN(z) || math.IsInf(z, 0) {
				return nil, fmt.Errorf("calibrate: row %d: logit is %v, want a finite number", i, z)
			}
		}
		if w == 0 {
			continue
		}
		if columns == 1 {
			row = []float64{0, row[0]}
		}
		for _, z := range row {
			l.logit = append(l.logit, z-row[int(label)])
		}
		l.weight = append(l.weight, w)
		of[int(label)] += w
		total += w
	}
	present := 0
	for _, w := range of {
		if w > 0 {
			present++
		}
	}
	if present < 2 {
		return nil, fmt.Errorf("calibrate: %d classes have weight, want at least 2", present)
	}
	if math.IsInf(total, 1) {
		return nil, errors.New("calibrate: weights sum to infinity")
	}
	return l, l.measure(total)
}

// measure scales weights and logits, and sees that a minimum above 0 exists.
func (l *softmax) measure(total float64) error {
	k := len(l.p)
	mistakes, slope, square := false, 0., 0.
	for i := range l.weight {
		l.weight[i] /= total
		var mean, deviation float64
		row := l.logit[i*k : (i+1)*k]
		for _, z := range row {
			mistakes = mistakes || z > 0
			mean += z / float64(k)
		}
		for _, z := range row {
			deviation += (z - mean) * (z - mean) / float64(k)
		}
		slope += l.weight[i] * mean
		square += l.weight[i] * deviation
	}
	if !mistakes {
		return errors.New("calibrate: every label has the highest logit of its row, so no temperature is best; fit to rows that hold mistakes")
	}
	if math.IsInf(square, 1) || math.IsNaN(square) {
		return errors.New("calibrate: logits are too far apart to be squared")
	}
	l.scale = math.Sqrt(square)
	if !(slope < -1e-10*l.scale) {
		return errors.New("calibrate: the logits of the labels are no higher than the average of their rows, so no temperature fits")
	}
	for i := range l.logit {
		l.logit[i] /= l.scale
	}
	return nil
}

func (l *softmax) loss(at []float64) float64 {
	var sum float64
	for i, w := range l.weight {
		sum += w * soften(l.p, l.logit[i*len(l.p):(i+1)*len(l.p)], at[0])
	}
	return sum
}

// moments are mean and variance of row i's logits under softmax(β z).
func (l *softmax) moments(i int, by float64) (mean, variance float64) {
	row := l.logit[i*len(l.p) : (i+1)*len(l.p)]
	soften(l.p, row, by)
	for j, z := range row {
		mean += l.p[j] * z
	}
	for j, z := range row {
		variance += l.p[j] * (z - mean) * (z - mean)
	}
	return mean, variance
}

func (l *softmax) gradient(grad, at []float64) {
	grad[0] = 0
	for i, w := range l.weight {
		mean, _ := l.moments(i, at[0])
		grad[0] += w * mean
	}
}

func (l *softmax) hessian(h *mat.SymDense, at []float64) {
	var sum float64
	for i, w := range l.weight {
		_, variance := l.moments(i, at[0])
		sum += w * variance
	}
	h.SetSym(0, 0, sum)
}
