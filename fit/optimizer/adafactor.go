package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Adafactor divides by the root of a mean square that it knows for rows and
// columns only (Shazeer and Stern 2018). With ρ = min(lr, 1/sqrt(t)) and β =
// 1 - t^Beta2Decay:
//
//	α = max(Epsilon2, rms(w))·ρ,  s = g² + Epsilon1
//	r ← β·r + (1-β)·mean of s over the last axis
//	c ← β·c + (1-β)·mean of s over the last axis but one
//	v = r/mean(r) · c,  u = g/sqrt(v),  w ← w - α·u/max(1, rms(u)/ClipThreshold)
//
// Weights of fewer than two axes have v ← β·v + (1-β)·s. Keras's relative_step
// has no field: it limits the rate to 1/sqrt(t), which ρ does in any case.
type Adafactor struct {
	LearningRate  float64           // 0 means 0.001
	Schedule      schedule.Schedule // in place of LearningRate
	Beta2Decay    float64           // 0 or less; 0 means -0.8
	Epsilon1      float64           // above 0; 0 means 1e-30
	Epsilon2      float64           // 0 means 1e-3
	ClipThreshold float64           // above 0; 0 means 1
	Common
}

// Name implements [Optimizer].
func (Adafactor) Name() string { return "adafactor" }

// New implements [Optimizer].
func (o Adafactor) New(weights []Weight) (Stepper, error) {
	o.Beta2Decay, o.Epsilon1, o.Epsilon2, o.ClipThreshold = or(o.Beta2Decay, -0.8), or(o.Epsilon1, 1e-30), or(o.Epsilon2, 1e-3), or(o.ClipThreshold, 1)
	limit := math.MaxFloat64
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, []setting{
		{"beta 2 decay", o.Beta2Decay, -limit, 0}, {"epsilon 1", o.Epsilon1, math.SmallestNonzeroFloat32, limit},
		{"epsilon 2", o.Epsilon2, 0, limit}, {"clip threshold", o.ClipThreshold, Zero, limit},
	}, weights, adafactor[float32](o), adafactor[float64](o))
}

func adafactor[T kernel.Float](o Adafactor) recipe[T] {
	// of returns the length of the step and β.
	of := func(w []T, s step) (rate, beta float64) {
		t := float64(s.t)
		size := math.Sqrt(kernel.SumSquares(w) / float64(len(w)))
		return max(o.Epsilon2, size) * min(s.rate, 1/math.Sqrt(t)), 1 - math.Pow(t, o.Beta2Decay)
	}
	return recipe[T]{method: func(from Weight) method[T] {
		shape := from.Value.Shape()
		if len(shape) < 2 { // Keras keeps two numbers in place of r and c, always 0
			slots := []slot{{name: "r", shape: []int{}}, {name: "c", shape: []int{}}, {name: "velocity"}}
			return method[T]{whole: true, slots: slots, rule: func(w, g []T, slots [][]T, s step) {
				rate, beta := of(w, s)
				kernel.Adafactor(w, g, slots[2], s.scale, rate, beta, o.Epsilon1, o.ClipThreshold)
			}}
		}
		last := len(shape) - 1
		rows, cols := shape[last-1], shape[last]
		r := append([]int{}, shape[:last]...)
		c := append(append([]int{}, shape[:last-1]...), cols)
		slots := []slot{{name: "r", shape: r}, {name: "c", shape: c}, {name: "velocity"}}
		return method[T]{whole: true, slots: slots, rule: func(w, g []T, slots [][]T, s step) {
			rate, beta := of(w, s)
			kernel.AdafactorFactored(w, g, slots[0], slots[1], slots[2], rows, cols, s.scale, rate, beta, o.Epsilon1, o.ClipThreshold)
		}}
	}}
}
