package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// Embedding replaces indices, such as those of words or of categories, by rows
// of a table that is learned. Input (n, ...), whole numbers from 0 to InputDim-1
// stored as floats; output (n, ..., OutputDim). Weights: embeddings (InputDim,
// OutputDim).
//
// Another number in the input is an error of the step that meets it; Keras
// leaves that to the back end. A float32 tells indices apart up to 2^24: a
// larger table wants a float64 model. The input has no gradient, so no layer
// with weights may stand below.
type Embedding struct {
	InputDim, OutputDim   int
	EmbeddingsInitializer initializer.Initializer // evenly from ±0.05 if nil
	EmbeddingsRegularizer regularizer.Regularizer
	ActivityRegularizer   regularizer.Regularizer // of the output
	EmbeddingsConstraint  constraint.Constraint
	MaskZero              bool // index 0 fills up sequences: the output has a mask of where it is not
	Frozen                bool
	Name                  string
}

// Class implements [Layer].
func (Embedding) Class() string { return "Embedding" }

// GivenName implements [Layer].
func (l Embedding) GivenName() string { return l.Name }

// Build implements [Single].
func (l Embedding) Build(in []int) (Built, error) {
	if l.InputDim < 1 || l.OutputDim < 1 {
		return Built{}, fmt.Errorf("expected a table of at least 1 row and 1 column, got %d and %d", l.InputDim, l.OutputDim)
	}
	return Built{Out: append(in[:len(in):len(in)], l.OutputDim), Frozen: l.Frozen, Weights: []Weight{{
		Name: "embeddings", Shape: []int{l.InputDim, l.OutputDim},
		Initializer: orInit(l.EmbeddingsInitializer, initializer.RandomUniform{}),
		Regularizer: l.EmbeddingsRegularizer, Constraint: l.EmbeddingsConstraint,
	}}}, nil
}

// Apply implements [Single].
func (l Embedding) Apply(c Call) (*engine.Tensor, error) {
	if c.Graph.DType == tensor.Float32 && l.InputDim > 1<<24 {
		return nil, fmt.Errorf("expected at most 2^24 rows in a float32 model, got %d", l.InputDim)
	}
	if c.Input.Differentiable {
		return nil, fmt.Errorf("expected indices as input, got the output of a layer with weights")
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	o, err := op.Embedding(c.Graph.DType, op.EmbeddingConfig{Layer: c.Name, X: c.Input.Shape, Rows: l.InputDim, Size: l.OutputDim})
	if err != nil {
		return nil, err
	}
	y, err := c.Graph.Apply(o, c.Input, params[0])
	if y, err = c.penalize(l.ActivityRegularizer, y, err); err != nil || !l.MaskZero {
		return y, err
	}
	mask, err := c.differs(0, false)
	if err != nil {
		return nil, err
	}
	return y.WithMask(mask), nil
}
