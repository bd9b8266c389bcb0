package initializer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// Initializer fills the weights of a new layer.
type Initializer interface {
	// Name is Keras's name, such as "glorot_uniform".
	Name() string
	// Fill sets w, an array of the given shape in row-major order, from rng.
	Fill(w []float64, shape []int, rng *rand.Rand) error
}

// Constant fills with one number: Zeros is Constant{0}, Ones is Constant{1}.
type Constant struct{ Value float64 }

// Name implements [Initializer].
func (c Constant) Name() string {
	switch c.Value {
	case 0:
		return "zeros"
	case 1:
		return "ones"
	}
	return "constant"
}

// Fill implements [Initializer].
func (c Constant) Fill(w []float64, _ []int, _ *rand.Rand) error {
	for i := range w {
		w[i] = c.Value
	}
	return nil
}

// RandomNormal draws from a normal distribution. StdDev 0 means 0.05.
type RandomNormal struct{ Mean, StdDev float64 }

// Name implements [Initializer].
func (RandomNormal) Name() string { return "random_normal" }

// Fill implements [Initializer].
func (n RandomNormal) Fill(w []float64, _ []int, rng *rand.Rand) error {
	sd := orDefault(n.StdDev, 0.05)
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

// Fill implements [Initializer].
func (n TruncatedNormal) Fill(w []float64, _ []int, rng *rand.Rand) error {
	sd := orDefault(n.StdDev, 0.05)
	for i := range w {
		z := rng.NormFloat64()
		for math.Abs(z) > 2 {
			z = rng.NormFloat64()
		}
		w[i] = n.Mean + sd*z
	}
	return nil
}

// RandomUniform draws evenly from [Min,Max). Both 0 mean [-0.05,0.05).
type RandomUniform struct{ Min, Max float64 }

// Name implements [Initializer].
func (RandomUniform) Name() string { return "random_uniform" }

// Fill implements [Initializer].
func (u RandomUniform) Fill(w []float64, _ []int, rng *rand.Rand) error {
	if u.Min == 0 && u.Max == 0 {
		u = RandomUniform{-0.05, 0.05}
	}
	for i := range w {
		w[i] = u.Min + (u.Max-u.Min)*rng.Float64()
	}
	return nil
}

// Identity fills a matrix with Gain on the diagonal; Gain 0 means 1.
type Identity struct{ Gain float64 }

// Name implements [Initializer].
func (Identity) Name() string { return "identity" }

// Fill implements [Initializer]. It is an error for anything but a matrix.
func (d Identity) Fill(w []float64, shape []int, _ *rand.Rand) error {
	if len(shape) != 2 {
		return fmt.Errorf("initializer: identity: expected a matrix, got shape %v", shape)
	}
	clear(w)
	for i := range min(shape[0], shape[1]) {
		w[i*shape[1]+i] = orDefault(d.Gain, 1)
	}
	return nil
}

// ByName returns the initialiser of one of Keras's names, with its default
// parameters: "glorot_uniform", "GlorotUniform", "he_normal", "zeros", ...
func ByName(name string) (Initializer, error) {
	key := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, i := range named {
		if strings.ReplaceAll(i.Name(), "_", "") == key {
			return i, nil
		}
	}
	known := make([]string, len(named))
	for i, n := range named {
		known[i] = n.Name()
	}
	slices.Sort(known)
	return nil, fmt.Errorf("initializer: unknown name %q, expected one of %s", name, strings.Join(known, ", "))
}

var named = [...]Initializer{
	Constant{0}, Constant{1}, RandomNormal{}, TruncatedNormal{}, RandomUniform{}, Identity{}, Orthogonal{},
	GlorotUniform{}, GlorotNormal{}, HeUniform{}, HeNormal{}, LecunUniform{}, LecunNormal{},
}

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}
