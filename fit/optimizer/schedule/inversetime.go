package schedule

import "errors"

// InverseTimeDecay divides the rate by a number that grows with time, little by
// little or, with Staircase, every DecaySteps steps:
//
//	lr = InitialLearningRate / (1 + DecayRate·step/DecaySteps)
type InverseTimeDecay struct {
	InitialLearningRate float64 // needed
	DecaySteps          int     // needed
	DecayRate           float64 // needed; above 0
	Staircase           bool
}

// Name implements [Schedule].
func (InverseTimeDecay) Name() string { return "InverseTimeDecay" }

// Check implements [Schedule].
func (s InverseTimeDecay) Check() error {
	return errors.Join(positive(s.Name(), "InitialLearningRate", s.InitialLearningRate),
		steps(s.Name(), "DecaySteps", s.DecaySteps), positive(s.Name(), "DecayRate", s.DecayRate))
}

// Rate implements [Schedule].
func (s InverseTimeDecay) Rate(step int) float64 {
	return s.InitialLearningRate / (1 + s.DecayRate*passed(step, s.DecaySteps, s.Staircase))
}
