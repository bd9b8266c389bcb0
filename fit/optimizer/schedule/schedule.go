package schedule

import (
	"errors"
	"fmt"
	"math"
)

// Schedule gives the learning rate of each step.
type Schedule interface {
	// Name is Keras's name of the class, such as "ExponentialDecay".
	Name() string
	// Check returns an error if the settings make no sense.
	Check() error
	// Rate returns the learning rate of a step, counted from 0. It is called
	// only after Check has returned nil.
	Rate(step int) float64
}

// Func is any function as a schedule.
type Func func(step int) float64

// Name implements [Schedule].
func (Func) Name() string { return "Func" }

// Check implements [Schedule].
func (f Func) Check() error {
	if f == nil {
		return errors.New("schedule: Func: it is nil")
	}
	return nil
}

// Rate implements [Schedule].
func (f Func) Rate(step int) float64 { return f(step) }

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

// steps checks a number of steps.
func steps(schedule, field string, n int) error {
	if n < 1 {
		return fmt.Errorf("schedule: %s: %s %d, expected 1 or more", schedule, field, n)
	}
	return nil
}

// atLeast checks a finite number that may be lo.
func atLeast(schedule, field string, v, lo float64) error {
	if !(v >= lo && v <= math.MaxFloat64) {
		return fmt.Errorf("schedule: %s: %s %v, expected a finite number of %v or more", schedule, field, v, lo)
	}
	return nil
}

// positive checks a finite number above 0.
func positive(schedule, field string, v float64) error {
	if !(v > 0 && v <= math.MaxFloat64) {
		return fmt.Errorf("schedule: %s: %s %v, expected a finite number above 0", schedule, field, v)
	}
	return nil
}

// passed is the number of decay periods until a step, whole ones only with
// staircase.
func passed(step, period int, staircase bool) float64 {
	p := float64(step) / float64(period)
	if staircase {
		return math.Floor(p)
	}
	return p
}
