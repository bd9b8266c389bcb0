package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
)

// Masking makes a mask of the timesteps whose features all have the value that
// stands for a missing step. Input (n, T, d) or (n, T, ..., d), output the same
// with the masked steps set to 0, and a mask (n, T, ...) of the others. Layers
// pass the mask on; recurrent layers skip what is masked, and so do losses and
// metrics.
type Masking struct {
	MaskValue float64
	Name      string
}

// Class implements [Layer].
func (Masking) Class() string { return "Masking" }

// GivenName implements [Layer].
func (l Masking) GivenName() string { return l.Name }

// Build implements [Single].
func (l Masking) Build(in []int) (Built, error) {
	if len(in) < 2 {
		return Built{}, fmt.Errorf("expected sequences, of shape (timesteps, features), got shape %v", in)
	}
	return Built{Out: in}, nil
}

// Apply implements [Single].
func (l Masking) Apply(c Call) (*engine.Tensor, error) {
	mask, err := c.differs(l.MaskValue, true)
	if err != nil {
		return nil, err
	}
	y, err := c.multiplyRows(c.Input, mask)
	if err != nil {
		return nil, err
	}
	return y.WithMask(mask), nil
}
