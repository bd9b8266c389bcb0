package kernel

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func moments[T Float](x []T, n int) (mean, variance []T) {
	mean, variance = make([]T, n), make([]T, n)
	Moments(mean, variance, x, make([]float64, n))
	return mean, variance
}

// exactMoments computes in rational numbers.
func exactMoments[T Float](x []T, n int) (mean, variance []float64) {
	rows := big.NewRat(int64(len(x)/n), 1)
	for j := range n {
		sum, squares := new(big.Rat), new(big.Rat)
		for at := j; at < len(x); at += n {
			v := new(big.Rat).SetFloat64(float64(x[at]))
			sum.Add(sum, v)
			squares.Add(squares, v.Mul(v, v))
		}
		sum.Quo(sum, rows)
		squares.Quo(squares, rows)
		m, _ := sum.Float64()
		v, _ := squares.Sub(squares, sum.Mul(sum, sum)).Float64()
		mean, variance = append(mean, m), append(variance, v)
	}
	return mean, variance
}

func TestMoments(t *testing.T) {
	both(t, testMoments[float32], testMoments[float64])
}

func testMoments[T Float](t *testing.T) {
	const n = 3
	for _, rows := range []int{1, 2, 7, 1000} {
		for _, offset := range []T{0, 1, -1e3, 1e6} {
			x := random[T](1, rows*n)
			for i := range x {
				x[i] += offset
			}
			name := fmt.Sprintf("%d rows about %v", rows, offset)
			mean, variance := moments(x, n)
			wantMean, wantVariance := exactMoments(x, n)
			// The sums of a float32 matrix are all but exact.
			tolerance := max(epsilon[T]()/2, 2e-15)
			near(t, "mean of "+name, mean, wantMean, tolerance, 1e-16)
			near(t, "variance of "+name, variance, wantVariance, tolerance, 1e-20)
		}
	}
}

func TestMomentsOfConstants(t *testing.T) {
	for _, c := range []float32{0, 1e6 + 0.5, -1e-30, math.MaxFloat32} {
		mean, variance := moments([]float32{c, c, c, c, c, c, c}, 1)
		near(t, "mean", mean, []float32{c}, 0, 0)
		near(t, "variance", variance, []float32{0}, 0, 0)
	}
}

func TestMomentsOfNothing(t *testing.T) {
	mean, variance := moments([]float64{}, 1)
	if mean[0] == mean[0] || variance[0] == variance[0] {
		t.Errorf("moments of no rows are %v and %v, expected NaN", mean, variance)
	}
	moments([]float64{}, 0)
	mean, variance = moments([]float64{1, 5, math.NaN(), 7}, 2)
	near(t, "mean beside NaN", mean, []float64{math.NaN(), 6}, 0, 0)
	near(t, "variance beside NaN", variance, []float64{math.NaN(), 1}, 0, 0)
}

func TestNormalize(t *testing.T) {
	x := []float64{1, 10, 3, 10, 5, 40}
	mean, variance := moments(x, 2) // 3, 20 and 8/3, 200
	const eps = 0.5
	s0, s1 := math.Sqrt(8./3+eps), math.Sqrt(200+eps)
	plain := []float64{-2 / s0, -10 / s1, 0, -10 / s1, 2 / s0, 20 / s1}
	gamma, beta := []float64{3, -1}, []float64{0.5, 2}
	for _, c := range []struct {
		name        string
		gamma, beta []float64
	}{{"plain", nil, nil}, {"scaled", gamma, nil}, {"centred", nil, beta}, {"both", gamma, beta}} {
		y, inv := make([]float64, len(x)), make([]float64, 2)
		Normalize(y, x, mean, variance, c.gamma, c.beta, inv, eps)
		want := make([]float64, len(x))
		for i, h := range plain {
			if c.gamma != nil {
				h *= c.gamma[i%2]
			}
			if c.beta != nil {
				h += c.beta[i%2]
			}
			want[i] = h
		}
		near(t, c.name, y, want, 1e-15, 0)
		near(t, c.name+" inverse", inv, []float64{1 / s0, 1 / s1}, 1e-15, 0)
	}
}

// One row, and a column of one value, normalise to beta whatever eps hides.
func TestNormalizeWithoutVariance(t *testing.T) {
	x, beta := []float32{1e6, -3}, []float32{7, 8}
	mean, variance := moments(x, 2)
	y := make([]float32, 2)
	Normalize(y, x, mean, variance, []float32{5, 5}, beta, make([]float32, 2), 1e-3)
	near(t, "y", y, beta, 0, 0)
}

// What normalised columns have: mean 0 and variance v/(v+eps), even far from 0.
func TestNormalizedMoments(t *testing.T) {
	const rows, n, eps = 256, 4, 1e-3
	x := random[float32](1, rows*n)
	for i := range x {
		x[i] = x[i]*20 + []float32{0, 1e3, -1e5, 1e6}[i%n]
	}
	mean, variance := moments(x, n)
	y := make([]float32, len(x))
	Normalize(y, x, mean, variance, nil, nil, make([]float32, n), eps)
	m, v := moments(y, n)
	near(t, "mean", m, make([]float32, n), 0, 3e-3) // of 1e6 ± 20: half a unit in the last place
	near(t, "variance", v, []float32{1, 1, 1, 1}, 1e-4, 0)
}

func TestNormalizeGradientIsTheSlope(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n, rows := rapid.IntRange(1, 3).Draw(rt, "n"), rapid.IntRange(1, 5).Draw(rt, "rows")
		moving := rapid.Bool().Draw(rt, "moving with x")
		numbers := func(name string, n int) []float64 {
			return rapid.SliceOfN(rapid.Float64Range(-2, 2), n, n).Draw(rt, name)
		}
		x, gamma, beta := numbers("x", rows*n), numbers("gamma", n), numbers("beta", n)
		dy := random[float64](5, rows*n)
		if rapid.Bool().Draw(rt, "no gamma") {
			gamma = nil
		}
		mean, variance, inv := random[float64](6, n), []float64{1, 2, 3}[:n], make([]float64, n)
		loss := func() float64 {
			if moving {
				Moments(mean, variance, x, make([]float64, n))
			}
			y := make([]float64, len(x))
			Normalize(y, x, mean, variance, gamma, beta, inv, 0.3)
			return Dot(y, dy)
		}
		loss()
		dx, dgamma, dbeta := make([]float64, len(x)), make([]float64, n), make([]float64, n)
		if moving {
			NormalizeGrad(dx, dgamma, dbeta, dy, x, mean, gamma, inv)
		} else {
			NormalizeGradFixed(dx, dgamma, dbeta, dy, x, mean, gamma, inv)
		}
		check := func(what string, p, grad []float64) {
			for i, v := range p {
				slope := derivative(func(v float64) float64 { p[i] = v; return loss() }, v)
				p[i] = v
				if !isNear(grad[i], slope, 1e-6, 1e-7) {
					rt.Fatalf("gradient %d of %s is %v, but the slope is %v", i, what, grad[i], slope)
				}
			}
		}
		check("x", x, dx)
		check("gamma", gamma, dgamma)
		check("beta", beta, dbeta)

		// In the place of dy, and without dx.
		place, g, b := append([]float64(nil), dy...), make([]float64, n), make([]float64, n)
		loss()
		if moving {
			NormalizeGrad(nil, g, b, dy, x, mean, gamma, inv)
			NormalizeGrad(place, g, b, place, x, mean, gamma, inv)
		} else {
			NormalizeGradFixed(place, g, b, place, x, mean, gamma, inv)
		}
		for i := range dx {
			if !isNear(place[i], dx[i], 1e-12, 1e-14) {
				rt.Fatalf("in place dx %d is %v, expected %v", i, place[i], dx[i])
			}
		}
	})
}

func TestBlend(t *testing.T) {
	r := []float64{1, 2}
	Blend(r, []float64{3, -2}, 0.75)
	near(t, "blend", r, []float64{1.5, 1}, 1e-15, 0)
	Blend(r, []float64{8, 9}, 0)
	near(t, "no momentum", r, []float64{8, 9}, 0, 0)
}
