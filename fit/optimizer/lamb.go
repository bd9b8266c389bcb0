package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Lamb is [Adam] whose step is as long as the weight, for large batches (You et
// al. 2019). With both moments corrected for bias:
//
//	r = m̂/(sqrt(v̂)+Epsilon),  w ← w - lr·‖w‖/‖r‖·r
//
// The norms are those of the whole array; if one is 0 their ratio is 1.
type Lamb struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-7
	Common
}

// Name implements [Optimizer].
func (Lamb) Name() string { return "lamb" }

// New implements [Optimizer].
func (o Lamb) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, moments(o.Beta1, o.Beta2, o.Epsilon),
		weights, lamb[float32](o), lamb[float64](o))
}

func lamb[T kernel.Float](o Lamb) recipe[T] {
	m := method[T]{whole: true, slots: named("momentum", "velocity"), rule: func(w, g []T, slots [][]T, s step) {
		fix1, fix2 := 1/(1-math.Pow(o.Beta1, float64(s.t))), 1/(1-math.Pow(o.Beta2, float64(s.t)))
		kernel.Lamb(w, g, slots[0], slots[1], s.scale, s.rate, o.Beta1, o.Beta2, o.Epsilon, fix1, fix2)
	}}
	return recipe[T]{method: func(Weight) method[T] { return m }}
}
