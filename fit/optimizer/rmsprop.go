package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// RMSprop divides by the root of a running mean of the squared gradient
// (Tieleman and Hinton 2012):
//
//	v ← ρ·v + (1-ρ)·g²,  u = lr·g/sqrt(v+Epsilon),  w ← w - u
//
// Centered subtracts the square of a running mean of the gradient from v under
// the root. With Momentum m the step is b ← m·b + u.
type RMSprop struct {
	LearningRate float64 // 0 means 0.001
	Rho          float64 // 0 means 0.9
	Momentum     float64 // 0 to 1
	Epsilon      float64 // 0 means 1e-7
	Centered     bool
}

// Name implements [Optimizer].
func (RMSprop) Name() string { return "rmsprop" }

// New implements [Optimizer].
func (o RMSprop) New(weights []*tensor.Dense) (Stepper, error) {
	o.LearningRate, o.Rho, o.Epsilon = or(o.LearningRate, 1e-3), or(o.Rho, 0.9), or(o.Epsilon, 1e-7)
	slots := []string{"velocity"}
	if o.Momentum != 0 {
		slots = append(slots, "momentum")
	}
	if o.Centered {
		slots = append(slots, "average_gradient")
	}
	return start(o.Name(), o.LearningRate, []setting{
		{"rho", o.Rho, 0, 1}, {"momentum", o.Momentum, 0, 1}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
	}, slots, weights, rmspropRule[float32](o), rmspropRule[float64](o))
}

func rmspropRule[T kernel.Float](o RMSprop) rule[T] {
	return func(w, g []T, slots [][]T, scale, rate float64, _ int) {
		var momentum, average []T
		rest := slots[1:]
		if o.Momentum != 0 {
			momentum, rest = rest[0], rest[1:]
		}
		if o.Centered {
			average = rest[0]
		}
		kernel.RMSprop(w, g, slots[0], average, momentum, scale, rate, o.Rho, o.Momentum, o.Epsilon)
	}
}
