package schedule

import (
	"fmt"
	"sort"
)

// PiecewiseConstantDecay is Values[0] up to and including step Boundaries[0],
// Values[1] up to and including Boundaries[1], and so on; the last value holds
// for all steps after the last boundary.
type PiecewiseConstantDecay struct {
	Boundaries []int     // rising
	Values     []float64 // one more than boundaries
}

// Name implements [Schedule].
func (PiecewiseConstantDecay) Name() string { return "PiecewiseConstantDecay" }

// Check implements [Schedule].
func (s PiecewiseConstantDecay) Check() error {
	if len(s.Values) != len(s.Boundaries)+1 {
		return fmt.Errorf("schedule: %s: %d Values for %d Boundaries, expected %d", s.Name(), len(s.Values), len(s.Boundaries), len(s.Boundaries)+1)
	}
	for i, b := range s.Boundaries {
		if i > 0 && b <= s.Boundaries[i-1] {
			return fmt.Errorf("schedule: %s: boundary %d follows %d, expected them to rise", s.Name(), b, s.Boundaries[i-1])
		}
	}
	for i, v := range s.Values {
		if err := atLeast(s.Name(), fmt.Sprintf("Values[%d]", i), v, 0); err != nil {
			return err
		}
	}
	return nil
}

// Rate implements [Schedule].
func (s PiecewiseConstantDecay) Rate(step int) float64 {
	return s.Values[sort.SearchInts(s.Boundaries, step)]
}
