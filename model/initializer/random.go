package initializer

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// RandomNormal draws from a normal distribution. StdDev 0 means 0.05.
type RandomNormal struct{ Mean, StdDev float64 }

// Name implements [Initializer].
func (RandomNormal) Name() string { return "random_normal" }

// Fill implements [Initializer]. It is an error if StdDev is negative or a
// parameter is not finite.
func (n RandomNormal) Fill(w []float64, _ []int, rng *rand.Rand) error {
	sd, err := deviation(n.Name(), n.Mean, n.StdDev)
	if err != nil {
		return err
	}
	for i := range w {
		w[i] = n.Mean + sd*rng.NormFloat64()
	}
	return nil
}

// TruncatedNormal draws from a normal distribution and draws again what lies
// more than two standard deviations off. StdDev 0 means 0.05.
type TruncatedNormal struct{ Mean, StdDev float64 }

// Name implements [Initializer].
func (TruncatedNormal) Name() string { return "truncated_normal" }

// Fill implements [Initializer]. It is an error if StdDev is negative or a
// parameter is not finite.
func (n TruncatedNormal) Fill(w []float64, _ []int, rng *rand.Rand) error {
	sd, err := deviation(n.Name(), n.Mean, n.StdDev)
	if err != nil {
		return err
	}
	for i := range w {
		z := rng.NormFloat64()
		for math.Abs(z) > 2 {
			z = rng.NormFloat64()
		}
		w[i] = n.Mean + sd*z
	}
	return nil
}

// deviation checks the parameters of a normal distribution.
func deviation(name string, mean, sd float64) (float64, error) {
	sd = orDefault(sd, 0.05)
	if !(sd > 0 && sd <= math.MaxFloat64) || math.IsNaN(mean) || math.IsInf(mean, 0) {
		return 0, fmt.Errorf("initializer: %s: expected a finite mean and a finite standard deviation above 0, got %v and %v", name, mean, sd)
	}
	return sd, nil
}

// RandomUniform draws evenly from [Min,Max). Both 0 mean [-0.05,0.05).
type RandomUniform struct{ Min, Max float64 }

// Name implements [Initializer].
func (RandomUniform) Name() string { return "random_uniform" }

// Fill implements [Initializer]. It is an error if Min is above Max or one of
// them is not finite.
func (u RandomUniform) Fill(w []float64, _ []int, rng *rand.Rand) error {
	if u.Min == 0 && u.Max == 0 {
		u = RandomUniform{-0.05, 0.05}
	}
	if width := u.Max - u.Min; !(width >= 0 && width <= math.MaxFloat64) {
		return fmt.Errorf("initializer: random_uniform: expected a minimum up to the maximum, both finite, got %v and %v", u.Min, u.Max)
	}
	for i := range w {
		w[i] = u.Min + (u.Max-u.Min)*rng.Float64()
	}
	return nil
}
