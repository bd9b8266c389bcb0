package initializer

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Fan says which connections [VarianceScaling] counts.
type Fan int

// The three fans of Keras.
const (
	FanIn  Fan = iota // inputs of a unit
	FanOut            // outputs
	FanAvg            // the mean of both
)

// Distribution says what [VarianceScaling] draws from.
type Distribution int

// The three distributions of Keras. Each has mean 0 and the variance asked for.
const (
	TruncatedDistribution Distribution = iota // normal, within two standard deviations of what is cut
	NormalDistribution                        // normal, which Keras calls "untruncated_normal"
	UniformDistribution                       // uniform
)

// VarianceScaling draws with mean 0 and variance Scale/fan; see [Fans]. Scale
// 0 means 1.
type VarianceScaling struct {
	Scale        float64
	Mode         Fan
	Distribution Distribution
}

// Name implements [Initializer].
func (VarianceScaling) Name() string { return "variance_scaling" }

// truncation is the standard deviation of a unit normal cut at ±2; dividing by
// it makes the truncated draws have the wanted variance.
const truncation = 0.87962566103423978

// Fill implements [Initializer]. It is an error if Scale is negative or not
// finite, or Mode or Distribution is none of the constants.
func (v VarianceScaling) Fill(w []float64, shape []int, rng *rand.Rand) error {
	scale := orDefault(v.Scale, 1)
	if !(scale > 0 && scale <= math.MaxFloat64) {
		return fmt.Errorf("initializer: variance_scaling: expected a finite scale above 0, got %v", v.Scale)
	}
	in, out := Fans(shape)
	var fan float64
	switch v.Mode {
	case FanIn:
		fan = in
	case FanOut:
		fan = out
	case FanAvg:
		fan = (in + out) / 2
	default:
		return fmt.Errorf("initializer: variance_scaling: expected FanIn, FanOut or FanAvg, got mode %d", v.Mode)
	}
	variance := scale / fan
	switch v.Distribution {
	case TruncatedDistribution:
		return TruncatedNormal{StdDev: math.Sqrt(variance) / truncation}.Fill(w, shape, rng)
	case NormalDistribution:
		return RandomNormal{StdDev: math.Sqrt(variance)}.Fill(w, shape, rng)
	case UniformDistribution:
		limit := math.Sqrt(3 * variance)
		return RandomUniform{-limit, limit}.Fill(w, shape, rng)
	}
	return fmt.Errorf("initializer: variance_scaling: unknown distribution %d", v.Distribution)
}

// Fans returns how many inputs and outputs one unit of an array of weights is
// connected to, at least 1 each: (n) counts n for both, (in, out) as it says,
// and a convolution kernel (..., in, out) times the leading sizes.
func Fans(shape []int) (in, out float64) {
	switch len(shape) {
	case 0:
		return 1, 1
	case 1:
		n := math.Max(float64(shape[0]), 1)
		return n, n
	}
	field := 1
	for _, s := range shape[:len(shape)-2] {
		field *= s
	}
	in, out = float64(field*shape[len(shape)-2]), float64(field*shape[len(shape)-1])
	return math.Max(in, 1), math.Max(out, 1)
}
