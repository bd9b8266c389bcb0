package kernel

// Rectifier is a line with a kink: x above Threshold, at most Max, and
// Slope·(x-Threshold) below.
type Rectifier struct{ Slope, Max, Threshold float64 }

// Rectify sets y to r of x. NaN stays NaN.
func Rectify[T Float](r Rectifier, y, x []T) {
	slope, top, threshold := T(r.Slope), T(r.Max), T(r.Threshold)
	for i, v := range x {
		switch {
		case v <= threshold && slope == 0: // of -Inf, too
			v = 0
		case v <= threshold:
			v = slope * (v - threshold)
		case v > top:
			v = top
		}
		y[i] = v
	}
}

// RectifyGrad sets dx to dy times the slope of r at x; at the kinks it is that
// on their left, and 0 at Max.
func RectifyGrad[T Float](r Rectifier, dx, dy, x []T) {
	slope, top, threshold := T(r.Slope), T(r.Max), T(r.Threshold)
	for i, v := range x {
		switch {
		case v <= threshold:
			dx[i] = slope * dy[i]
		case v >= top:
			dx[i] = 0
		default:
			dx[i] = dy[i]
		}
	}
}

// PReLU sets y to x, and to alpha·x below 0.
func PReLU[T Float](y, x, alpha []T) {
	for i, v := range x {
		if v < 0 {
			v *= alpha[i]
		}
		y[i] = v
	}
}

// PReLUGrad sets dx to the gradient of x in [PReLU].
func PReLUGrad[T Float](dx, dy, x, alpha []T) {
	for i, v := range x {
		dx[i] = dy[i]
		if v <= 0 {
			dx[i] *= alpha[i]
		}
	}
}

// PReLUAlphaGrad sets dalpha to the gradient of alpha in [PReLU].
func PReLUAlphaGrad[T Float](dalpha, dy, x []T) {
	for i, v := range x {
		dalpha[i] = dy[i] * min(v, 0)
	}
}

// ScaledELU sets y to x, and to alpha·(exp(x)-1) below 0.
func ScaledELU[T Float](y, x []T, alpha T) {
	Activate(ELU, y, x)
	for i, v := range y {
		if v < 0 {
			y[i] = alpha * v
		}
	}
}

// ScaledELUGrad sets dx to the gradient of x in [ScaledELU].
func ScaledELUGrad[T Float](dx, dy, x, y []T, alpha T) {
	ActivateGrad(ELU, dx, dy, x, y)
	for i, v := range x {
		if v <= 0 {
			dx[i] *= alpha
		}
	}
}
