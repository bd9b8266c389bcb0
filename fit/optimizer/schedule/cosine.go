package schedule

import (
	"errors"
	"fmt"
	"math"
)

// CosineDecay falls along half a wave of the cosine to Alpha times the rate it
// began with, in DecaySteps steps (Loshchilov and Hutter 2017):
//
//	lr = InitialLearningRate · ((1-Alpha)·(1+cos(π·step/DecaySteps))/2 + Alpha)
//
// With WarmupTarget the rate first rises in a straight line from the initial
// rate to the target, in WarmupSteps steps, and then falls from the target
// (Goyal et al. 2017).
type CosineDecay struct {
	InitialLearningRate float64 // needed without WarmupTarget
	DecaySteps          int     // needed; those of the warm-up are not among them
	Alpha               float64 // 0 or more
	WarmupTarget        float64 // 0 means no warm-up
	WarmupSteps         int
}

// Name implements [Schedule].
func (CosineDecay) Name() string { return "CosineDecay" }

// Check implements [Schedule].
func (s CosineDecay) Check() error {
	if s.WarmupTarget == 0 && s.WarmupSteps != 0 {
		return fmt.Errorf("schedule: %s: WarmupSteps %d without WarmupTarget", s.Name(), s.WarmupSteps)
	}
	initial := atLeast(s.Name(), "InitialLearningRate", s.InitialLearningRate, 0)
	if s.WarmupTarget == 0 {
		initial = positive(s.Name(), "InitialLearningRate", s.InitialLearningRate)
	}
	return errors.Join(initial, steps(s.Name(), "DecaySteps", s.DecaySteps), atLeast(s.Name(), "Alpha", s.Alpha, 0),
		atLeast(s.Name(), "WarmupTarget", s.WarmupTarget, 0), atLeast(s.Name(), "WarmupSteps", float64(s.WarmupSteps), 0))
}

// Rate implements [Schedule].
func (s CosineDecay) Rate(step int) float64 {
	from := s.InitialLearningRate
	if s.WarmupTarget != 0 {
		if step < s.WarmupSteps {
			return from + (s.WarmupTarget-from)*float64(step)/float64(s.WarmupSteps)
		}
		from = s.WarmupTarget
		step -= s.WarmupSteps
	}
	return from * wave(min(float64(step)/float64(s.DecaySteps), 1), 1, s.Alpha)
}

// wave falls from height to alpha as part goes from 0 to 1.
func wave(part, height, alpha float64) float64 {
	return (1-alpha)*height*(1+math.Cos(math.Pi*part))/2 + alpha
}
