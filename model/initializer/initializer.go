package initializer

import (
	"fmt"
	"math/rand/v2"
)

// Initializer fills the weights of a new layer.
type Initializer interface {
	// Name is Keras's name, such as "glorot_uniform".
	Name() string
	// Fill sets w, an array of the given shape in row-major order, from rng;
	// len(w) is the product of the sizes.
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

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}
