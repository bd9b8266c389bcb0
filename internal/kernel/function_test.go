package kernel

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strconv"
	"testing"
)

// function is a slice function for the two types, package math's function, and
// the bounds that its comment states, in units of the last place.
type function struct {
	name           string
	f32            func(y, x []float32)
	f64            func(y, x []float64)
	exact          func(x float64) float64
	ulp32, ulp64   float64
	flushes        bool // by assembly subnormal numbers count as 0
	minusInf, inf  float64
	minusZero, one float64
}

var functions = []function{
	{"log", Log[float32], Log[float64], logarithm, 2, 1, false, math.NaN(), math.Inf(1), math.Inf(-1), 0},
	{"log1p", Log1p[float32], Log1p[float64], math.Log1p, 3, 1, false, math.NaN(), math.Inf(1), math.Copysign(0, -1), math.Ln2},
	{"erf", Erf[float32], Erf[float64], math.Erf, 2, 1, false, -1, 1, math.Copysign(0, -1), 0.8427007929497149},
	of1("exp", Exponential, 1, 1, 0, math.Inf(1), 1, math.E),
	of1("sigmoid", Sigmoid, 3, 2, 0, 1, 0.5, 0.7310585786300049),
	of1("tanh", Tanh, 3, 2, -1, 1, math.Copysign(0, -1), 0.7615941559557649),
	of1("softplus", Softplus, 3, 2, 0, math.Inf(1), math.Ln2, 1.3132616875182228),
}

func of1(name string, a Activation, ulp32, ulp64, minusInf, inf, minusZero, one float64) function {
	return function{name, func(y, x []float32) { Activate(a, y, x) }, func(y, x []float64) { Activate(a, y, x) },
		curves[a].f, ulp32, ulp64, true, minusInf, inf, minusZero, one}
}

// Every float32 some thousand steps apart, and all near the limits. STRIDE=1
// takes every number there is.
func TestFunctionsFloat32(t *testing.T) {
	stride := uint32(20011)
	if s, err := strconv.ParseUint(os.Getenv("STRIDE"), 10, 32); err == nil {
		stride = uint32(s)
	}
	x := sample(stride)
	y := make([]float32, len(x))
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			want := make([]float64, len(x))
			for i, v := range x {
				want[i] = f.exact(float64(v))
			}
			forEachSet(t, func(t *testing.T) {
				f.f32(y, x)
				worst, at := 0., 0
				for i, got := range y {
					if u := f.distance32(got, want[i]); u > worst {
						worst, at = u, i
					}
				}
				t.Logf("%.2f ulp at %v", worst, x[at])
				if worst > f.ulp32 {
					t.Errorf("%v is %v, expected %v: %.2f ulp", x[at], y[at], want[at], worst)
				}
			})
		})
	}
}

// distance32 is how far got is from want, f of x, in units of the last place,
// subnormal numbers included. Where f flushes, factors of a result do too.
func (f function) distance32(got float32, want float64) float64 {
	g := float64(got)
	switch {
	case g == want || g != g && want != want || math.IsInf(g, 0) && got == float32(want):
		return 0
	case g != g || want != want || math.IsInf(g-want, 0):
		return math.Inf(1)
	case f.flushes && active != Generic && math.Abs(want) < 0x1p-125 && math.Abs(g) < 0x1p-125:
		return 0
	}
	_, exponent := math.Frexp(want)
	return math.Abs(g-want) / math.Ldexp(1, max(exponent-24, -149))
}

// distance64 is the same for float64 and an exact number.
func distance64(got float64, want *big.Float) float64 {
	if math.IsInf(got, 0) || got != got {
		return math.Inf(1)
	}
	off := new(big.Float).Sub(want, big.NewFloat(got))
	u, _ := off.SetMantExp(off, -max(want.MantExp(nil)-53, -1074)).Float64()
	return math.Abs(u)
}

// functions.csv holds 30 digits, computed with 760 (mpmath).
func TestFunctionsFloat64(t *testing.T) {
	file, err := os.Open("testdata/functions.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		seen, worst := 0, 0.
		for _, row := range rows[1:] {
			if row[0] != f.name {
				continue
			}
			seen++
			x, err := strconv.ParseFloat(row[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			want, _, err := big.ParseFloat(row[2], 10, 200, big.ToNearestEven)
			if err != nil {
				t.Fatal(err)
			}
			y := []float64{0}
			f.f64(y, []float64{x})
			u := distance64(y[0], want)
			if u > f.ulp64 {
				t.Errorf("%s(%v) is %v, expected %s: %.2f ulp", f.name, x, y[0], row[2], u)
			}
			worst = max(worst, u)
		}
		t.Logf("%s: %.2f ulp at %d points", f.name, worst, seen)
		if seen < 30 {
			t.Errorf("%s was tested at %d points", f.name, seen)
		}
	}
}

func TestFunctionLimits(t *testing.T) {
	both(t, testFunctionLimits[float32], testFunctionLimits[float64])
}

func testFunctionLimits[T Float](t *testing.T) {
	inf, nan, zero := math.Inf(1), math.NaN(), math.Copysign(0, -1)
	forEachSet(t, func(t *testing.T) {
		for _, f := range functions {
			x := convert[T]([]float64{-inf, inf, zero, 1, nan})
			got, want := evaluated(f, x), convert[T]([]float64{f.minusInf, f.inf, f.minusZero, f.one, nan})
			near(t, f.name, got, want, 4*epsilon[T](), 0)
			if math.Signbit(float64(got[2])) != math.Signbit(f.minusZero) {
				t.Errorf("%s of -0 is %v, expected %v", f.name, got[2], f.minusZero)
			}
		}
		x := convert[T]([]float64{0, -1, -1.5})
		near(t, "log", evaluated(functions[0], x), []float64{-inf, nan, nan}, 0, 0)
		near(t, "log1p", evaluated(functions[1], x), []float64{0, -inf, nan}, 0, 0)
	})
}

// evaluated returns f of x.
func evaluated[T Float](f function, x []T) []T {
	switch y := any(slices.Clone(x)).(type) {
	case []float32:
		f.f32(y, y)
		return convert[T](y)
	case []float64:
		f.f64(y, y)
		return convert[T](y)
	}
	return nil
}

// A number does not depend on where in a slice it stands, and nothing is
// written behind the end.
func TestFunctionPieces(t *testing.T) {
	forEachSet(t, func(t *testing.T) {
		x := random[float32](1, 67)
		for _, f := range functions {
			all := evaluated(f, x)
			for size := range 35 {
				for _, at := range []int{0, 3, len(x) - size} {
					y := make([]float32, len(x))
					f.f32(y[at:], x[at:][:size])
					want := make([]float32, len(x))
					copy(want[at:][:size], all[at:])
					sameBits(t, fmt.Sprintf("%s of %d from %d on", f.name, size, at), y, want)
				}
			}
			if allocs := testing.AllocsPerRun(5, func() { f.f32(x[:0], nil) }); allocs != 0 {
				t.Errorf("%s: %v allocations", f.name, allocs)
			}
		}
	})
}

// The bound that ActivateRows' comment states.
func TestSoftmaxAccuracy(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 16, 17, 100, 1000} {
		for _, spread := range []float32{1e-3, 1, 20, 100, 1e30} {
			const rows = 50
			z, y := random[float32](uint64(n), rows*n), make([]float32, rows*n)
			for i := range z {
				z[i] *= spread
			}
			forEachSet(t, func(t *testing.T) {
				ActivateRows(Softmax, n, y, z, nil)
				for r := range rows {
					row := z[r*n:][:n]
					top, sum := float64(slices.Max(row)), 0.
					for _, v := range row {
						sum += math.Exp(float64(v) - top)
					}
					for j, v := range row {
						d := top - float64(v)
						bound := 2.
						if active != Generic {
							bound = 4 + d
						}
						want := math.Exp(-d) / sum
						small := active != Generic && want < 0x1p-126
						got := y[r*n+j]
						if u := (function{}).distance32(got, want); u > bound && !(small && got <= 0x1p-126) {
							t.Fatalf("row of %d: %v below the top gives %v, expected %v: %.2f ulp", n, d, got, want, u)
						}
					}
				}
			})
		}
	}
}

// Every set on the same numbers, in one run.
func BenchmarkFunctions(b *testing.B) {
	was := active
	defer func() { active = was }()
	for _, f := range functions {
		for _, n := range []int{100, 1 << 12, 1 << 16} {
			x, y := random[float32](1, n), make([]float32, n)
			for i, v := range x {
				x[i] = 5 * v * v
			}
			for _, active = range available() {
				b.Run(fmt.Sprintf("%s/%d/%v", f.name, n, active), func(b *testing.B) {
					b.ReportAllocs()
					b.SetBytes(int64(8 * n))
					for b.Loop() {
						f.f32(y, x)
					}
				})
			}
		}
	}
}
