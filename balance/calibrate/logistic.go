package calibrate

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"github.com/counterweight-go/counterweight/internal/rank"
)

// logistic is the weighted mean cross-entropy of
//
//	p = sigmoid(Σ_j coef_j x_j + intercept)
//
// against targets in [0, 1]. Columns are centred and scaled to deviation 1 and
// the loss is divided by its curvature at the constant fit, so that one
// threshold on the gradient fits scores of any size and events of any rarity.
type logistic struct {
	columns        [][]float64
	target, weight []float64 // weights sum to 1
	mean, scale    []float64 // of the columns as given
	share          float64   // mean target, between 0 and 1
}

func newLogistic(columns [][]float64, target, weight []float64) *logistic {
	l := &logistic{target: target, weight: make([]float64, len(target))}
	var total float64
	for i := range target {
		total += rank.WeightOf(weight, i)
	}
	for i, t := range target {
		l.weight[i] = rank.WeightOf(weight, i) / total
		l.share += l.weight[i] * t
	}
	for _, x := range columns {
		var mean, far, square float64
		for i, v := range x {
			mean += l.weight[i] * v
		}
		for i, v := range x {
			if l.weight[i] > 0 {
				far = max(far, math.Abs(v-mean))
			}
		}
		// Rounding alone must not count as spread.
		if far <= 1e-14*math.Abs(mean) {
			far = 0
		}
		centred := make([]float64, len(x))
		if far > 0 {
			for i, v := range x {
				centred[i] = (v - mean) / far
				square += l.weight[i] * centred[i] * centred[i]
			}
			for i := range centred {
				centred[i] /= math.Sqrt(square)
			}
		}
		l.columns = append(l.columns, centred)
		l.mean = append(l.mean, mean)
		l.scale = append(l.scale, far*math.Sqrt(square))
	}
	return l
}

// constant are the parameters of the best fit without columns. Parameters are
// those of the scaled columns, the intercept last.
func (l *logistic) constant() []float64 {
	at := make([]float64, len(l.columns)+1)
	at[len(l.columns)] = math.Log(l.share) - math.Log1p(-l.share)
	return at
}

func (l *logistic) linear(at []float64, row int) float64 {
	z := at[len(l.columns)]
	for j, x := range l.columns {
		z += at[j] * x[row]
	}
	return z
}

func (l *logistic) loss(at []float64) float64 {
	var sum float64
	for i, t := range l.target {
		if w := l.weight[i]; w > 0 {
			z := l.linear(at, i)
			sum += w * (softplus(z) - t*z)
		}
	}
	return sum / (l.share * (1 - l.share))
}

func (l *logistic) gradient(grad, at []float64) {
	k := len(l.columns)
	clear(grad)
	for i, t := range l.target {
		if w := l.weight[i]; w > 0 {
			d := w * (sigmoid(l.linear(at, i)) - t)
			for j, x := range l.columns {
				grad[j] += d * x[i]
			}
			grad[k] += d
		}
	}
	for j := range grad {
		grad[j] /= l.share * (1 - l.share)
	}
}

func (l *logistic) hessian(h *mat.SymDense, at []float64) {
	k := len(l.columns)
	h.Zero()
	row := make([]float64, k+1)
	for i := range l.target {
		if l.weight[i] == 0 {
			continue
		}
		for j, x := range l.columns {
			row[j] = x[i]
		}
		row[k] = 1
		p := sigmoid(l.linear(at, i))
		h.SymRankOne(h, l.weight[i]*p*(1-p)/(l.share*(1-l.share)), mat.NewVecDense(k+1, row))
	}
}

// fit returns the best coefficients and intercept for the columns named in use;
// the coefficients of the others are 0. The caller sees to it that a minimum
// exists.
func (l *logistic) fit(use ...int) ([]float64, error) {
	part := &logistic{target: l.target, weight: l.weight, share: l.share}
	for _, j := range use {
		part.columns = append(part.columns, l.columns[j])
	}
	at, err := newton(optimize.Problem{Func: part.loss, Grad: part.gradient, Hess: part.hessian}, part.constant())
	if err != nil {
		return nil, err
	}
	whole := make([]float64, len(l.columns)+1)
	for i, j := range use {
		whole[j] = at[i]
	}
	whole[len(l.columns)] = at[len(use)]
	return whole, nil
}

// unscale turns parameters of the scaled columns into those of the columns as
// they were given.
func (l *logistic) unscale(at []float64) (coef []float64, intercept float64) {
	k := len(l.columns)
	coef, intercept = make([]float64, k), at[k]
	for j := range coef {
		if l.scale[j] > 0 {
			coef[j] = at[j] / l.scale[j]
			intercept -= coef[j] * l.mean[j]
		}
	}
	return coef, intercept
}

// newton minimises a smooth convex function whose curvature is about 1. Near
// the minimum a line search may find no further descent for rounding: what
// counts is the gradient where it ended.
func newton(p optimize.Problem, start []float64) ([]float64, error) {
	settings := &optimize.Settings{GradientThreshold: 1e-10, MajorIterations: 500, Converger: optimize.NeverTerminate{}}
	found, err := optimize.Minimize(p, start, settings, &optimize.Newton{})
	if found == nil {
		return nil, fmt.Errorf("calibrate: fitting: %w", err)
	}
	grad := make([]float64, len(start))
	p.Grad(grad, found.X)
	for _, g := range grad {
		if !(math.Abs(g) < 1e-6) {
			if err == nil {
				err = errors.New(found.Status.String())
			}
			return nil, fmt.Errorf("calibrate: fitting ended at a slope of %v, want 0: %w", g, err)
		}
	}
	return found.X, nil
}
