package kernel

// maskedEpsilon is what Keras adds to the sum of a mask before dividing by it.
const maskedEpsilon = 1e-7

// MaskedMoments is [Moments] of the rows that mask, a number for each row,
// gives weight: Σ m·x / (Σ m + 1e-7), and so for the squares. It returns that
// divisor.
func MaskedMoments[T Float](mean, variance, x, mask []T, sum []float64) float64 {
	n := len(mean)
	divisor := maskedEpsilon
	for _, m := range mask {
		divisor += float64(m)
	}
	clear(sum)
	for i, m := range mask {
		if m != 0 {
			for j, v := range x[i*n:][:n] {
				sum[j] += float64(m) * float64(v)
			}
		}
	}
	for j, s := range sum {
		mean[j] = T(s / divisor)
	}
	clear(sum)
	for i, m := range mask {
		if m != 0 {
			for j, v := range x[i*n:][:n] {
				d := float64(v) - float64(mean[j])
				sum[j] += float64(m) * d * d
			}
		}
	}
	for j, s := range sum {
		variance[j] = T(s / divisor)
	}
	return divisor
}

// MaskedNormalizeGrad is [NormalizeGrad] where mean and variance are the
// masked moments of x, with their divisor.
func MaskedNormalizeGrad[T Float](dx, dgamma, dbeta, dy, x, mask, mean, gamma, inv []T, divisor float64) {
	NormalizeGrad(nil, dgamma, dbeta, dy, x, mean, gamma, inv)
	n := len(mean)
	for i, m := range mask {
		share := T(float64(m) / divisor)
		for j, g := range dy[i*n:][:n] {
			// The mean is off by a share of 1e-7, so the variance depends on
			// it a little.
			off := T(maskedEpsilon/divisor) * mean[j] * inv[j] * dgamma[j]
			h := (x[i*n+j] - mean[j]) * inv[j]
			d := inv[j] * (g - share*(dbeta[j]+h*dgamma[j]-off))
			if gamma != nil {
				d *= gamma[j]
			}
			dx[i*n+j] = d
		}
	}
}
