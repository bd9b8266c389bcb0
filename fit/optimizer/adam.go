package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Adam follows running means of the gradient and of its square (Kingma and Ba
// 2014):
//
//	m ← m + (g-m)(1-β1),  v ← v + (g²-v)(1-β2)
//	w ← w - lr·sqrt(1-β2^t)/(1-β1^t) · m/(sqrt(v)+Epsilon)
//
// Epsilon is not bias-corrected, as in Keras. With AMSGrad the largest v so
// far takes v's place (Reddi et al. 2018).
type Adam struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-7
	AMSGrad      bool
	Common
}

// Name implements [Optimizer].
func (Adam) Name() string { return "adam" }

// New implements [Optimizer].
func (o Adam) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, moments(o.Beta1, o.Beta2, o.Epsilon),
		weights, adam[float32](o), adam[float64](o))
}

// AdamW is [Adam] with a weight decay of 0.004 unless [Common.WeightDecay] says
// otherwise (Loshchilov and Hutter 2019).
type AdamW struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-7
	AMSGrad      bool
	Common
}

// Name implements [Optimizer].
func (AdamW) Name() string { return "adamw" }

// New implements [Optimizer].
func (o AdamW) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7)
	o.WeightDecay = or(o.WeightDecay, 0.004)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, moments(o.Beta1, o.Beta2, o.Epsilon),
		weights, adam[float32](Adam(o)), adam[float64](Adam(o)))
}

// moments are the settings of all that follow two moments.
func moments(beta1, beta2, epsilon float64) []setting {
	return []setting{{"beta 1", beta1, 0, below1}, {"beta 2", beta2, 0, below1}, {"epsilon", epsilon, 0, math.MaxFloat64}}
}

func adam[T kernel.Float](o Adam) recipe[T] {
	slots := named("momentum", "velocity")
	if o.AMSGrad {
		slots = append(slots, slot{name: "velocity_hat", group: 1})
	}
	return simple(slots, func(w, g []T, slots [][]T, s step) {
		corrected := s.rate * math.Sqrt(1-math.Pow(o.Beta2, float64(s.t))) / (1 - math.Pow(o.Beta1, float64(s.t)))
		var largest []T
		if o.AMSGrad {
			largest = slots[2]
		}
		kernel.Adam(w, g, slots[0], slots[1], largest, s.scale, corrected, o.Beta1, o.Beta2, o.Epsilon)
	})
}
