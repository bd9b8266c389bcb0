package kernel

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

var activationNames = [numActivations]string{
	"Linear", "ReLU", "Sigmoid", "Tanh", "LeakyReLU", "ReLU6", "ELU", "SELU", "CELU", "GELU", "SiLU", "Softplus", "Softsign",
	"Squareplus", "SparsePlus", "SparseSigmoid", "Exponential", "HardSigmoid", "HardSiLU", "HardTanh", "HardShrink", "SoftShrink",
	"TanhShrink", "Mish", "LogSigmoid",
}

// at returns the activation and its derivative at x.
func (a Activation) at(x float64) (y, derivative float64) {
	z, out, d := []float64{x}, []float64{0}, []float64{0}
	Activate(a, out, z)
	ActivateGrad(a, d, []float64{1}, z, out)
	return out[0], d[0]
}

func TestActivationNames(t *testing.T) {
	if slices.Contains(activationNames[:], "") {
		t.Fatalf("an activation without a name: %q", activationNames)
	}
}

// activations.csv was computed from the definitions with 700 digits (mpmath)
// and rounded to float64.
func TestActivationValues(t *testing.T) {
	f, err := os.Open("testdata/activations.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[Activation]int)
	for _, row := range rows[1:] {
		a := Activation(slices.Index(activationNames[:], row[0]))
		if a < 0 {
			t.Fatalf("unknown activation %q", row[0])
		}
		seen[a]++
		var v [3]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(row[1+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		y, d := a.at(v[0])
		absolute := 0.
		if a == TanhShrink { // a difference of two numbers that are alike
			absolute = 1e-16
		}
		if !isNear(y, v[1], 1e-13, absolute) {
			t.Errorf("%s(%v) = %v, expected %v", row[0], v[0], y, v[1])
		}
		if !isNear(d, v[2], 1e-13, 1e-15) {
			t.Errorf("%s'(%v) = %v, expected %v", row[0], v[0], d, v[2])
		}
	}
	for a, name := range activationNames {
		if seen[Activation(a)] < 20 {
			t.Errorf("%s was tested at %d points", name, seen[Activation(a)])
		}
	}
}

// Both types go through the same code or give the same numbers.
func TestActivationFloat32(t *testing.T) {
	z := append(random[float32](1, 1000), 0, 1e-30, -1e-30, 20, -20, 80, -80)
	for i := range z {
		z[i] *= 4
	}
	dy := random[float32](2, len(z))
	y, dz := make([]float32, len(z)), make([]float32, len(z))
	y64, dz64 := make([]float64, len(z)), make([]float64, len(z))
	for a, name := range activationNames {
		if Activation(a) == Exponential {
			continue // 320 overflows
		}
		Activate(Activation(a), y, z)
		Activate(Activation(a), y64, convert[float64](z))
		near(t, name, y, y64, 1e-6, 1e-37)
		ActivateGrad(Activation(a), dz, dy, z, y)
		ActivateGrad(Activation(a), dz64, convert[float64](dy), convert[float64](z), y64)
		near(t, name+" gradient", dz, dz64, 1e-6, 1e-7)
	}
}

func TestActivationExtremes(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		a          Activation
		minus, inf float64 // at -Inf and +Inf
	}{
		{Linear, -inf, inf}, {ReLU, 0, inf}, {Sigmoid, 0, 1}, {Tanh, -1, 1}, {LeakyReLU, -inf, inf}, {ReLU6, 0, 6},
		{ELU, -1, inf}, {SELU, -seluScale * seluAlpha, inf}, {CELU, -1, inf}, {GELU, nan, inf}, {SiLU, nan, inf},
		{Softplus, 0, inf}, {Softsign, nan, nan}, {Squareplus, 0, inf}, {SparsePlus, 0, inf}, {SparseSigmoid, 0, 1},
		{Exponential, 0, inf}, {HardSigmoid, 0, 1}, {HardSiLU, nan, inf}, {HardTanh, -1, 1}, {HardShrink, -inf, inf},
		{SoftShrink, -inf, inf}, {TanhShrink, -inf, inf}, {Mish, nan, inf}, {LogSigmoid, -inf, 0},
	} {
		name := activationNames[c.a]
		for x, want := range map[float64]float64{-inf: c.minus, inf: c.inf, nan: nan} {
			if y, _ := c.a.at(x); !isNear(y, want, 1e-15, 0) {
				t.Errorf("%s(%v) = %v, expected %v", name, x, y, want)
			}
		}
		for _, x := range []float64{0, math.Copysign(0, -1), 5e-324, 1e-300, 700, -700, 1e4, -1e4, 1e308, -1e308} {
			y, d := c.a.at(x)
			if c.a == Exponential && x > 709 {
				continue
			}
			if math.IsNaN(y-y) || math.IsNaN(d-d) {
				t.Errorf("%s(%v) = %v with derivative %v, expected finite numbers", name, x, y, d)
			}
		}
	}
}

// At a kink the derivative is a choice: that of Keras's back ends.
func TestActivationKinks(t *testing.T) {
	for _, c := range []struct {
		a    Activation
		x, d float64
	}{
		{ReLU, 0, 0}, {ReLU, math.Copysign(0, -1), 0}, {LeakyReLU, 0, 0.2}, {ReLU6, 0, 0}, {ReLU6, 6, 0}, {ELU, 0, 1},
		{SELU, 0, seluScale * seluAlpha}, {SparsePlus, -1, 0}, {SparsePlus, 1, 1}, {SparseSigmoid, -1, 0}, {SparseSigmoid, 1, 0},
		{HardSigmoid, -3, 0}, {HardSigmoid, 3, 0}, {HardSiLU, -3, 0}, {HardSiLU, 3, 1}, {HardTanh, -1, 0}, {HardTanh, 1, 0},
		{HardShrink, 0.5, 0}, {SoftShrink, -0.5, 0},
	} {
		if _, d := c.a.at(c.x); !isNear(d, c.d, 1e-15, 0) {
			t.Errorf("%s'(%v) = %v, expected %v", activationNames[c.a], c.x, d, c.d)
		}
	}
}

func TestActivationDerivativeIsTheSlope(t *testing.T) {
	kinks := []float64{-3, -1, -0.5, 0, 0.5, 1, 3, 6}
	rapid.Check(t, func(rt *rapid.T) {
		a := Activation(rapid.IntRange(0, int(numActivations)-1).Draw(rt, "activation"))
		x := rapid.Float64Range(-8, 8).Draw(rt, "x")
		for _, k := range kinks {
			if math.Abs(x-k) < 0.02 {
				rt.Skip("near a kink")
			}
		}
		_, d := a.at(x)
		slope := derivative(func(x float64) float64 { y, _ := a.at(x); return y }, x)
		if !isNear(d, slope, 1e-8, 1e-8) {
			rt.Fatalf("%s'(%v) = %v, but the slope is %v", activationNames[a], x, d, slope)
		}
	})
}

func TestActivateInPlaceAndWithoutInput(t *testing.T) {
	z, dy := random[float32](1, 100), random[float32](2, 100)
	for a := range numActivations {
		y, dz := make([]float32, 100), make([]float32, 100)
		Activate(a, y, z)
		ActivateGrad(a, dz, dy, z, y)

		in, d, kept := slices.Clone(z), slices.Clone(dy), z
		Activate(a, in, in)
		sameBits(t, activationNames[a]+" in place", in, y)
		if !a.NeedsInput() {
			kept = nil
		}
		ActivateGrad(a, d, d, kept, y)
		sameBits(t, activationNames[a]+" gradient in place", d, dz)
	}
}

func BenchmarkActivate(b *testing.B) {
	z, dy := random[float32](1, 1<<14), random[float32](2, 1<<14)
	y, dz := make([]float32, len(z)), make([]float32, len(z))
	for _, a := range []Activation{ReLU, Sigmoid, Tanh, GELU, SiLU, Softplus} {
		bench := func(what string, run func()) {
			b.Run(fmt.Sprintf("%s/%s", activationNames[a], what), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(8 * len(z)))
				for b.Loop() {
					run()
				}
			})
		}
		bench("forward", func() { Activate(a, y, z) })
		bench("gradient", func() { ActivateGrad(a, dz, dy, z, y) })
	}
}
