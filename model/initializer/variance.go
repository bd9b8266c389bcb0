package initializer

import (
	"math"
	"math/rand/v2"
)

// GlorotUniform draws evenly from ±sqrt(6/(fan in + fan out)), Keras's default
// for kernels (Glorot and Bengio 2010).
type GlorotUniform struct{}

// GlorotNormal draws from a truncated normal distribution of variance
// 2/(fan in + fan out).
type GlorotNormal struct{}

// HeUniform draws evenly from ±sqrt(6/fan in) (He et al. 2015).
type HeUniform struct{}

// HeNormal draws from a truncated normal distribution of variance 2/fan in.
type HeNormal struct{}

// LecunUniform draws evenly from ±sqrt(3/fan in).
type LecunUniform struct{}

// LecunNormal draws from a truncated normal distribution of variance 1/fan in.
type LecunNormal struct{}

// Name implements [Initializer].
func (GlorotUniform) Name() string { return "glorot_uniform" }

// Name implements [Initializer].
func (GlorotNormal) Name() string { return "glorot_normal" }

// Name implements [Initializer].
func (HeUniform) Name() string { return "he_uniform" }

// Name implements [Initializer].
func (HeNormal) Name() string { return "he_normal" }

// Name implements [Initializer].
func (LecunUniform) Name() string { return "lecun_uniform" }

// Name implements [Initializer].
func (LecunNormal) Name() string { return "lecun_normal" }

// Fill implements [Initializer].
func (GlorotUniform) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, out := Fans(shape)
	return uniform(w, shape, rng, 2/(in+out))
}

// Fill implements [Initializer].
func (GlorotNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, out := Fans(shape)
	return normal(w, shape, rng, 2/(in+out))
}

// Fill implements [Initializer].
func (HeUniform) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, _ := Fans(shape)
	return uniform(w, shape, rng, 2/in)
}

// Fill implements [Initializer].
func (HeNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, _ := Fans(shape)
	return normal(w, shape, rng, 2/in)
}

// Fill implements [Initializer].
func (LecunUniform) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, _ := Fans(shape)
	return uniform(w, shape, rng, 1/in)
}

// Fill implements [Initializer].
func (LecunNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	in, _ := Fans(shape)
	return normal(w, shape, rng, 1/in)
}

// truncation is the standard deviation of a unit normal cut at ±2; dividing by
// it makes the truncated draws have the wanted variance.
const truncation = 0.87962566103423978

func normal(w []float64, shape []int, rng *rand.Rand, variance float64) error {
	return TruncatedNormal{StdDev: math.Sqrt(variance) / truncation}.Fill(w, shape, rng)
}

func uniform(w []float64, shape []int, rng *rand.Rand, variance float64) error {
	limit := math.Sqrt(3 * variance)
	return RandomUniform{-limit, limit}.Fill(w, shape, rng)
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
