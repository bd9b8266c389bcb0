package kernel

import "math"

// Source says what a row of predictions over classes holds.
type Source int

const (
	Logits        Source = iota
	Shares               // probabilities, to be divided by their sum and clipped to [Epsilon, 1-Epsilon]
	Probabilities        // as they are
)

// ClassForm is one class's part of a loss over classes.
type ClassForm interface {
	// At returns the part of class j, whose share in the target is y, and the
	// part's derivative with respect to logp. It is not asked where y is 0,
	// where both must be 0.
	At(j int, y, p, logp float64) (loss, slope float64)
}

// Classes is the sum of F over a row of N classes. With Sparse the target is
// one class index for each row, otherwise a row of shares, smoothed to
// y(1-s) + s/N. Logits z become Scale·Slope·(z - y·Margin) + Shift first; Slope,
// Margin and Shift hold a number for each class, nil for ones and zeros.
type Classes[T Float, F ClassForm] struct {
	N         int
	Sparse    bool
	From      Source
	Smoothing float64

	Scale                float64
	Slope, Margin, Shift []float64

	F F
}

// share is the share of class j in the target of row r.
func (k Classes[T, F]) share(target []T, r, j int) float64 {
	if k.Sparse {
		if int(target[r]) == j {
			return 1
		}
		return 0
	}
	return float64(target[r*k.N+j])*(1-k.Smoothing) + k.Smoothing/float64(k.N)
}

// scale is what the logit of class j is multiplied by.
func (k Classes[T, F]) scale(j int) float64 {
	if k.Slope == nil {
		return k.Scale
	}
	return k.Scale * k.Slope[j]
}

func (k Classes[T, F]) logit(pred, target []T, r, j int) float64 {
	z := float64(pred[r*k.N+j])
	if k.Margin != nil {
		z -= k.share(target, r, j) * k.Margin[j]
	}
	z *= k.scale(j)
	if k.Shift != nil {
		z += k.Shift[j]
	}
	return z
}

// norm is what makes probabilities of a row: ln p = z - top - rest of logits,
// p = pred/top of shares.
func (k Classes[T, F]) norm(pred, target []T, r int) (top, rest float64) {
	switch k.From {
	case Shares:
		return total(pred[r*k.N:][:k.N]), 0
	case Probabilities:
		return 1, 0
	}
	best := 0
	for j := range k.N {
		if z := k.logit(pred, target, r, j); j == 0 || z > top {
			best, top = j, z
		}
	}
	for j := range k.N {
		if j != best {
			rest += math.Exp(k.logit(pred, target, r, j) - top)
		}
	}
	return top, math.Log1p(rest)
}

// chance is the probability of class j; free reports whether it moves with the
// prediction.
func (k Classes[T, F]) chance(pred, target []T, r, j int, top, rest float64) (p, logp float64, free bool) {
	if k.From == Logits {
		logp = k.logit(pred, target, r, j) - top - rest
		return math.Exp(logp), logp, true
	}
	p = float64(pred[r*k.N+j]) / top
	free = true
	if k.From == Shares {
		free = p > Epsilon && p < 1-Epsilon
		p = clamp(p, Epsilon, 1-Epsilon)
	}
	return p, math.Log(p), free
}

func (k Classes[T, F]) Loss(loss, pred, target []T) {
	for r := range loss {
		top, rest := k.norm(pred, target, r)
		var s float64
		for j := range k.N {
			if y := k.share(target, r, j); y != 0 {
				p, logp, _ := k.chance(pred, target, r, j, top, rest)
				l, _ := k.F.At(j, y, p, logp)
				s += l
			}
		}
		loss[r] = T(s)
	}
}

func (k Classes[T, F]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		dp := dpred[r*k.N:][:k.N]
		top, rest := k.norm(pred, target, r)
		// Every class moves with the logarithm of its own probability, and all
		// of them with the sum that normalises.
		var common float64
		for j := range dp {
			var slope float64
			if y := k.share(target, r, j); y != 0 {
				p, logp, free := k.chance(pred, target, r, j, top, rest)
				if free {
					_, slope = k.F.At(j, y, p, logp)
				}
			}
			dp[j] = T(slope)
			common += slope
		}
		f := float64(gr)
		for j, slope := range dp {
			switch v := float64(pred[r*k.N+j]); k.From {
			case Logits:
				p := math.Exp(k.logit(pred, target, r, j) - top - rest)
				dp[j] = T(f * k.scale(j) * (float64(slope) - p*common))
			case Shares:
				own := 0.
				if slope != 0 {
					own = float64(slope) / v
				}
				dp[j] = T(f * (own - common/top))
			default:
				dp[j] = T(f * float64(slope) / max(v, Epsilon))
			}
		}
	}
}

// ClassFocal is -a·y·(1-p)^Gamma·ln p + Poly·y·(1-p)^(Gamma+1). Alpha holds one
// a for all classes or one for each; nil means 1. The zero value is plain
// cross-entropy.
type ClassFocal struct {
	Gamma float64
	Alpha []float64
	Poly  float64
}

func (f ClassFocal) At(j int, y, p, logp float64) (loss, slope float64) {
	if f.Gamma == 0 && f.Alpha == nil && f.Poly == 0 {
		return -y * logp, -y
	}
	q := -math.Expm1(logp)
	power := pow(q, f.Gamma)
	loss, slope = -y*power*logp, -y*power
	if f.Gamma != 0 && q > 0 {
		slope += y * f.Gamma * (power / q) * p * logp
	}
	if f.Alpha != nil {
		a := pick(f.Alpha, j)
		loss, slope = a*loss, a*slope
	}
	if f.Poly != 0 {
		loss += f.Poly * y * power * q
		slope -= f.Poly * y * (f.Gamma + 1) * power * p
	}
	return loss, slope
}

// GeneralizedCE is y·(1 - p^Q)/Q.
type GeneralizedCE struct{ Q float64 }

func (f GeneralizedCE) At(_ int, y, _, logp float64) (loss, slope float64) {
	return -y * math.Expm1(f.Q*logp) / f.Q, -y * math.Exp(f.Q*logp)
}

// ClassCost is the expected cost of a row: Σ_i y_i Σ_j Of[i][j]·p_j, with p the
// softmax of the predictions, or the predictions themselves.
type ClassCost[T Float] struct {
	N      int
	Sparse bool
	Logits bool
	Of     [][]float64
}

// cost is what deciding for class j costs in row r.
func (k ClassCost[T]) cost(target []T, r, j int) (c float64) {
	if k.Sparse {
		return k.Of[int(target[r])][j]
	}
	for i, y := range target[r*k.N:][:k.N] {
		c += float64(y) * k.Of[i][j]
	}
	return c
}

// chance is the probability that prediction z stands for, where ln p is
// z - top - rest of logits.
func (k ClassCost[T]) chance(z T, top, rest float64) float64 {
	if !k.Logits {
		return float64(z)
	}
	return math.Exp(float64(z) - top - rest)
}

func (k ClassCost[T]) row(pred, target []T, r int) (loss, top, rest float64) {
	z := pred[r*k.N:][:k.N]
	if k.Logits {
		top, rest = logSumExp(z)
	}
	for j := range z {
		loss += k.cost(target, r, j) * k.chance(z[j], top, rest)
	}
	return loss, top, rest
}

func (k ClassCost[T]) Loss(loss, pred, target []T) {
	for r := range loss {
		l, _, _ := k.row(pred, target, r)
		loss[r] = T(l)
	}
}

func (k ClassCost[T]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		mean, top, rest := k.row(pred, target, r)
		for j := range k.N {
			slope := k.cost(target, r, j)
			if k.Logits {
				slope = k.chance(pred[r*k.N+j], top, rest) * (slope - mean)
			}
			dpred[r*k.N+j] = T(float64(gr) * slope)
		}
	}
}
