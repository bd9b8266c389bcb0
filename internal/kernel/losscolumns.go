package kernel

import "math"

// Pointwise is a loss of one prediction p against one target y.
type Pointwise interface {
	Loss(p, y float64) float64
	// Slope is the derivative of Loss with respect to p.
	Slope(p, y float64) float64
}

// Columns is the mean of F over a row of N, or the sum where Sum is set.
type Columns[T Float, F Pointwise] struct {
	N   int
	Sum bool
	F   F
}

func (k Columns[T, F]) divisor() float64 {
	if k.Sum {
		return 1
	}
	return float64(k.N)
}

func (k Columns[T, F]) Loss(loss, pred, target []T) {
	d := k.divisor()
	for r := range loss {
		var s float64
		for j := r * k.N; j < (r+1)*k.N; j++ {
			s += k.F.Loss(float64(pred[j]), float64(target[j]))
		}
		loss[r] = T(s / d)
	}
}

func (k Columns[T, F]) Grad(dpred, pred, target, g []T) {
	d := k.divisor()
	for r, gr := range g {
		f := float64(gr) / d
		for j := r * k.N; j < (r+1)*k.N; j++ {
			dpred[j] = T(f * k.F.Slope(float64(pred[j]), float64(target[j])))
		}
	}
}

// AbsoluteError is |p-y|.
type AbsoluteError struct{}

func (AbsoluteError) Loss(p, y float64) float64  { return math.Abs(p - y) }
func (AbsoluteError) Slope(p, y float64) float64 { return sign(p - y) }

// PercentageError is 100·|p-y| / max(|y|, Epsilon).
type PercentageError struct{}

func (PercentageError) Loss(p, y float64) float64 {
	return 100 * math.Abs(p-y) / max(math.Abs(y), Epsilon)
}

func (PercentageError) Slope(p, y float64) float64 {
	return 100 * sign(p-y) / max(math.Abs(y), Epsilon)
}

// LogarithmicError is (ln(1+p) - ln(1+y))², with p and y at least Epsilon.
type LogarithmicError struct{}

func (LogarithmicError) Loss(p, y float64) float64 {
	d := math.Log1p(max(p, Epsilon)) - math.Log1p(max(y, Epsilon))
	return d * d
}

func (LogarithmicError) Slope(p, y float64) float64 {
	if p <= Epsilon {
		return 0
	}
	return 2 * (math.Log1p(p) - math.Log1p(max(y, Epsilon))) / (1 + p)
}

// Huber is e²/2 of the error e up to Delta, and Delta·|e| - Delta²/2 beyond.
type Huber struct{ Delta float64 }

func (h Huber) Loss(p, y float64) float64 {
	e := math.Abs(p - y)
	if e > h.Delta {
		return h.Delta*e - h.Delta*h.Delta/2
	}
	return e * e / 2
}

func (h Huber) Slope(p, y float64) float64 { return clamp(p-y, -h.Delta, h.Delta) }

// LogCosh is ln cosh(p-y).
type LogCosh struct{}

func (LogCosh) Loss(p, y float64) float64 {
	e := math.Abs(p - y)
	return e + math.Log1p(math.Exp(-2*e)) - math.Ln2
}

func (LogCosh) Slope(p, y float64) float64 { return math.Tanh(p - y) }

// Hinge is max(1 - y·p, 0), squared where Squared is set. A target of 0 stands
// for -1.
type Hinge struct{ Squared bool }

func (h Hinge) Loss(p, y float64) float64 {
	gap := max(1-side(y)*p, 0)
	if h.Squared {
		return gap * gap
	}
	return gap
}

func (h Hinge) Slope(p, y float64) float64 {
	y = side(y)
	gap := max(1-y*p, 0)
	switch {
	case gap == 0:
		return 0
	case h.Squared:
		return -2 * y * gap
	}
	return -y
}

func side(y float64) float64 {
	if y == 0 {
		return -1
	}
	return y
}

// Poisson is p - y·ln(p + Epsilon).
type Poisson struct{}

func (Poisson) Loss(p, y float64) float64  { return p - y*math.Log(p+Epsilon) }
func (Poisson) Slope(p, y float64) float64 { return 1 - y/(p+Epsilon) }

// Divergence is y·ln(y/p), with both clipped to [Epsilon, 1].
type Divergence struct{}

func (Divergence) Loss(p, y float64) float64 {
	y = clamp(y, Epsilon, 1)
	return y * math.Log(y/clamp(p, Epsilon, 1))
}

func (Divergence) Slope(p, y float64) float64 {
	if p < Epsilon || p > 1 {
		return 0
	}
	return -clamp(y, Epsilon, 1) / p
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // 0 or NaN
}
