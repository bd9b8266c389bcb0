package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
)

// Rescaling computes x·Scale + Offset, for instance to bring pixels from 0 to
// 255 to the range from -1 to 1. Input and output (n, ..., d). The mask passes
// through.
type Rescaling struct {
	// Scale must be given; write [Zero] for 0.
	Scale, Offset float64
	// Scales and Offsets, if given, hold a number for each of the d columns in
	// place of Scale and Offset.
	Scales, Offsets []float64
	Name            string
}

// Class implements [Layer].
func (Rescaling) Class() string { return "Rescaling" }

// GivenName implements [Layer].
func (l Rescaling) GivenName() string { return l.Name }

// Build implements [Single].
func (l Rescaling) Build(in []int) (Built, error) {
	d := in[len(in)-1]
	switch {
	case l.Scale == 0 && l.Scales == nil:
		return Built{}, fmt.Errorf("expected a scale, got none; layer.Zero is a scale of 0")
	case l.Scale != 0 && l.Scales != nil:
		return Built{}, fmt.Errorf("expected Scale or Scales, got both")
	case l.Offset != 0 && l.Offsets != nil:
		return Built{}, fmt.Errorf("expected Offset or Offsets, got both")
	case l.Scales != nil && len(l.Scales) != d:
		return Built{}, fmt.Errorf("expected %d scales, one for each column, got %d", d, len(l.Scales))
	case l.Offsets != nil && len(l.Offsets) != d:
		return Built{}, fmt.Errorf("expected %d offsets, one for each column, got %d", d, len(l.Offsets))
	}
	return Built{Out: in}, nil
}

// Apply implements [Single].
func (l Rescaling) Apply(c Call) (*engine.Tensor, error) {
	o, err := op.Rescale(c.Graph.DType, op.RescaleConfig{
		Layer: c.Name, X: c.Input.Shape, Scale: eachColumn(l.Scales, l.Scale), Offset: eachColumn(l.Offsets, l.Offset),
	})
	if err != nil {
		return nil, err
	}
	return c.Masked(c.Graph.Apply(o, c.Input))
}

// eachColumn returns a number for each column, or one for all.
func eachColumn(each []float64, all float64) []float64 {
	if each != nil {
		return each
	}
	return []float64{all}
}
