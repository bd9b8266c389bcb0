package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// RMSprop divides by the root of a running mean of the squared gradient
// (Tieleman and Hinton 2012):
//
//	v ← ρ·v + (1-ρ)·g²,  u = lr·g/sqrt(v+Epsilon),  w ← w - u
//
// Centered subtracts the square of a running mean of the gradient from v under
// the root. With Momentum m the step is b ← m·b + u.
type RMSprop struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Rho          float64           // 0 means 0.9
	Momentum     float64           // 0 to 1
	Epsilon      float64           // 0 means 1e-7
	Centered     bool
	Common
}

// Name implements [Optimizer].
func (RMSprop) Name() string { return "rmsprop" }

// New implements [Optimizer].
func (o RMSprop) New(weights []Weight) (Stepper, error) {
	o.Rho, o.Epsilon = or(o.Rho, 0.9), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, []setting{
		{"rho", o.Rho, 0, 1}, {"momentum", o.Momentum, 0, 1}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
	}, weights, rmsprop[float32](o), rmsprop[float64](o))
}

func rmsprop[T kernel.Float](o RMSprop) recipe[T] {
	slots := named("velocity")
	if o.Momentum != 0 {
		slots = append(slots, slot{name: "momentum", group: 1})
	}
	if o.Centered {
		slots = append(slots, slot{name: "average_gradient", group: 2})
	}
	return simple(slots, func(w, g []T, slots [][]T, s step) {
		var momentum, average []T
		rest := slots[1:]
		if o.Momentum != 0 {
			momentum, rest = rest[0], rest[1:]
		}
		if o.Centered {
			average = rest[0]
		}
		kernel.RMSprop(w, g, slots[0], average, momentum, s.scale, s.rate, o.Rho, o.Momentum, o.Epsilon)
	})
}
