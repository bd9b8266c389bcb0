package schedule

import (
	"errors"
	"math"
)

// PolynomialDecay leads from the initial to the end rate in DecaySteps steps:
//
//	lr = (InitialLearningRate - End) · (1 - step/DecaySteps)^Power + End
//
// With Cycle it rises again and takes the next multiple of DecaySteps to come
// down each time; without, it stays at the end.
type PolynomialDecay struct {
	InitialLearningRate float64 // needed
	DecaySteps          int     // needed
	EndLearningRate     float64 // 0 means 0.0001
	Power               float64 // above 0; 0 means 1
	Cycle               bool
}

// Name implements [Schedule].
func (PolynomialDecay) Name() string { return "PolynomialDecay" }

// Check implements [Schedule].
func (s PolynomialDecay) Check() error {
	return errors.Join(atLeast(s.Name(), "InitialLearningRate", s.InitialLearningRate, 0),
		steps(s.Name(), "DecaySteps", s.DecaySteps),
		atLeast(s.Name(), "EndLearningRate", s.EndLearningRate, 0), positive(s.Name(), "Power", or(s.Power, 1)))
}

// Rate implements [Schedule].
func (s PolynomialDecay) Rate(step int) float64 {
	end, steps := or(s.EndLearningRate, 1e-4), s.DecaySteps
	if s.Cycle {
		steps *= max((step+steps-1)/steps, 1)
	}
	left := 1 - float64(min(step, steps))/float64(steps)
	return (s.InitialLearningRate-end)*math.Pow(left, or(s.Power, 1)) + end
}
