package kernel

// Moments sets mean and variance to the mean and the biased variance of each
// column of the (rows, len(mean)) matrix x, in two passes, summed in float64.
// sum is scratch of the length of mean. No rows give NaN.
func Moments[T Float](mean, variance []T, x []T, sum []float64) {
	n := len(mean)
	rows := float64(len(x) / max(n, 1))
	clear(sum)
	if !vectorColumnSums(sum, x, nil) {
		for at := 0; at < len(x); at += n {
			for j, v := range x[at:][:n] {
				sum[j] += float64(v)
			}
		}
	}
	for j := range mean {
		m := sum[j] / rows
		mean[j] = T(m)
		// The sum of squares below is about the rounded mean: take out what
		// the rounding adds to it.
		d := m - float64(mean[j])
		sum[j] = -rows * d * d
	}
	if !vectorColumnSums(sum, x, mean) {
		for at := 0; at < len(x); at += n {
			for j, v := range x[at:][:n] {
				d := float64(v) - float64(mean[j])
				sum[j] += d * d
			}
		}
	}
	for j := range variance {
		variance[j] = T(max(sum[j]/rows, 0))
	}
}

// Normalize sets y = gamma·(x-mean)/sqrt(variance+eps) + beta column by column.
// gamma or beta may be nil (1 and 0). inv receives 1/sqrt(variance+eps).
func Normalize[T Float](y, x, mean, variance, gamma, beta, inv []T, eps T) {
	n := len(mean)
	for j, v := range variance {
		inv[j] = 1 / sqrt(v+eps)
	}
	if vectorNormalize(y, x, mean, inv, gamma, beta) {
		return
	}
	for at := 0; at < len(x); at += n {
		row, out := x[at:][:n], y[at:][:n]
		for j, v := range row {
			h := (v - mean[j]) * inv[j]
			if gamma != nil {
				h *= gamma[j]
			}
			if beta != nil {
				h += beta[j]
			}
			out[j] = h
		}
	}
}

// NormalizeGrad differentiates [Normalize] where mean and variance are the
// moments of x itself: dgamma = Σ dy·xhat, dbeta = Σ dy, and
// dx = gamma·inv·(dy - (dbeta + xhat·dgamma)/rows). gamma may be nil (1), and
// dx nil where it is not wanted; dx may be the same slice as dy.
func NormalizeGrad[T Float](dx, dgamma, dbeta, dy, x, mean, gamma, inv []T) {
	n := len(mean)
	rows := T(len(x) / max(n, 1))
	if !vectorNormalizeSums(dgamma, dbeta, dy, x, mean, inv) {
		clear(dgamma)
		clear(dbeta)
		for at := 0; at < len(x); at += n {
			for j, g := range dy[at:][:n] {
				dbeta[j] += g
				dgamma[j] += g * (x[at+j] - mean[j]) * inv[j]
			}
		}
	}
	if dx == nil || vectorNormalizeGrad(dx, dgamma, dbeta, dy, x, mean, gamma, inv) {
		return
	}
	for at := 0; at < len(x); at += n {
		for j, g := range dy[at:][:n] {
			h := (x[at+j] - mean[j]) * inv[j]
			d := inv[j] * (g - (dbeta[j]+h*dgamma[j])/rows)
			if gamma != nil {
				d *= gamma[j]
			}
			dx[at+j] = d
		}
	}
}

// NormalizeGradFixed differentiates [Normalize] where mean and variance are
// constants (inference statistics).
func NormalizeGradFixed[T Float](dx, dgamma, dbeta, dy, x, mean, gamma, inv []T) {
	NormalizeGrad(nil, dgamma, dbeta, dy, x, mean, gamma, inv)
	n := len(mean)
	for at := 0; at < len(x); at += n {
		for j, g := range dy[at:][:n] {
			d := g * inv[j]
			if gamma != nil {
				d *= gamma[j]
			}
			dx[at+j] = d
		}
	}
}

// Blend moves the running value r towards x: r = momentum·r + (1-momentum)·x.
func Blend[T Float](r, x []T, momentum T) {
	r = r[:len(x)]
	if vectorBlend(r, x, momentum, 1-momentum) {
		return
	}
	for i, v := range x {
		r[i] = momentum*r[i] + (1-momentum)*v
	}
}
