package kernel

import "math"

// Circle is the circle loss of a batch of embeddings, rows of N, with one label
// each. With d = max(1 - p_i·p_j, 0), row i has the loss
//
//	softplus( ln Σ exp(-Gamma·max(m+d,0)·(m-d)) + ln Σ exp(Gamma·max(1+m-d,0)·(1-m-d)) )
//
// where the first sum runs over the rows of its label, without itself if
// Others is set, and the second over the rest. A row that lacks either has the
// loss 0.
type Circle[T Float] struct {
	N             int
	Gamma, Margin float64
	Others        bool
	// Counts receives which rows have a loss above 0.
	Counts []bool
}

// pair is the exponent of rows i and j and its derivative with respect to
// their product; skip is set for a row and itself.
func (k Circle[T]) pair(pred, target []T, i, j int) (same, skip bool, e, slope float64) {
	if k.Others && i == j {
		return false, true, 0, 0
	}
	dot := 0.
	for c := range k.N {
		dot += float64(pred[i*k.N+c]) * float64(pred[j*k.N+c])
	}
	d, m := max(1-dot, 0), k.Margin
	same = target[i] == target[j]
	if same {
		w := max(m+d, 0)
		e, slope = -k.Gamma*w*(m-d), k.Gamma*(w-(m-d))
	} else if w := 1 + m - d; w > 0 {
		e, slope = k.Gamma*w*(1-m-d), -k.Gamma*(w+1-m-d)
	}
	if d == 0 {
		slope = 0
	}
	return same, false, e, -slope
}

// row is the logarithms of the sums of row i over its label and over the
// others; -Inf for an empty one.
func (k Circle[T]) row(pred, target []T, i int) (own, other float64) {
	own, other = math.Inf(-1), math.Inf(-1)
	for j := range target {
		same, skip, e, _ := k.pair(pred, target, i, j)
		switch {
		case skip:
		case same:
			own = addLog(own, e)
		default:
			other = addLog(other, e)
		}
	}
	return own, other
}

func (k Circle[T]) Loss(loss, pred, target []T) {
	for i := range loss {
		own, other := k.row(pred, target, i)
		loss[i] = T(softplus(own + other))
		k.Counts[i] = !(loss[i] <= 0)
	}
}

func (k Circle[T]) Grad(dpred, pred, target, g []T) {
	clear(dpred)
	for i, gi := range g {
		own, other := k.row(pred, target, i)
		if gi == 0 || math.IsInf(own, -1) || math.IsInf(other, -1) {
			continue
		}
		outer := float64(gi) * sigmoid(own+other)
		for j := range g {
			same, skip, e, slope := k.pair(pred, target, i, j)
			if skip || slope == 0 {
				continue
			}
			sum := other
			if same {
				sum = own
			}
			f := T(outer * math.Exp(e-sum) * slope)
			for c := range k.N {
				dpred[i*k.N+c] += f * pred[j*k.N+c]
				dpred[j*k.N+c] += f * pred[i*k.N+c]
			}
		}
	}
}

// addLog is ln(exp(a) + exp(b)).
func addLog(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
