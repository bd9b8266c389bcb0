//go:build amd64 && !noasm

package kernel

import (
	"math"
	"os"
	"strconv"
	"testing"
)

// ulps is the distance of got from want in units of the last place of a
// float32. Where a factor is below the smallest normal number the product may be
// 0: an error of 1e-35.
func ulps(got float32, want float64) float64 {
	limit := float64(math.MaxFloat32) * (1 + 0x1p-25)
	switch {
	case want != want || got != got:
		if (want != want) == (got != got) {
			return 0
		}
		return math.Inf(1)
	case math.Abs(want) < 1e-35 && math.Abs(float64(got)-want) < 1e-35:
		return 0
	case math.Abs(want) >= limit || math.IsInf(float64(got), 0):
		if math.IsInf(float64(got), 0) && got > 0 == (want > 0) && math.Abs(want) >= limit*(1-0x1p-20) {
			return 0
		}
		return math.Inf(1)
	}
	_, exponent := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, exponent-24)
}

// The bounds that Activate's comment states.
func TestActivationAccuracy(t *testing.T) {
	stride := uint32(20011)
	if s, err := strconv.ParseUint(os.Getenv("STRIDE"), 10, 32); err == nil {
		stride = uint32(s)
	}
	z := sample(stride)
	y, dz, dy := make([]float32, len(z)), make([]float32, len(z)), make([]float32, len(z))
	for i := range dy {
		dy[i] = 1
	}
	for _, c := range []struct {
		a             Activation
		value, derive float64 // ulp; absolute
	}{
		{Sigmoid, 3, 0}, {Tanh, 3, 0}, {ELU, 1, 1e-7}, {SELU, 2, 2e-7}, {GELU, 6, 3e-7}, {SiLU, 3, 3e-7}, {Softplus, 3, 2e-7},
		{LogSigmoid, 3, 2e-7}, {Exponential, 1, 0}, {Mish, 5, 3e-7}, {LeakyReLU, 1, 1e-7}, {ReLU6, 0, 1e-7},
		{HardSigmoid, 3, 1e-7}, {HardSiLU, 3, 1e-7}, {Softsign, 2, 3e-7}, {Squareplus, 3, 2e-7}, {SparsePlus, 2, 1e-7}, {SparseSigmoid, 1, 1e-7},
		{HardTanh, 0, 1e-7}, {HardShrink, 0, 1e-7}, {SoftShrink, 0.5, 1e-7}, {TanhShrink, 4, 3e-7},
	} {
		want, slope := make([]float64, len(z)), make([]float64, len(z))
		for i, v := range z {
			want[i] = curves[c.a].f(float64(v))
			if c.derive > 0 {
				slope[i] = curves[c.a].df(float64(v))
			}
		}
		t.Run(activationNames[c.a], func(t *testing.T) {
			forEachSet(t, func(t *testing.T) {
				Activate(c.a, y, z)
				worst, at := 0., 0
				for i, got := range y {
					if u := ulps(got, want[i]); u > worst {
						worst, at = u, i
					}
				}
				t.Logf("%.2f ulp at %v", worst, z[at])
				if worst > c.value {
					t.Errorf("%v is %v, expected %v: %.2f ulp", z[at], y[at], want[at], worst)
				}
				if c.derive == 0 {
					return
				}
				ActivateGrad(c.a, dz, dy, z, y)
				worst, at = 0, 0
				for i, got := range dz {
					if math.Abs(float64(z[i])) < 0x1p-126 {
						continue // counts as 0, where there may be a kink
					}
					if d := math.Abs(float64(got) - slope[i]); d > worst || (got != got) != (slope[i] != slope[i]) {
						worst, at = d, i
						if d != d {
							worst = math.Inf(1)
						}
					}
				}
				t.Logf("derivative %.2g at %v", worst, z[at])
				if worst > c.derive {
					t.Errorf("derivative at %v is %v, expected %v", z[at], dz[at], slope[at])
				}
			})
		})
	}
}

// A number does not depend on where in a slice it stands, nor on what is beside
// it, and nothing is written behind the end.
func TestActivationPieces(t *testing.T) {
	forEachSet(t, func(t *testing.T) {
		both(t, testActivationPieces[float32], testActivationPieces[float64])
	})
}

func testActivationPieces[T Float](t *testing.T) {
	const n = 67
	z, dy := random[T](1, n), random[T](2, n)
	for i := range z {
		z[i] *= 8
	}
	for a := range numActivations {
		y, dz := make([]T, n), make([]T, n)
		Activate(a, y, z)
		ActivateGrad(a, dz, dy, z, y)
		for size := range 35 {
			for _, at := range []int{0, 1, 5, n - size} {
				to := at + size
				part, grad := make([]T, n), make([]T, n)
				Activate(a, part[at:to], z[at:to])
				ActivateGrad(a, grad[at:to], dy[at:to], z[at:to], y[at:to])
				sameBits(t, activationNames[a], part[at:to], y[at:to])
				sameBits(t, activationNames[a]+" gradient", grad[at:to], dz[at:to])
				for i := range n {
					if (i < at || i >= to) && (part[i] != 0 || grad[i] != 0) {
						t.Fatalf("%s wrote element %d beside %d to %d", activationNames[a], i, at, to-1)
					}
				}
			}
		}
	}
}
