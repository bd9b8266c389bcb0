package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// Dropout sets elements to 0 with probability Rate while training and divides
// the others by 1-Rate; it passes its input on otherwise (Srivastava et al.
// 2014). Which elements are dropped follows from the seed of the run, the
// training step and the layer's place in the model. Rate 0 is no dropout,
// Rate 1 drops everything.
type Dropout struct {
	Rate float64
	// NoiseShape is the shape of what is decided, with the batch axis in front:
	// 1 for one decision along an axis, 0 for as many as the axis is long (None
	// in Keras). nil is a decision for each element.
	NoiseShape []int
	Name       string
}

// SpatialDropout1D is [Dropout] of whole features: one decision for all
// timesteps of a sample. Input and output (n, T, d) (Tompson et al. 2015).
type SpatialDropout1D struct {
	Rate float64
	Name string
}

// SpatialDropout2D is [Dropout] of whole channels: one decision for all places
// of an image. Input and output (n, rows, columns, channels).
type SpatialDropout2D struct {
	Rate float64
	Name string
}

// AlphaDropout keeps mean 0 and variance 1 of its input, as selu does: while
// training an element becomes -1.7581 with probability Rate, and all are scaled
// by a = ((1-Rate)(1+3.0909·Rate))^-½ and shifted by 1.7581·a·Rate (Klambauer
// et al. 2017). Rate is below 1; the rest is as in [Dropout].
type AlphaDropout struct {
	Rate       float64
	NoiseShape []int // as in Dropout
	Name       string
}

// Class implements [Layer].
func (Dropout) Class() string { return "Dropout" }

// Class implements [Layer].
func (SpatialDropout1D) Class() string { return "SpatialDropout1D" }

// Class implements [Layer].
func (SpatialDropout2D) Class() string { return "SpatialDropout2D" }

// Class implements [Layer].
func (AlphaDropout) Class() string { return "AlphaDropout" }

// GivenName implements [Layer].
func (l Dropout) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l SpatialDropout1D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l SpatialDropout2D) GivenName() string { return l.Name }

// GivenName implements [Layer].
func (l AlphaDropout) GivenName() string { return l.Name }

// Build implements [Single].
func (l Dropout) Build(in []int) (Built, error) {
	if !(l.Rate >= 0 && l.Rate <= 1) {
		return Built{}, fmt.Errorf("expected a rate from 0 to 1, got %v", l.Rate)
	}
	return Built{Out: in}, checkNoiseShape(l.NoiseShape, in)
}

// Build implements [Single].
func (l SpatialDropout1D) Build(in []int) (Built, error) {
	if err := checkAxes(in, 1); err != nil {
		return Built{}, err
	}
	return Dropout{Rate: l.Rate}.Build(in)
}

// Build implements [Single].
func (l SpatialDropout2D) Build(in []int) (Built, error) {
	if err := checkAxes(in, 2); err != nil {
		return Built{}, err
	}
	return Dropout{Rate: l.Rate}.Build(in)
}

// Build implements [Single].
func (l AlphaDropout) Build(in []int) (Built, error) {
	if !(l.Rate >= 0 && l.Rate < 1) {
		return Built{}, fmt.Errorf("expected a rate from 0 up to, but without, 1, got %v", l.Rate)
	}
	return Built{Out: in}, checkNoiseShape(l.NoiseShape, in)
}

// checkNoiseShape wants 0, 1 or the size of each axis, and 0 or 1 of the batch:
// its size is not known.
func checkNoiseShape(noise, in []int) error {
	fits := noise == nil || len(noise) == len(in)+1
	for i := 0; fits && i < len(noise); i++ {
		fits = noise[i] == 0 || noise[i] == 1 || i > 0 && noise[i] == in[i-1]
	}
	if !fits {
		return fmt.Errorf("expected a noise shape with 0, 1 or the size of each axis, and 0 or 1 for the batch in front, got %v for shape %v", noise, in)
	}
	return nil
}

// Apply implements [Single].
func (l Dropout) Apply(c Call) (*engine.Tensor, error) {
	return c.drop(op.Dropout, l.Rate, l.NoiseShape)
}

// Apply implements [Single].
func (l SpatialDropout1D) Apply(c Call) (*engine.Tensor, error) {
	return c.drop(op.Dropout, l.Rate, []int{0, 1, 0})
}

// Apply implements [Single].
func (l SpatialDropout2D) Apply(c Call) (*engine.Tensor, error) {
	return c.drop(op.Dropout, l.Rate, []int{0, 1, 1, 0})
}

// Apply implements [Single].
func (l AlphaDropout) Apply(c Call) (*engine.Tensor, error) {
	return c.drop(op.AlphaDropout, l.Rate, l.NoiseShape)
}

// drop adds a kind of dropout in training.
func (c Call) drop(kind func(tensor.Dtype, op.DropoutConfig) (op.Op, error), rate float64, noise []int) (*engine.Tensor, error) {
	stream := c.Graph.Stream()
	if !c.Graph.Training || rate == 0 {
		return c.Input, nil
	}
	decisions := c.Input.Shape.Clone()
	for i, n := range noise {
		if n != 0 {
			decisions[i] = n
		}
	}
	config := op.DropoutConfig{
		Layer: c.Name, X: c.Input.Shape, Decisions: decisions, Rate: rate, Stream: stream, State: c.Graph.State,
	}
	if noise == nil || noise[0] == 0 {
		config.Offset = uint64(c.Graph.FirstRow * decisions[1:].TotalSize())
	}
	o, err := kind(c.Graph.DType, config)
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}
