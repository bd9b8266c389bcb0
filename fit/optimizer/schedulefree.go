package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// ScheduleFreeAdamW does without a falling learning rate by averaging (Defazio
// et al. 2024). With x the mean of all z so far and v̂ = v/(1-β2^t):
//
//	v ← v + (g²-v)(1-β2),  z ← z - lr·g/(sqrt(v̂)+Epsilon)
//	x ← x + (z-x)/t,  w = (1-β1)·z + β1·x
//
// z begins as the weights. Despite the name nothing decays by default. As in
// Keras the model keeps w, at which gradients are taken, in evaluation too; the
// paper evaluates at x.
type ScheduleFreeAdamW struct {
	LearningRate float64           // 0 means 0.0025
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // above 0; 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-8
	// WarmupSteps is the number of updates in which the rate rises to its value
	// in a straight line. 0 means none.
	WarmupSteps int
	Common
}

// Name implements [Optimizer].
func (ScheduleFreeAdamW) Name() string { return "schedulefreeadamw" }

// New implements [Optimizer].
func (o ScheduleFreeAdamW) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-8)
	return start(base{o.Name(), o.LearningRate, 2.5e-3, o.Schedule, o.Common}, []setting{
		{"beta 1", o.Beta1, Zero, below1}, {"beta 2", o.Beta2, 0, below1}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
		{"number of warm-up steps", float64(o.WarmupSteps), 0, math.MaxInt},
	}, weights, scheduleFree[float32](o), scheduleFree[float64](o))
}

func scheduleFree[T kernel.Float](o ScheduleFreeAdamW) recipe[T] {
	slots := []slot{{name: "momentum", copies: true}, {name: "velocity"}}
	return simple(slots, func(w, g []T, slots [][]T, s step) {
		t := float64(s.t)
		if o.WarmupSteps > 0 {
			s.rate *= min(t/float64(o.WarmupSteps), 1)
		}
		correct := 1 / (1 - math.Pow(o.Beta2, t))
		kernel.ScheduleFree(w, g, slots[0], slots[1], s.scale, s.rate, o.Beta1, o.Beta2, o.Epsilon, correct, 1/t)
	})
}
