package optimizer

import (
	"math"

	"gorgonia.org/tensor"
)

// Optimizer is the description of an update rule.
type Optimizer interface {
	// Name is Keras's name, such as "adam".
	Name() string
	// New checks the settings and makes the state for updating weights, which
	// are float32 or float64, all alike, and stay where they are. Steps count
	// from 0. Without weights there is nothing to do but to tell the settings.
	New(weights []Weight) (Stepper, error)
}

// Weight is an array that an optimizer moves.
type Weight struct {
	Name  string // "dense_1/kernel"
	Value *tensor.Dense
}

// Stepper is an optimizer at work on a set of weights.
type Stepper interface {
	// Step moves the weights once. grads are the gradients in the order of
	// the weights; each is multiplied by scale first, and its memory may be
	// written to. Nothing is allocated.
	Step(grads []*tensor.Dense, scale float64) error
	// Iterations returns how many steps were taken. With gradient accumulation
	// every step counts, not only those that moved the weights.
	Iterations() int
	// LearningRate returns the learning rate of the next step.
	LearningRate() float64
	// SetLearningRate changes it: a finite number that is not negative. It is
	// an error where a schedule is at work.
	SetLearningRate(rate float64) error
	// SwapAverages exchanges the weights and their moving averages, and at
	// the next call changes them back. It is an error without [Common.UseEMA],
	// or before the first step. No step can be taken in between.
	SwapAverages() error
	// Finalize gives the weights the values of their moving averages, which a
	// fit does at its end. It does nothing without [Common.UseEMA] or before
	// the first step.
	Finalize()
	// State returns copies of all that a later Step depends on but the
	// weights, in the order in which Keras archives hold it: "iteration",
	// "learning_rate" unless a schedule is at work, moving averages, gradient
	// accumulators, and the slots of the rule.
	State() ([]Variable, error)
	// SetState takes values in the order of State, of the same shapes. Numbers
	// of another width are converted. On an error nothing has changed.
	SetState(values []*tensor.Dense) error
}

// Variable is an array of an optimizer's state.
type Variable struct {
	Name  string // "dense_1/kernel/momentum"
	Value *tensor.Dense
}

// Zero stands for an explicit 0 in fields where 0 means a default that is not
// 0. It is the smallest number above 0.
const Zero = math.SmallestNonzeroFloat64

func or(v, def float64) float64 {
	switch v {
	case 0:
		return def
	case Zero:
		return 0
	}
	return v
}
