package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
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
	LearningRate float64 // 0 means 0.001
	Beta1        float64 // 0 means 0.9
	Beta2        float64 // 0 means 0.999
	Epsilon      float64 // 0 means 1e-7
	AMSGrad      bool
}

// Name implements [Optimizer].
func (Adam) Name() string { return "adam" }

// New implements [Optimizer].
func (o Adam) New(weights []*tensor.Dense) (Stepper, error) {
	o = Adam{or(o.LearningRate, 1e-3), or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7), o.AMSGrad}
	slots := []string{"momentum", "velocity"}
	if o.AMSGrad {
		slots = append(slots, "velocity_hat")
	}
	below1 := math.Nextafter(1, 0)
	return start(o.Name(), o.LearningRate, []setting{
		{"beta 1", o.Beta1, 0, below1}, {"beta 2", o.Beta2, 0, below1}, {"epsilon", o.Epsilon, 0, math.MaxFloat64},
	}, slots, weights, adamRule[float32](o), adamRule[float64](o))
}

func adamRule[T kernel.Float](o Adam) rule[T] {
	return func(w, g []T, slots [][]T, scale, rate float64, t int) {
		corrected := rate * math.Sqrt(1-math.Pow(o.Beta2, float64(t))) / (1 - math.Pow(o.Beta1, float64(t)))
		var largest []T
		if o.AMSGrad {
			largest = slots[2]
		}
		kernel.Adam(w, g, slots[0], slots[1], largest, scale, corrected, o.Beta1, o.Beta2, o.Epsilon)
	}
}
