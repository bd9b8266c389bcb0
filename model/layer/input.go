package layer

import (
	"fmt"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
)

// Input says what one sample looks like, without the batch axis: []int{30} for
// tables of 30 columns, []int{28, 28, 1} for images. It is the first layer of
// a sequential model.
type Input struct {
	Shape []int
	// BatchSize is the number of rows of every batch, for models with layers that
	// keep states between batches; 0 where any number will do. Other layers do
	// not mind.
	BatchSize int
	Name      string
}

// Class implements [Layer].
func (Input) Class() string { return "InputLayer" }

// GivenName implements [Layer].
func (l Input) GivenName() string { return l.Name }

// Build implements [Single].
func (l Input) Build([]int) (Built, error) {
	if len(l.Shape) == 0 {
		return Built{}, fmt.Errorf("expected a shape with at least one axis, got none")
	}
	for _, s := range l.Shape {
		if s < 1 {
			return Built{}, fmt.Errorf("expected sizes of at least 1, got shape %v", l.Shape)
		}
	}
	if l.BatchSize < 0 {
		return Built{}, fmt.Errorf("expected a batch size of at least 1, or 0 for any, got %d", l.BatchSize)
	}
	return Built{Out: slices.Clone(l.Shape)}, nil
}

// Apply implements [Single].
func (Input) Apply(c Call) (*engine.Tensor, error) { return c.Input, nil }
