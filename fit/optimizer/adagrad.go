package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Adagrad divides by the root of the sum of all squared gradients (Duchi et al.
// 2011):
//
//	a ← a + g²,  w ← w - lr·g/sqrt(a+Epsilon)
type Adagrad struct {
	LearningRate            float64           // 0 means 0.001
	Schedule                schedule.Schedule // in place of LearningRate
	InitialAccumulatorValue float64           // a before the first step; 0 means 0.1
	Epsilon                 float64           // 0 means 1e-7
	Common
}

// Name implements [Optimizer].
func (Adagrad) Name() string { return "adagrad" }

// New implements [Optimizer].
func (o Adagrad) New(weights []Weight) (Stepper, error) {
	o.InitialAccumulatorValue, o.Epsilon = or(o.InitialAccumulatorValue, 0.1), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, []setting{
		{"initial accumulator value", o.InitialAccumulatorValue, 0, math.MaxFloat64}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
	}, weights, adagrad[float32](o), adagrad[float64](o))
}

func adagrad[T kernel.Float](o Adagrad) recipe[T] {
	slots := []slot{{name: "accumulator", first: o.InitialAccumulatorValue}}
	return simple(slots, func(w, g []T, slots [][]T, s step) {
		kernel.Adagrad(w, g, slots[0], s.scale, s.rate, o.Epsilon)
	})
}
