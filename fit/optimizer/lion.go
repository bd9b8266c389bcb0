package optimizer

import (
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Lion steps by the learning rate along the sign of a running mean (Chen et al.
// 2023):
//
//	w ← w - lr·sign(β1·m + (1-β1)·g),  m ← β2·m + (1-β2)·g
//
// The sign of 0 is 0. All elements move equally far, so rates are lower than
// Adam's, and weight decay higher.
type Lion struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // above 0, up to 1; 0 means 0.9
	Beta2        float64           // 0 means 0.99
	Common
}

// Name implements [Optimizer].
func (Lion) Name() string { return "lion" }

// New implements [Optimizer].
func (o Lion) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2 = or(o.Beta1, 0.9), or(o.Beta2, 0.99)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, []setting{
		{"beta 1", o.Beta1, Zero, 1}, {"beta 2", o.Beta2, 0, 1},
	}, weights, lion[float32](o), lion[float64](o))
}

func lion[T kernel.Float](o Lion) recipe[T] {
	return simple(named("momentum"), func(w, g []T, slots [][]T, s step) {
		kernel.Lion(w, g, slots[0], s.scale, s.rate, o.Beta1, o.Beta2)
	})
}
