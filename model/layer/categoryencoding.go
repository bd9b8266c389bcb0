package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"gorgonia.org/tensor"
)

// CategoryEncoding turns indices of categories, whole numbers from 0 to
// NumTokens-1, into rows of NumTokens numbers: 1 at each index that is in the
// sample, or as OutputMode says. Input (n, k) or, for OneHotOutput, (n, ..., k);
// for the output see [OutputMode]. Masks are dropped.
//
// For CountOutput there may be a second input of the same shape, Keras's
// count_weights: what each index counts. Another number than an index is an
// error of the step that meets it, also where Keras leaves it out. The inputs
// have no gradient, so no layer with weights may stand below.
type CategoryEncoding struct {
	NumTokens  int
	OutputMode OutputMode // MultiHotOutput, OneHotOutput or CountOutput
	Name       string
}

// Class implements [Layer].
func (CategoryEncoding) Class() string { return "CategoryEncoding" }

// GivenName implements [Layer].
func (l CategoryEncoding) GivenName() string { return l.Name }

func (l CategoryEncoding) encoding() (e encoding[int], err error) {
	if l.NumTokens < 1 {
		return e, fmt.Errorf("expected at least 1 token, got %d", l.NumTokens)
	}
	mode, err := l.OutputMode.settle(MultiHotOutput, OneHotOutput, CountOutput)
	return encoding[int]{mode: mode, depth: l.NumTokens, index: l.index}, err
}

func (l CategoryEncoding) index(v int) (int, error) {
	if v < 0 || v >= l.NumTokens {
		return 0, fmt.Errorf("expected categories from 0 to %d, got %v", l.NumTokens-1, v)
	}
	return v, nil
}

// Build implements [Multi].
func (l CategoryEncoding) Build(in [][]int) (Built, error) {
	e, err := l.encoding()
	if err != nil {
		return Built{}, err
	}
	switch {
	case len(in) < 1 || len(in) > 2:
		return Built{}, fmt.Errorf("expected one input, or a second one of weights, got %d", len(in))
	case len(in) == 2 && e.mode != CountOutput:
		return Built{}, fmt.Errorf("output mode %v: weights are for mode %v alone", e.mode, CountOutput)
	case len(in) == 2 && !tensor.Shape(in[0]).Eq(tensor.Shape(in[1])):
		return Built{}, fmt.Errorf("expected weights of shape %v, that of the categories, got %v", in[0], in[1])
	}
	out, err := e.out(in[0])
	return Built{Out: out}, err
}

// Apply implements [Multi].
func (l CategoryEncoding) Apply(c Call) ([]*engine.Tensor, error) {
	e, err := l.encoding()
	if err != nil {
		return nil, err
	}
	return one(c.encode(encoding[float64]{mode: e.mode, depth: e.depth, index: func(v float64) (int, error) {
		if i := int(v); v >= 0 && v < float64(l.NumTokens) && float64(i) == v {
			return i, nil
		}
		return 0, fmt.Errorf("expected categories from 0 to %d, got %v", l.NumTokens-1, v)
	}}))
}

// Encode encodes a column outside of a model, to float32. A shape, whose first
// axis is the rows, lays out several values for each row; without one each row
// has one. A value that is no index, no values, and a shape of another number
// of values are errors.
func (l CategoryEncoding) Encode(values []int, shape ...int) (*tensor.Dense, error) {
	return l.EncodeWeighted(values, nil, shape...)
}

// EncodeWeighted is Encode where each value counts as much as its weight
// says. nil weights are ones; others need CountOutput.
func (l CategoryEncoding) EncodeWeighted(values []int, weights []float64, shape ...int) (*tensor.Dense, error) {
	e, err := l.encoding()
	if err == nil && weights != nil && e.mode != CountOutput {
		err = fmt.Errorf("output mode %v: weights are for mode %v alone", e.mode, CountOutput)
	}
	var y *tensor.Dense
	if err == nil {
		y, err = e.column(values, weights, shape)
	}
	if err != nil {
		return nil, fmt.Errorf("layer: category encoding: %w", err)
	}
	return y, nil
}
