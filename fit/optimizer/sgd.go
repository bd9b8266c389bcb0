package optimizer

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// SGD is gradient descent, w ← w - lr·g. With Momentum m it keeps a velocity,
// v ← m·v - lr·g and w ← w + v, or w ← w + m·v - lr·g with Nesterov.
type SGD struct {
	LearningRate float64 // 0 means 0.01
	Momentum     float64 // 0 to 1
	Nesterov     bool
}

// Name implements [Optimizer].
func (SGD) Name() string { return "sgd" }

// New implements [Optimizer].
func (o SGD) New(weights []*tensor.Dense) (Stepper, error) {
	var slots []string
	if o.Momentum != 0 {
		slots = []string{"momentum"}
	}
	return start(o.Name(), or(o.LearningRate, 0.01), []setting{{"momentum", o.Momentum, 0, 1}},
		slots, weights, sgdRule[float32](o), sgdRule[float64](o))
}

func sgdRule[T kernel.Float](o SGD) rule[T] {
	return func(w, g []T, slots [][]T, scale, rate float64, _ int) {
		if len(slots) == 0 {
			kernel.SGD(w, g, T(scale), T(rate))
			return
		}
		kernel.Momentum(w, g, slots[0], T(scale), T(rate), T(o.Momentum), o.Nesterov)
	}
}
