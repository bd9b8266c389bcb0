package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Adadelta scales the gradient by the size of the steps before (Zeiler 2012):
//
//	a ← ρ·a + (1-ρ)·g²,  u = -sqrt(d+Epsilon)/sqrt(a+Epsilon)·g
//	d ← ρ·d + (1-ρ)·u²,  w ← w + lr·u
//
// The paper's rate is 1; Keras's default of 0.001 moves hardly at all.
type Adadelta struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Rho          float64           // 0 means 0.95
	Epsilon      float64           // 0 means 1e-7
	Common
}

// Name implements [Optimizer].
func (Adadelta) Name() string { return "adadelta" }

// New implements [Optimizer].
func (o Adadelta) New(weights []Weight) (Stepper, error) {
	o.Rho, o.Epsilon = or(o.Rho, 0.95), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, []setting{
		{"rho", o.Rho, 0, 1}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
	}, weights, adadelta[float32](o), adadelta[float64](o))
}

func adadelta[T kernel.Float](o Adadelta) recipe[T] {
	return simple(named("accumulated_grad", "accumulated_delta_var"), func(w, g []T, slots [][]T, s step) {
		kernel.Adadelta(w, g, slots[0], slots[1], s.scale, s.rate, o.Rho, o.Epsilon)
	})
}
