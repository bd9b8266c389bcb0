package kernel

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// optimizer is a kernel of float32 or float64 beside the plain formula of one
// element. state holds the slots, in the order of the kernel's arguments.
type optimizer struct {
	name  string
	slots int
	f32   func(w, g []float32, slots [][]float32)
	f64   func(w, g []float64, slots [][]float64)
	plain func(w, g float64, state []float64) float64
}

const (
	scale, rate, rho, mu, small = 0.25, 0.01, 0.9, 0.8, 1e-7
)

var optimizers = []optimizer{
	{
		"SGD", 0,
		func(w, g []float32, _ [][]float32) { SGD(w, g, scale, rate) },
		func(w, g []float64, _ [][]float64) { SGD(w, g, scale, rate) },
		func(w, g float64, _ []float64) float64 { return w - rate*g },
	},
	{
		"Momentum", 1,
		func(w, g []float32, s [][]float32) { Momentum(w, g, s[0], scale, rate, mu, false) },
		func(w, g []float64, s [][]float64) { Momentum(w, g, s[0], scale, rate, mu, false) },
		func(w, g float64, s []float64) float64 { s[0] = mu*s[0] - rate*g; return w + s[0] },
	},
	{
		"Nesterov", 1,
		func(w, g []float32, s [][]float32) { Momentum(w, g, s[0], scale, rate, mu, true) },
		func(w, g []float64, s [][]float64) { Momentum(w, g, s[0], scale, rate, mu, true) },
		func(w, g float64, s []float64) float64 { s[0] = mu*s[0] - rate*g; return w + mu*s[0] - rate*g },
	},
	{
		"Adam", 2,
		func(w, g []float32, s [][]float32) { Adam(w, g, s[0], s[1], nil, scale, rate, mu, rho, small) },
		func(w, g []float64, s [][]float64) { Adam(w, g, s[0], s[1], nil, scale, rate, mu, rho, small) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = mu*s[0]+(1-mu)*g, rho*s[1]+(1-rho)*g*g
			return w - rate*s[0]/(math.Sqrt(s[1])+small)
		},
	},
	{
		"AMSGrad", 3,
		func(w, g []float32, s [][]float32) { Adam(w, g, s[0], s[1], s[2], scale, rate, mu, rho, small) },
		func(w, g []float64, s [][]float64) { Adam(w, g, s[0], s[1], s[2], scale, rate, mu, rho, small) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = mu*s[0]+(1-mu)*g, rho*s[1]+(1-rho)*g*g
			s[2] = math.Max(s[1], s[2])
			return w - rate*s[0]/(math.Sqrt(s[2])+small)
		},
	},
	{
		"RMSprop", 1,
		func(w, g []float32, s [][]float32) { RMSprop(w, g, s[0], nil, nil, scale, rate, rho, mu, small) },
		func(w, g []float64, s [][]float64) { RMSprop(w, g, s[0], nil, nil, scale, rate, rho, mu, small) },
		func(w, g float64, s []float64) float64 {
			s[0] = rho*s[0] + (1-rho)*g*g
			return w - rate*g/math.Sqrt(s[0]+small)
		},
	},
	{
		"RMSprop centered", 2,
		func(w, g []float32, s [][]float32) { RMSprop(w, g, s[0], s[1], nil, scale, rate, rho, mu, small) },
		func(w, g []float64, s [][]float64) { RMSprop(w, g, s[0], s[1], nil, scale, rate, rho, mu, small) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = rho*s[0]+(1-rho)*g*g, rho*s[1]+(1-rho)*g
			return w - rate*g/math.Sqrt(s[0]-s[1]*s[1]+small)
		},
	},
	{
		"RMSprop centered with momentum", 3,
		func(w, g []float32, s [][]float32) { RMSprop(w, g, s[0], s[1], s[2], scale, rate, rho, mu, small) },
		func(w, g []float64, s [][]float64) { RMSprop(w, g, s[0], s[1], s[2], scale, rate, rho, mu, small) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = rho*s[0]+(1-rho)*g*g, rho*s[1]+(1-rho)*g
			s[2] = mu*s[2] + rate*g/math.Sqrt(s[0]-s[1]*s[1]+small)
			return w - s[2]
		},
	},
	{
		"Adagrad", 1,
		func(w, g []float32, s [][]float32) { Adagrad(w, g, s[0], scale, rate, small) },
		func(w, g []float64, s [][]float64) { Adagrad(w, g, s[0], scale, rate, small) },
		func(w, g float64, s []float64) float64 {
			s[0] += g * g
			return w - rate*g/math.Sqrt(s[0]+small)
		},
	},
	{
		"Adadelta", 2,
		func(w, g []float32, s [][]float32) { Adadelta(w, g, s[0], s[1], scale, rate, rho, small) },
		func(w, g []float64, s [][]float64) { Adadelta(w, g, s[0], s[1], scale, rate, rho, small) },
		func(w, g float64, s []float64) float64 {
			s[0] = rho*s[0] + (1-rho)*g*g
			u := -math.Sqrt((s[1]+small)/(s[0]+small)) * g
			s[1] = rho*s[1] + (1-rho)*u*u
			return w + rate*u
		},
	},
	{
		"Adamax", 2,
		func(w, g []float32, s [][]float32) { Adamax(w, g, s[0], s[1], scale, rate, mu, rho, small) },
		func(w, g []float64, s [][]float64) { Adamax(w, g, s[0], s[1], scale, rate, mu, rho, small) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = mu*s[0]+(1-mu)*g, math.Max(rho*s[1], math.Abs(g))
			return w - rate*s[0]/(s[1]+small)
		},
	},
	{
		"Nadam", 2,
		func(w, g []float32, s [][]float32) { Nadam(w, g, s[0], s[1], scale, rate, mu, rho, small, 2, 3, 5) },
		func(w, g []float64, s [][]float64) { Nadam(w, g, s[0], s[1], scale, rate, mu, rho, small, 2, 3, 5) },
		func(w, g float64, s []float64) float64 {
			s[0], s[1] = mu*s[0]+(1-mu)*g, rho*s[1]+(1-rho)*g*g
			return w - rate*(2*s[0]+3*g)/(math.Sqrt(5*s[1])+small)
		},
	},
	{
		"Lion", 1,
		func(w, g []float32, s [][]float32) { Lion(w, g, s[0], scale, rate, mu, rho) },
		func(w, g []float64, s [][]float64) { Lion(w, g, s[0], scale, rate, mu, rho) },
		func(w, g float64, s []float64) float64 {
			c := mu*s[0] + (1-mu)*g
			s[0] = rho*s[0] + (1-rho)*g
			return w - rate*c/math.Abs(c)
		},
	},
	{
		"ScheduleFree", 2,
		func(w, g []float32, s [][]float32) {
			ScheduleFree(w, g, s[0], s[1], scale, rate, mu, rho, small, 5, 0.25)
		},
		func(w, g []float64, s [][]float64) {
			ScheduleFree(w, g, s[0], s[1], scale, rate, mu, rho, small, 5, 0.25)
		},
		func(w, g float64, s []float64) float64 {
			x := (w - (1-mu)*s[0]) / mu
			s[1] = rho*s[1] + (1-rho)*g*g
			s[0] -= rate * g / (math.Sqrt(5*s[1]) + small)
			x += 0.25 * (s[0] - x)
			return (1-mu)*s[0] + mu*x
		},
	},
	{
		"Ftrl", 2,
		func(w, g []float32, s [][]float32) { Ftrl(w, g, s[0], s[1], scale, ftrlConfig) },
		func(w, g []float64, s [][]float64) { Ftrl(w, g, s[0], s[1], scale, ftrlConfig) },
		func(w, g float64, s []float64) float64 {
			before, after := math.Cbrt(s[0]), math.Cbrt(s[0]+g*g)
			s[0] += g * g
			s[1] += g + 2*0.3*w - (after-before)/0.5*w
			l1 := math.Copysign(math.Min(0.01, math.Abs(s[1])), s[1])
			return (l1 - s[1]) / (after/0.5 + 2*(0.2+0.1/(2*0.5)))
		},
	},
}

var ftrlConfig = FtrlConfig{LR: 0.5, Power: 1. / 3, L1: 0.01, L2: 0.2, Shrinkage: 0.3, Beta: 0.1}

func slots[T Float](n, size int) [][]T {
	s := make([][]T, n)
	for i := range s {
		s[i] = make([]T, size)
	}
	return s
}

func TestOptimizersAgainstFormulas(t *testing.T) {
	const size, steps = 37, 6
	for _, o := range optimizers {
		w := random[float64](1, size)
		w32, w64, plain := convert[float32](w), convert[float64](w), convert[float64](w)
		s32, s64 := slots[float32](o.slots, size), slots[float64](o.slots, size)
		state := slots[float64](size, o.slots)
		for step := range steps {
			g := random[float64](uint64(2+step), size)
			o.f32(w32, convert[float32](g), s32)
			o.f64(w64, g, s64)
			for i := range plain {
				plain[i] = o.plain(plain[i], scale*g[i], state[i])
			}
			near(t, fmt.Sprint(o.name, " float64, step ", step), w64, plain, 1e-11, 1e-13)
			near(t, fmt.Sprint(o.name, " float32, step ", step), w32, plain, 1e-5, 1e-5)
			for k := range o.slots {
				for i := range plain {
					if !isNear(s64[k][i], state[i][k], 1e-11, 1e-14) || !isNear(float64(s32[k][i]), state[i][k], 1e-4, 1e-6) {
						t.Fatalf("%s, step %d: slot %d of %d is %v and %v, expected %v", o.name, step, k, i, s64[k][i], s32[k][i], state[i][k])
					}
				}
			}
		}
		if allocs := testing.AllocsPerRun(5, func() { o.f32(w32, w32, s32) }); allocs != 0 {
			t.Errorf("%s: %v allocations", o.name, allocs)
		}
		o.f32(nil, nil, slots[float32](o.slots, 0)) // no weights
	}
}

// A gradient that never changes has no variance, and rounding may leave less
// than none: the step must stay finite.
func TestRMSpropCenteredOfConstantGradient(t *testing.T) {
	for gradient := float32(1e-2); gradient < 1e4; gradient *= 1.1 {
		w, v, a := []float32{0}, []float32{0}, []float32{0}
		for step := range 2000 {
			RMSprop(w, []float32{gradient}, v, a, nil, 1, 1e-3, 0.99, 0, 1e-7)
			if math.IsNaN(float64(w[0])) || math.IsInf(float64(w[0]), 0) {
				t.Fatalf("gradient %v: w is %v at step %d", gradient, w[0], step)
			}
		}
	}
}

// The first steps of Adam, corrected for bias by the caller, are of the length
// of the learning rate whatever the scale of the gradient.
func TestAdamStepIsTheLearningRate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := rapid.Float64Range(1e-3, 1e3).Draw(rt, "g")
		if rapid.Bool().Draw(rt, "negative") {
			g = -g
		}
		w, m, v := []float64{0}, []float64{0}, []float64{0}
		for step := 1.; step <= 5; step++ {
			corrected := 0.01 * math.Sqrt(1-math.Pow(0.999, step)) / (1 - math.Pow(0.9, step))
			Adam(w, []float64{g}, m, v, nil, 1, corrected, 0.9, 0.999, 1e-12)
			if want := -0.01 * step * g / math.Abs(g); !isNear(w[0], want, 1e-6, 0) {
				rt.Fatalf("w is %v after %v steps, expected %v", w[0], step, want)
			}
		}
	})
}

func TestOptimizersShowNaN(t *testing.T) {
	for _, o := range optimizers {
		w := []float64{1, 1}
		o.f64(w, []float64{math.NaN(), 1}, slots[float64](o.slots, 2))
		if w[0] == w[0] || w[1] != w[1] {
			t.Errorf("%s: weights %v, expected NaN where the gradient is", o.name, w)
		}
	}
}

func BenchmarkOptimizers(b *testing.B) {
	const size = 15*64 + 64 + 64*32 + 32 + 32 + 1
	for _, o := range optimizers {
		b.Run(o.name, func(b *testing.B) {
			w, g, s := random[float32](1, size), random[float32](2, size), slots[float32](o.slots, size)
			b.ReportAllocs()
			b.SetBytes(4 * size)
			for b.Loop() {
				o.f32(w, g, s)
			}
		})
	}
}
