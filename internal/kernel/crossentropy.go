package kernel

import "math"

// RowLoss gives the loss of each row of predictions and its gradient. pred has
// rows of a fixed length, target holds one row, or one class index, for each.
type RowLoss[T Float] interface {
	// Loss sets loss[r] for every row.
	Loss(loss, pred, target []T)
	// Grad sets dpred to g[r] times the derivative of row r's loss.
	Grad(dpred, pred, target, g []T)
}

// meanLoss names a loss that is the mean over a row of a loss of each prediction.
type meanLoss int

const (
	sigmoidMean meanLoss = iota
	binaryMean
	squaredMean
)

// Epsilon is the bound that Keras keeps probabilities away from 0 and 1 with.
const Epsilon = 1e-7

// SigmoidCE is binary cross-entropy on logits z, averaged over a row of N:
// max(z,0) - z·y + log(1+exp(-|z|)), with y smoothed to y(1-s) + s/2.
type SigmoidCE[T Float] struct {
	N         int
	Smoothing float64
}

func (k SigmoidCE[T]) Loss(loss, pred, target []T) {
	if vectorMeanLoss(sigmoidMean, k.N, k.Smoothing, loss, pred, target) {
		return
	}
	for r := range loss {
		var s float64
		for j := r * k.N; j < (r+1)*k.N; j++ {
			z, y := float64(pred[j]), k.smooth(target[j])
			s += max(z, 0) - z*y + math.Log1p(math.Exp(-math.Abs(z)))
		}
		loss[r] = T(s / float64(k.N))
	}
}

func (k SigmoidCE[T]) Grad(dpred, pred, target, g []T) {
	if vectorMeanGrad(sigmoidMean, k.N, k.Smoothing, dpred, pred, target, g) {
		return
	}
	for r, gr := range g {
		f := float64(gr) / float64(k.N)
		for j := r * k.N; j < (r+1)*k.N; j++ {
			dpred[j] = T(f * (sigmoid(float64(pred[j])) - k.smooth(target[j])))
		}
	}
}

func (k SigmoidCE[T]) smooth(y T) float64 { return float64(y)*(1-k.Smoothing) + k.Smoothing/2 }

// BinaryCE is binary cross-entropy on probabilities p clipped to
// [Epsilon, 1-Epsilon], averaged over a row of N. Where p was clipped the
// gradient is zero, as in Keras. The loss of a row of one is within 4 units in
// the last place.
type BinaryCE[T Float] struct {
	N         int
	Smoothing float64
}

func (k BinaryCE[T]) Loss(loss, pred, target []T) {
	if vectorMeanLoss(binaryMean, k.N, k.Smoothing, loss, pred, target) {
		return
	}
	for r := range loss {
		var s float64
		for j := r * k.N; j < (r+1)*k.N; j++ {
			p, y := clamp(float64(pred[j]), Epsilon, 1-Epsilon), SigmoidCE[T](k).smooth(target[j])
			s -= y*math.Log(p) + (1-y)*math.Log1p(-p)
		}
		loss[r] = T(s / float64(k.N))
	}
}

func (k BinaryCE[T]) Grad(dpred, pred, target, g []T) {
	if vectorMeanGrad(binaryMean, k.N, k.Smoothing, dpred, pred, target, g) {
		return
	}
	for r, gr := range g {
		f := float64(gr) / float64(k.N)
		for j := r * k.N; j < (r+1)*k.N; j++ {
			p, y := float64(pred[j]), SigmoidCE[T](k).smooth(target[j])
			dpred[j] = T(f * ((1-y)/(1-p) - y/p))
			if p <= Epsilon || p >= 1-Epsilon {
				dpred[j] = 0
			}
		}
	}
}

// SoftmaxCE is cross-entropy of a row of N logits: -Σ y·logsoftmax(z). With
// Sparse the target is one class index for each row, otherwise a row of class
// shares, smoothed to y(1-s) + s/N.
type SoftmaxCE[T Float] struct {
	N         int
	Sparse    bool
	Smoothing float64
}

func (k SoftmaxCE[T]) Loss(loss, pred, target []T) {
	if vectorSoftmaxLoss(k, loss, pred, target) {
		return
	}
	for r := range loss {
		z := pred[r*k.N:][:k.N]
		top, lse := logSumExp(z)
		if k.Sparse {
			loss[r] = T(lse - (float64(z[int(target[r])]) - top))
			continue
		}
		var s float64
		for j, y := range target[r*k.N:][:k.N] {
			s += k.smooth(y) * (lse - (float64(z[j]) - top))
		}
		loss[r] = T(s)
	}
}

func (k SoftmaxCE[T]) Grad(dpred, pred, target, g []T) {
	if vectorSoftmaxGrad(k, dpred, pred, target, g) {
		return
	}
	for r, gr := range g {
		z, dz := pred[r*k.N:][:k.N], dpred[r*k.N:][:k.N]
		softmaxRow(dz, z)
		if k.Sparse {
			dz[int(target[r])]--
			for j := range dz {
				dz[j] *= gr
			}
			continue
		}
		// The shares of a row need not sum to 1.
		row := target[r*k.N:][:k.N]
		var total float64
		for _, y := range row {
			total += k.smooth(y)
		}
		for j, y := range row {
			dz[j] = gr * (T(total)*dz[j] - T(k.smooth(y)))
		}
	}
}

func (k SoftmaxCE[T]) smooth(y T) float64 {
	return float64(y)*(1-k.Smoothing) + k.Smoothing/float64(k.N)
}

// CategoricalCE is cross-entropy of a row of N probabilities, which are divided
// by their sum and clipped to [Epsilon, 1-Epsilon] first. Targets as SoftmaxCE.
type CategoricalCE[T Float] struct {
	N         int
	Sparse    bool
	Smoothing float64
}

func (k CategoricalCE[T]) Loss(loss, pred, target []T) {
	if vectorCategoricalLoss(k, loss, pred, target) {
		return
	}
	for r := range loss {
		p := pred[r*k.N:][:k.N]
		sum := total(p)
		if k.Sparse {
			loss[r] = T(-math.Log(clamp(float64(p[int(target[r])])/sum, Epsilon, 1-Epsilon)))
			continue
		}
		var s float64
		for j, y := range target[r*k.N:][:k.N] {
			s -= SoftmaxCE[T](k).smooth(y) * math.Log(clamp(float64(p[j])/sum, Epsilon, 1-Epsilon))
		}
		loss[r] = T(s)
	}
}

func (k CategoricalCE[T]) Grad(dpred, pred, target, g []T) {
	if vectorCategoricalGrad(k, dpred, pred, target, g) {
		return
	}
	for r, gr := range g {
		p, dp := pred[r*k.N:][:k.N], dpred[r*k.N:][:k.N]
		sum := total(p)
		// d/dp_i of -Σ y_j log(p_j/S) over the terms that were not clipped:
		// the share of the sum is common to all, the rest belongs to i alone.
		var common float64
		clear(dp)
		add := func(j int, y float64) {
			if q := float64(p[j]) / sum; y != 0 && !(q <= Epsilon || q >= 1-Epsilon) {
				common += y / sum
				dp[j] = T(-y / float64(p[j]))
			}
		}
		if k.Sparse {
			add(int(target[r]), 1)
		} else {
			for j, y := range target[r*k.N:][:k.N] {
				add(j, SoftmaxCE[T](k).smooth(y))
			}
		}
		for j := range dp {
			dp[j] = gr * (dp[j] + T(common))
		}
	}
}

// SquaredError is the mean over a row of N of (p-y)².
type SquaredError[T Float] struct{ N int }

func (k SquaredError[T]) Loss(loss, pred, target []T) {
	if vectorMeanLoss(squaredMean, k.N, 0, loss, pred, target) {
		return
	}
	for r := range loss {
		var s float64
		for j := r * k.N; j < (r+1)*k.N; j++ {
			d := float64(pred[j]) - float64(target[j])
			s += d * d
		}
		loss[r] = T(s / float64(k.N))
	}
}

func (k SquaredError[T]) Grad(dpred, pred, target, g []T) {
	if vectorMeanGrad(squaredMean, k.N, 0, dpred, pred, target, g) {
		return
	}
	for r, gr := range g {
		f := 2 * gr / T(k.N)
		for j := r * k.N; j < (r+1)*k.N; j++ {
			dpred[j] = f * (pred[j] - target[j])
		}
	}
}

func total[T Float](p []T) float64 {
	var s float64
	for _, v := range p {
		s += float64(v)
	}
	return s
}
