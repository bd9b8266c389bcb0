package schedule_test

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
)

// Warm up for two steps, then fall along a cosine for four.
func ExampleCosineDecay() {
	s := schedule.CosineDecay{DecaySteps: 4, WarmupTarget: 0.1, WarmupSteps: 2}
	for step := range 7 {
		fmt.Printf("%.3f ", s.Rate(step))
	}
	// Output: 0.000 0.050 0.100 0.085 0.050 0.015 0.000
}
