package optimizer

import (
	"math"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/internal/kernel"
)

// Ftrl follows the regularised leader, for shallow models with many rare
// features, such as predictions of clicks (McMahan et al. 2013). With p =
// -LearningRatePower, L2 = L2Regularization + Beta/(2·lr) and
// g' = g + 2·L2Shrinkage·w:
//
//	n' = n + g²,  z ← z + g' - (n'^p - n^p)/lr · w
//	w ← (clip(z, -L1, L1) - z) / (n'^p/lr + 2·L2),  n ← n'
//
// L1 makes weights exactly 0. What a weight was before the first step is
// forgotten at once. The learning rate must be above 0.
type Ftrl struct {
	LearningRate            float64           // 0 means 0.001
	Schedule                schedule.Schedule // in place of LearningRate
	LearningRatePower       float64           // 0 or less; 0 means -0.5
	InitialAccumulatorValue float64           // n before the first step; 0 means 0.1
	L1Regularization        float64
	L2Regularization        float64
	L2Shrinkage             float64
	Beta                    float64
	Common
}

// Name implements [Optimizer].
func (Ftrl) Name() string { return "ftrl" }

// New implements [Optimizer].
func (o Ftrl) New(weights []Weight) (Stepper, error) {
	o.LearningRatePower, o.InitialAccumulatorValue = or(o.LearningRatePower, -0.5), or(o.InitialAccumulatorValue, 0.1)
	limit := math.MaxFloat64
	settings := []setting{
		{"learning rate power", o.LearningRatePower, -limit, 0}, {"initial accumulator value", o.InitialAccumulatorValue, 0, limit},
		{"L1", o.L1Regularization, 0, limit}, {"L2", o.L2Regularization, 0, limit},
		{"L2 shrinkage", o.L2Shrinkage, 0, limit}, {"beta", o.Beta, 0, limit},
	}
	if o.Schedule == nil {
		settings = append(settings, setting{"learning rate", or(o.LearningRate, 1e-3), Zero, limit})
	}
	return start(base{o.Name(), o.LearningRate, 1e-3, o.Schedule, o.Common}, settings, weights, ftrl[float32](o), ftrl[float64](o))
}

func ftrl[T kernel.Float](o Ftrl) recipe[T] {
	slots := []slot{{name: "accumulator", first: o.InitialAccumulatorValue}, {name: "linear"}}
	r := simple(slots, func(w, g []T, slots [][]T, s step) {
		kernel.Ftrl(w, g, slots[0], slots[1], s.scale, kernel.FtrlConfig{
			LR: s.rate, Power: -o.LearningRatePower, L1: o.L1Regularization, L2: o.L2Regularization,
			Shrinkage: o.L2Shrinkage, Beta: o.Beta,
		})
	})
	r.positive = true
	return r
}
