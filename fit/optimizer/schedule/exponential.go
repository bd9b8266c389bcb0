package schedule

import (
	"errors"
	"math"
)

// ExponentialDecay multiplies the rate by DecayRate every DecaySteps steps,
// little by little or, with Staircase, at once:
//
//	lr = InitialLearningRate · DecayRate^(step/DecaySteps)
type ExponentialDecay struct {
	InitialLearningRate float64 // needed
	DecaySteps          int     // needed
	DecayRate           float64 // needed; above 0
	Staircase           bool
}

// Name implements [Schedule].
func (ExponentialDecay) Name() string { return "ExponentialDecay" }

// Check implements [Schedule].
func (s ExponentialDecay) Check() error {
	return errors.Join(positive(s.Name(), "InitialLearningRate", s.InitialLearningRate),
		steps(s.Name(), "DecaySteps", s.DecaySteps), positive(s.Name(), "DecayRate", s.DecayRate))
}

// Rate implements [Schedule].
func (s ExponentialDecay) Rate(step int) float64 {
	return s.InitialLearningRate * math.Pow(s.DecayRate, passed(step, s.DecaySteps, s.Staircase))
}
