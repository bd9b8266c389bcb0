package schedule

import (
	"errors"
	"math"
)

// CosineDecayRestarts falls as [CosineDecay] does in FirstDecaySteps steps, then
// begins again, each time for TMul times as many steps and with MMul times the
// height (Loshchilov and Hutter 2017).
type CosineDecayRestarts struct {
	InitialLearningRate float64 // needed
	FirstDecaySteps     int     // needed
	TMul                float64 // 1 or more; 0 means 2
	MMul                float64 // above 0; 0 means 1
	Alpha               float64 // 0 or more
}

// Name implements [Schedule].
func (CosineDecayRestarts) Name() string { return "CosineDecayRestarts" }

// Check implements [Schedule].
func (s CosineDecayRestarts) Check() error {
	return errors.Join(positive(s.Name(), "InitialLearningRate", s.InitialLearningRate),
		steps(s.Name(), "FirstDecaySteps", s.FirstDecaySteps), atLeast(s.Name(), "TMul", or(s.TMul, 2), 1),
		positive(s.Name(), "MMul", or(s.MMul, 1)), atLeast(s.Name(), "Alpha", s.Alpha, 0))
}

// Rate implements [Schedule].
func (s CosineDecayRestarts) Rate(step int) float64 {
	longer := or(s.TMul, 2)
	at := float64(step) / float64(s.FirstDecaySteps) // in periods of the first length
	restarts := math.Floor(at)
	part := at - restarts
	if longer != 1 {
		// Restart i comes after 1 + longer + ... + longer^(i-1) first periods.
		begin := func(i float64) float64 { return (math.Pow(longer, i) - 1) / (longer - 1) }
		restarts = math.Floor(math.Log1p(at*(longer-1)) / math.Log(longer))
		// The logarithm may be off by its last digit.
		if begin(restarts+1) <= at {
			restarts++
		} else if restarts > 0 && begin(restarts) > at {
			restarts--
		}
		part = (at - begin(restarts)) / math.Pow(longer, restarts)
	}
	return s.InitialLearningRate * wave(part, math.Pow(or(s.MMul, 1), restarts), s.Alpha)
}
