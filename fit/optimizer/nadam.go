package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Nadam is [Adam] with Nesterov's momentum (Dozat 2015). With the momentum of a
// step u(t) = β1·(1-0.96^t/2) and U(t) the product of all of them up to t:
//
//	m̂ = u(t+1)·m/(1-U(t+1)) + (1-u(t))·g/(1-U(t)),  v̂ = v/(1-β2^t)
//	w ← w - lr·m̂/(sqrt(v̂)+Epsilon)
//
// m and v are Adam's.
type Nadam struct {
	LearningRate float64           // 0 means 0.001
	Schedule     schedule.Schedule // in place of LearningRate
	Beta1        float64           // 0 means 0.9
	Beta2        float64           // 0 means 0.999
	Epsilon      float64           // 0 means 1e-7
	Common
}

// Name implements [Optimizer].
func (Nadam) Name() string { return "nadam" }

// New implements [Optimizer].
func (o Nadam) New(weights []Weight) (Stepper, error) {
	o.Beta1, o.Beta2, o.Epsilon = or(o.Beta1, 0.9), or(o.Beta2, 0.999), or(o.Epsilon, 1e-7)
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, moments(o.Beta1, o.Beta2, o.Epsilon),
		weights, nadam[float32](o), nadam[float64](o))
}

func nadam[T kernel.Float](o Nadam) recipe[T] {
	momentum := func(t int) float64 { return o.Beta1 * (1 - 0.5*math.Pow(0.96, float64(t))) }
	var past, now, correct float64 // of the step
	r := simple(named("momentum", "velocity"), func(w, g []T, slots [][]T, s step) {
		kernel.Nadam(w, g, slots[0], slots[1], s.scale, s.rate, o.Beta1, o.Beta2, o.Epsilon, past, now, correct)
	})
	r.shared = []slot{{name: "u_product", first: 1, shape: []int{}}}
	r.begin = func(t int, shared [][]T) {
		product := &shared[0][0]
		*product = T(float64(*product) * momentum(t))
		u, next := float64(*product), momentum(t+1)
		past, now = next/(1-u*next), (1-momentum(t))/(1-u)
		correct = 1 / (1 - math.Pow(o.Beta2, float64(t)))
	}
	return r
}
