package layer

import (
	"fmt"
	"math"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// GaussianNoise adds noise from a normal distribution of mean 0 to each element
// while training; it passes its input on otherwise. StdDev is from 0 to 1, as
// in Keras. The noise follows from the seed of the run, the training step and
// the layer's place in the model.
type GaussianNoise struct {
	StdDev float64
	Name   string
}

// GaussianDropout multiplies each element by noise from a normal distribution
// of mean 1 and variance Rate/(1-Rate) while training: the variance that
// [Dropout] of this rate has (Srivastava et al. 2014). Rate is below 1; the
// rest is as in [GaussianNoise].
type GaussianDropout struct {
	Rate float64
	Name string
}

// Class implements [Layer].
func (GaussianNoise) Class() string { return "GaussianNoise" }

// Class implements [Layer].
func (GaussianDropout) Class() string { return "GaussianDropout" }

// GivenName implements [Layer].
func (l GaussianNoise) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l GaussianDropout) GivenName() string { return l.Name }

// Build implements [Single].
func (l GaussianNoise) Build(in []int) (Built, error) {
	if !(l.StdDev >= 0 && l.StdDev <= 1) {
		return Built{}, fmt.Errorf("expected a standard deviation from 0 to 1, got %v", l.StdDev)
	}
	return Built{Out: in}, nil
}

// Build implements [Single].
func (l GaussianDropout) Build(in []int) (Built, error) { return AlphaDropout{Rate: l.Rate}.Build(in) }

// Apply implements [Single].
func (l GaussianNoise) Apply(c Call) (*engine.Tensor, error) { return c.noise(l.StdDev, false) }

// Apply implements [Single].
func (l GaussianDropout) Apply(c Call) (*engine.Tensor, error) {
	return c.noise(math.Sqrt(l.Rate/(1-l.Rate)), true)
}

// noise adds noise to the input, or multiplies the input by it, in training.
func (c Call) noise(stdDev float64, multiply bool) (*engine.Tensor, error) {
	stream := c.Graph.Stream()
	if !c.Graph.Training || stdDev == 0 {
		return c.Input, nil
	}
	o, err := op.Noise(c.Graph.DType, op.NoiseConfig{
		Layer: c.Name, X: c.Input.Shape, StdDev: stdDev, Multiply: multiply, Stream: stream, State: c.Graph.State,
		Offset: uint64(c.Graph.FirstRow * c.Input.Shape[1:].TotalSize()),
	})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}
