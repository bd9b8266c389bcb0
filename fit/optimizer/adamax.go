package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Adamax is [Adam] with the largest gradient so far, which fades, in place of
// the root of its square (Kingma and Ba 2014, section 7.1):
//
//	m ← m + (g-m)(1-β1),  u ← max(β2·u, |g|)
//	w ← w - lr/(1-β1^t) · m/(u+Epsilon)
type Adamax struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-7
	Common
}

// Name implements [Optimizer].
func (Adamax) Name() string { return "adamax" }

// New implements [Optimizer].
func (o Adamax) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, moments(o.Beta1, o.Beta2, o.Epsilon),
		weights, adamax[float32](o), adamax[float64](o))
}

func adamax[T kernel.Float](o Adamax) recipe[T] {
	return simple(named("momentum", "norm"), func(w, g []T, slots [][]T, s step) {
		corrected := s.rate / (1 - math.Pow(o.Beta1, float64(s.t)))
		kernel.Adamax(w, g, slots[0], slots[1], s.scale, corrected, o.Beta1, o.Beta2, o.Epsilon)
	})
}
