package kernel

import "math"

// Cosine is minus the cosine between a row of N predictions and its target.
// Lengths below Epsilon count as Epsilon.
type Cosine[T Float] struct{ N int }

func (k Cosine[T]) row(pred, target []T, r int) (cos, pp, yy float64) {
	for j := r * k.N; j < (r+1)*k.N; j++ {
		p, y := float64(pred[j]), float64(target[j])
		cos, pp, yy = cos+p*y, pp+p*p, yy+y*y
	}
	pp, yy = max(math.Sqrt(pp), Epsilon), max(math.Sqrt(yy), Epsilon)
	return cos / (pp * yy), pp, yy
}

func (k Cosine[T]) Loss(loss, pred, target []T) {
	for r := range loss {
		cos, _, _ := k.row(pred, target, r)
		loss[r] = T(-cos)
	}
}

func (k Cosine[T]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		cos, pp, yy := k.row(pred, target, r)
		if pp == Epsilon { // a length that does not move
			cos = 0
		}
		for j := r * k.N; j < (r+1)*k.N; j++ {
			dpred[j] = T(float64(gr) / pp * (cos*float64(pred[j])/pp - float64(target[j])/yy))
		}
	}
}

// CategoricalHinge is max(max((1-y)·p) - Σ y·p + 1, 0) over a row of N.
type CategoricalHinge[T Float] struct{ N int }

func (k CategoricalHinge[T]) row(pred, target []T, r int) (loss float64, rival int) {
	top, own := math.Inf(-1), 0.
	for j := r * k.N; j < (r+1)*k.N; j++ {
		p, y := float64(pred[j]), float64(target[j])
		own += y * p
		if other := (1 - y) * p; !(other <= top) {
			top, rival = other, j
		}
	}
	return max(top-own+1, 0), rival
}

func (k CategoricalHinge[T]) Loss(loss, pred, target []T) {
	for r := range loss {
		l, _ := k.row(pred, target, r)
		loss[r] = T(l)
	}
}

func (k CategoricalHinge[T]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		l, rival := k.row(pred, target, r)
		if l == 0 {
			gr = 0
		}
		for j := r * k.N; j < (r+1)*k.N; j++ {
			dpred[j] = -gr * target[j]
		}
		dpred[rival] += gr * (1 - target[rival])
	}
}

// Overlap is u^Power, u = 1 - TP/(TP + FalsePos·FP + FalseNeg·FN + Floor), over
// a row of N, with TP = Σ y·p, FP = Σ (1-y)·p and FN = Σ y·(1-p).
type Overlap[T Float] struct {
	N                  int
	FalsePos, FalseNeg float64
	Floor              float64
	Power              float64
}

func (k Overlap[T]) row(pred, target []T, r int) (u, tp, all float64) {
	var fp, fn float64
	for j := r * k.N; j < (r+1)*k.N; j++ {
		p, y := float64(pred[j]), float64(target[j])
		tp, fp, fn = tp+y*p, fp+(1-y)*p, fn+y*(1-p)
	}
	all = tp + k.FalsePos*fp + k.FalseNeg*fn + k.Floor
	return 1 - tp/all, tp, all
}

func (k Overlap[T]) Loss(loss, pred, target []T) {
	for r := range loss {
		u, _, _ := k.row(pred, target, r)
		loss[r] = T(pow(max(u, 0), k.Power))
	}
}

func (k Overlap[T]) Grad(dpred, pred, target, g []T) {
	for r, gr := range g {
		u, tp, all := k.row(pred, target, r)
		f := float64(gr)
		if k.Power != 1 {
			// A power below 1 has no slope at 0: where nothing is left to
			// gain, there is nothing to move.
			f *= k.Power * pow(max(u, 0), k.Power-1)
			if !(u > 0) {
				f = 0
			}
		}
		for j := r * k.N; j < (r+1)*k.N; j++ {
			y := float64(target[j])
			slope := y + k.FalsePos*(1-y) - k.FalseNeg*y
			dpred[j] = T(f * (tp*slope - y*all) / (all * all))
		}
	}
}
