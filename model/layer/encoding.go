package layer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// OutputMode says what a layer makes of categories. The zero value is the
// default of the layer.
type OutputMode int

// The output modes of Keras. With K categories:
const (
	DefaultOutput  OutputMode = iota // IntOutput, or MultiHotOutput for CategoryEncoding
	IntOutput                        // (n, ...) to (n, ...): the index of each
	OneHotOutput                     // (n, 1) to (n, K), (n, k) to (n, k, K): 1 at the index of each
	MultiHotOutput                   // (n, k) to (n, K): 1 at each index that is in the sample
	CountOutput                      // (n, k) to (n, K): how often each index is in the sample
	TFIDFOutput                      // CountOutput times the IDF weight of each index
	numOutputModes
)

var outputModes = [numOutputModes]string{"default", "int", "one_hot", "multi_hot", "count", "tf_idf"}

// String returns Keras's name of the mode.
func (m OutputMode) String() string {
	if m < 0 || m >= numOutputModes {
		return fmt.Sprintf("OutputMode(%d)", int(m))
	}
	return outputModes[m]
}

// ParseOutputMode returns the mode of one of Keras's names: int, one_hot,
// multi_hot, count or tf_idf, and the older names binary and tf-idf.
func ParseOutputMode(name string) (OutputMode, error) {
	switch name {
	case "binary":
		return MultiHotOutput, nil
	case "tf-idf":
		return TFIDFOutput, nil
	}
	if i := slices.Index(outputModes[1:], name); i >= 0 {
		return OutputMode(1 + i), nil
	}
	return 0, fmt.Errorf("layer: unknown output mode %q, expected one of %s", name, strings.Join(outputModes[1:], ", "))
}

// settle returns the mode itself, which has to be one of some; the first of
// them is the default.
func (m OutputMode) settle(allowed ...OutputMode) (OutputMode, error) {
	if m == DefaultOutput {
		return allowed[0], nil
	}
	if !slices.Contains(allowed, m) {
		return 0, fmt.Errorf("output mode %v, expected one of %v", m, allowed)
	}
	return m, nil
}

// encoding is what a layer makes of values of a type.
type encoding[V any] struct {
	mode    OutputMode
	depth   int
	index   func(V) (int, error)
	factors []float64 // of TFIDFOutput
}

// out is the shape of what becomes of samples.
func (e encoding[V]) out(in []int) ([]int, error) {
	last := len(in) - 1
	switch {
	case e.mode == IntOutput:
		return in, nil
	case e.mode == OneHotOutput && in[last] == 1:
		return append(in[:last:last], e.depth), nil
	case e.mode == OneHotOutput:
		return append(in[:last+1:last+1], e.depth), nil
	case last != 0:
		// Keras announces another shape here than it computes.
		return nil, fmt.Errorf("output mode %v: expected samples of shape (k), got shape %v", e.mode, in)
	}
	return []int{e.depth}, nil
}

func (e encoding[V]) kernel(width int) kernel.Encoder[V] {
	k := kernel.Encoder[V]{Depth: e.depth, Width: width, Index: e.index, Factors: e.factors}
	switch e.mode {
	case OneHotOutput:
		k.Encoding = kernel.OneHot
	case MultiHotOutput:
		k.Encoding = kernel.MultiHot
	case CountOutput, TFIDFOutput:
		k.Encoding = kernel.Tally
	}
	return k
}

// column encodes values outside of a graph, in rows of shape[1:], or one in
// each row if no shape is given.
func (e encoding[V]) column(values []V, weights []float64, shape []int) (*tensor.Dense, error) {
	shape, err := rowsOf(len(values), shape)
	if err != nil {
		return nil, err
	}
	if weights != nil && len(weights) != len(values) {
		return nil, fmt.Errorf("expected %d weights, one for each value, got %d", len(values), len(weights))
	}
	out, err := e.out(shape[1:])
	if err != nil {
		return nil, err
	}
	out = append([]int{shape[0]}, out...)
	y := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(out...))
	var counts []float32
	if weights != nil {
		counts = make([]float32, len(weights))
		for i, w := range weights {
			counts[i] = float32(w)
		}
	}
	if err := kernel.Encode(e.kernel(shape[len(shape)-1]), y.Float32s(), values, counts); err != nil {
		return nil, err
	}
	return y, nil
}

// rowsOf checks the shape of n values; no shape is (n,1).
func rowsOf(n int, shape []int) ([]int, error) {
	if n == 0 {
		return nil, fmt.Errorf("there are no values")
	}
	switch len(shape) {
	case 0:
		return []int{n, 1}, nil
	case 1:
		return nil, fmt.Errorf("expected a shape (rows, ...) of two axes or more, got %v", shape)
	}
	size := 1
	for _, s := range shape {
		if s < 1 || s > n {
			return nil, fmt.Errorf("expected a shape of %d values, got %v", n, shape)
		}
		size *= s
		if size > n {
			break
		}
	}
	if size != n {
		return nil, fmt.Errorf("expected a shape of %d values, got %v", n, shape)
	}
	return shape, nil
}

// encode adds an encoding to the graph; the second input, where there is one,
// holds what each number counts.
func (c Call) encode(e encoding[float64]) (*engine.Tensor, error) {
	for _, x := range c.Inputs {
		if x.Differentiable {
			return nil, fmt.Errorf("expected categories as input, got the output of a layer with weights")
		}
	}
	x := c.Input.Shape
	y, err := e.out(x[1:])
	if err != nil {
		return nil, err
	}
	o, err := op.Encode(c.Graph.DType, op.EncodeConfig{
		Layer: c.Name, X: x, Y: append(tensor.Shape{x[0]}, y...), Weighted: len(c.Inputs) > 1, Encoder: e.kernel(x[len(x)-1]),
	})
	if err != nil {
		return nil, err
	}
	out, err := c.Graph.Apply(o, c.Inputs...)
	if err != nil {
		return nil, err
	}
	out.Differentiable = false
	return out, nil
}

// whole turns a number into a whole one.
func whole(v float64) (int64, error) {
	if !(math.Abs(v) < 1<<63) || v != math.Trunc(v) {
		return 0, fmt.Errorf("expected whole numbers as categories, got %v", v)
	}
	return int64(v), nil
}
