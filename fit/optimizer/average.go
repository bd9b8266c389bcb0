package optimizer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
)

// averaging returns the momentum of the averages in an update, and whether the
// model takes them. The averages begin as the weights of the first update, or
// of the steps that accumulate for it.
func (s *stepper[T]) averaging(t int) (momentum float64, overwrite bool) {
	every := max(s.common.GradientAccumulationSteps, 1)
	if s.t/every > 0 {
		momentum = s.common.EMAMomentum
	}
	f := s.common.EMAOverwriteFrequency
	return momentum, f > 0 && t%f == 0
}

func (s *stepper[T]) SwapAverages() error {
	switch {
	case !s.common.UseEMA:
		return fmt.Errorf("optimizer: %s: there are no averages to swap: set UseEMA", s.name)
	case s.t == 0:
		return fmt.Errorf("optimizer: %s: there are no averages before the first step", s.name)
	}
	for i := range s.weights {
		kernel.Exchange(s.weights[i].data, s.weights[i].average)
	}
	s.swapped = !s.swapped
	return nil
}

func (s *stepper[T]) Finalize() {
	if !s.common.UseEMA || s.t == 0 {
		return
	}
	for i := range s.weights {
		w := &s.weights[i]
		if s.swapped {
			copy(w.average, w.data)
		} else {
			copy(w.data, w.average)
		}
	}
	s.swapped = false
}
