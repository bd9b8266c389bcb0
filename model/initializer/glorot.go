package initializer

import "math/rand/v2"

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
	return VarianceScaling{1, FanAvg, UniformDistribution}.Fill(w, shape, rng)
}

// Fill implements [Initializer].
func (GlorotNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	return VarianceScaling{1, FanAvg, TruncatedDistribution}.Fill(w, shape, rng)
}

// Fill implements [Initializer].
func (HeUniform) Fill(w []float64, shape []int, rng *rand.Rand) error {
	return VarianceScaling{2, FanIn, UniformDistribution}.Fill(w, shape, rng)
}

// Fill implements [Initializer].
func (HeNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	return VarianceScaling{2, FanIn, TruncatedDistribution}.Fill(w, shape, rng)
}

// Fill implements [Initializer].
func (LecunUniform) Fill(w []float64, shape []int, rng *rand.Rand) error {
	return VarianceScaling{1, FanIn, UniformDistribution}.Fill(w, shape, rng)
}

// Fill implements [Initializer].
func (LecunNormal) Fill(w []float64, shape []int, rng *rand.Rand) error {
	return VarianceScaling{1, FanIn, TruncatedDistribution}.Fill(w, shape, rng)
}
