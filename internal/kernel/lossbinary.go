package kernel

import "math"

// Chance is a probability, its complement and the logarithms of both, each as
// exact as it can be however close to 0 or 1 the probability is.
type Chance struct{ P, Q, LogP, LogQ float64 }

// chanceOfLogit is the chance sigmoid(z).
func chanceOfLogit(z float64) Chance {
	e := math.Exp(-math.Abs(z))
	l := math.Log1p(e)
	big, small := 1/(1+e), e/(1+e)
	if z < 0 {
		big, small = small, big
	}
	return Chance{P: big, Q: small, LogP: min(z, 0) - l, LogQ: min(-z, 0) - l}
}

// chanceOf is the chance p, kept away from 0 and 1 by a bound; clipped reports
// whether that changed it.
func chanceOf(p, bound float64) (c Chance, clipped bool) {
	q := clamp(p, bound, 1-bound)
	return Chance{P: q, Q: 1 - q, LogP: math.Log(q), LogQ: math.Log1p(-q)}, p <= bound || p >= 1-bound
}

// BinaryForm is a loss of one yes-or-no prediction.
type BinaryForm interface {
	// At returns the loss of target y in column j, and its derivative with
	// respect to the logit of the chance.
	At(j int, c Chance, y float64) (loss, slope float64)
}

// Binary is the mean of F over a row of N predictions, or the sum where Sum is
// set. Targets are smoothed to y(1-s) + s/2. Probabilities are clipped to
// [Bound, 1-Bound], and the gradient is zero where they were. The logits z, if
// predictions are logits, become Scale·(z + Shift + (1-y)·Margin[0] -
// y·Margin[1]) first.
type Binary[T Float, F BinaryForm] struct {
	N         int
	Sum       bool
	Smoothing float64
	Bound     float64

	Logits       bool
	Scale, Shift float64
	Margin       [2]float64

	F F
}

func (k Binary[T, F]) at(j int, pred, target T) (loss, slope float64) {
	y := float64(target)*(1-k.Smoothing) + k.Smoothing/2
	if k.Logits {
		z := k.Scale * (float64(pred) + k.Shift + (1-y)*k.Margin[0] - y*k.Margin[1])
		loss, slope = k.F.At(j, chanceOfLogit(z), y)
		return loss, slope * k.Scale
	}
	c, clipped := chanceOf(float64(pred), k.Bound)
	loss, slope = k.F.At(j, c, y)
	if clipped {
		return loss, 0
	}
	return loss, slope / (c.P * c.Q)
}

func (k Binary[T, F]) divisor() float64 {
	if k.Sum {
		return 1
	}
	return float64(k.N)
}

func (k Binary[T, F]) Loss(loss, pred, target []T) {
	d := k.divisor()
	for r := range loss {
		var s float64
		for j := range k.N {
			l, _ := k.at(j, pred[r*k.N+j], target[r*k.N+j])
			s += l
		}
		loss[r] = T(s / d)
	}
}

func (k Binary[T, F]) Grad(dpred, pred, target, g []T) {
	d := k.divisor()
	for r, gr := range g {
		f := float64(gr) / d
		for j := range k.N {
			_, slope := k.at(j, pred[r*k.N+j], target[r*k.N+j])
			dpred[r*k.N+j] = T(f * slope)
		}
	}
}

// PositiveWeight is cross-entropy whose positive part counts Pos times:
// -(Pos·y·ln p + (1-y)·ln(1-p)). Pos holds one number for all columns or one
// for each.
type PositiveWeight struct{ Pos []float64 }

func (f PositiveWeight) At(j int, c Chance, y float64) (loss, slope float64) {
	a := y * pick(f.Pos, j)
	return -(a*c.LogP + (1-y)*c.LogQ), (1-y)*c.P - a*c.Q
}

// BinaryFocal is a·u^Gamma·bce + Poly·u^(Gamma+1), with u = 1-p_t the chance of
// the other answer, y(1-p) + (1-y)p; a is 1, or y·Alpha + (1-y)(1-Alpha) where
// Balanced is set. The zero value is plain cross-entropy.
type BinaryFocal struct {
	Gamma    float64
	Balanced bool
	Alpha    float64
	Poly     float64
}

func (f BinaryFocal) At(_ int, c Chance, y float64) (loss, slope float64) {
	u := y*c.Q + (1-y)*c.P
	du := (1 - 2*y) * c.P * c.Q
	bce := -(y*c.LogP + (1-y)*c.LogQ)
	power := pow(u, f.Gamma)
	loss, slope = power*bce, power*((1-y)*c.P-y*c.Q)
	if f.Gamma != 0 && u > 0 {
		slope += f.Gamma * (power / u) * du * bce
	}
	if f.Balanced {
		a := y*f.Alpha + (1-y)*(1-f.Alpha)
		loss, slope = a*loss, a*slope
	}
	if f.Poly != 0 {
		loss += f.Poly * power * u
		slope += f.Poly * (f.Gamma + 1) * power * du
	}
	return loss, slope
}

// Asymmetric is -y·(1-p)^Pos·ln p - (1-y)·m^Neg·ln(1-m), with m = max(p - Clip, 0).
type Asymmetric struct{ Pos, Neg, Clip float64 }

func (f Asymmetric) At(_ int, c Chance, y float64) (loss, slope float64) {
	if y != 0 {
		power := pow(c.Q, f.Pos)
		loss = -y * power * c.LogP
		slope = y * power * (f.Pos*c.P*c.LogP - c.Q)
	}
	m, rest, log := c.P-f.Clip, c.Q+f.Clip, c.LogQ
	if f.Clip != 0 {
		log = math.Log(rest)
	}
	if y == 1 || !(m > 0) {
		return loss, slope
	}
	power, within := pow(m, f.Neg), c.P // PQ/(1-m), which is P without a clip
	if f.Clip != 0 {
		within = c.P * c.Q / rest
	}
	loss -= (1 - y) * power * log
	slope += (1 - y) * power * (within - f.Neg*(c.P*c.Q/m)*log)
	return loss, slope
}

// BinaryCost is the expected cost of a decision taken with chance p: Of[y][1]
// with chance p, Of[y][0] otherwise.
type BinaryCost struct{ Of [2][2]float64 }

func (f BinaryCost) costs(y float64) (no, yes float64) {
	return y*f.Of[1][0] + (1-y)*f.Of[0][0], y*f.Of[1][1] + (1-y)*f.Of[0][1]
}

func (f BinaryCost) At(_ int, c Chance, y float64) (loss, slope float64) {
	no, yes := f.costs(y)
	return yes*c.P + no*c.Q, (yes - no) * c.P * c.Q
}

// Loss makes BinaryCost a [Pointwise] loss of probabilities as they are.
func (f BinaryCost) Loss(p, y float64) float64 {
	no, yes := f.costs(y)
	return yes*p + no*(1-p)
}

func (f BinaryCost) Slope(_, y float64) float64 {
	no, yes := f.costs(y)
	return yes - no
}

// pick returns the number of column j: the only one, or its own.
func pick(v []float64, j int) float64 {
	if len(v) == 1 {
		return v[0]
	}
	return v[j]
}

// pow is x^e for x at least 0, quick for the usual exponents.
func pow(x, e float64) float64 {
	switch e {
	case 0:
		return 1
	case 1:
		return x
	case 2:
		return x * x
	}
	return math.Pow(x, e)
}
