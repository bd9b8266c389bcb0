package optimizer

import (
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// SGD is gradient descent, w ← w - lr·g. With Momentum m it keeps a velocity,
// v ← m·v - lr·g and w ← w + v, or w ← w + m·v - lr·g with Nesterov.
type SGD struct {
	LearningRate float64           // 0 means 0.01
	Schedule     schedule.Schedule // in place of LearningRate
	Momentum     float64           // 0 to 1
	Nesterov     bool
	Common
}

// Name implements [Optimizer].
func (SGD) Name() string { return "sgd" }

// New implements [Optimizer].
func (o SGD) New(weights []Weight) (Stepper, error) {
	return start(base{o.Name(), o.LearningRate, 0.01, o.Schedule, o.Common}, []setting{{"momentum", o.Momentum, 0, 1}},
		weights, sgd[float32](o), sgd[float64](o))
}

func sgd[T kernel.Float](o SGD) recipe[T] {
	if o.Momentum == 0 {
		return simple(nil, func(w, g []T, _ [][]T, s step) { kernel.SGD(w, g, T(s.scale), T(s.rate)) })
	}
	return simple(named("momentum"), func(w, g []T, slots [][]T, s step) {
		kernel.Momentum(w, g, slots[0], T(s.scale), T(s.rate), T(o.Momentum), o.Nesterov)
	})
}
