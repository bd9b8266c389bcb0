package layer

import (
	"fmt"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/regularizer"
	"gorgonia.org/tensor"
)

// MultiHeadAttention lets each query gather values, in several ways at once
// (Vaswani et al. 2017). Each head has its own linear maps of the inputs:
//
//	softmax over s of (q[t]·k[s] / √KeyDim), times v[s]
//
// and one more maps the results of all heads to the output. Inputs: queries (n,
// T, d), values (n, S, e) and keys (n, S, f), which are the values if there are
// two inputs. A fourth is Keras's attention_mask: (n, T, S), 0 where a query
// does not look at a key. Output (n, T, OutputShape) and, with
// ReturnAttentionScores, the weights (n, NumHeads, T, S).
//
// Weights, for query, key, value: kernel (d, NumHeads, KeyDim), with ValueDim
// for values, and bias (NumHeads, KeyDim) unless NoBias; for attention_output:
// kernel (NumHeads, ValueDim, OutputShape) and bias (OutputShape).
//
// Queries and keys that a mask of the queries, values or keys leaves out, later
// keys than the query with UseCausalMask, and those SlidingWindow or more
// places away have weight 0. A query that sees no key looks at all alike, as in
// Keras's fused kernels; with Dropout, ReturnAttentionScores or further axes,
// where Keras does not use them, its weights are 0. The mask of the queries is
// passed on.
//
// Inputs may have several axes in place of T and S, (n, A, B, d) for images.
// AttentionAxes says which of them a query looks along, all if nil; along the
// others the inputs have equal sizes, and each place has attention of its own.
// The weights are (n, others, NumHeads, axes of the queries, axes of the
// values). Masks of the inputs, UseCausalMask and SlidingWindow are for one axis.
//
// With UseGate what the heads gather is multiplied by a sigmoid of one more
// linear map of the queries, gate, before the last one (Qiu et al. 2025). The
// activity regularizer is one of the output of every map, as in Keras.
type MultiHeadAttention struct {
	NumHeads, KeyDim int
	ValueDim         int     // 0 means KeyDim
	Dropout          float64 // of the weights, in training
	NoBias           bool
	OutputShape      int   // size of the last axis of the output; 0 means that of the queries
	AttentionAxes    []int // counted with the batch as axis 0, or from the last one, -1; nil means all between them
	SlidingWindow    int   // 0 for any distance
	UseCausalMask    bool
	UseGate          bool
	// ReturnAttentionScores adds the weights, before dropout, as a second output.
	ReturnAttentionScores bool
	// KernelInitializer is GlorotUniform if nil, BiasInitializer zeros.
	KernelInitializer, BiasInitializer initializer.Initializer
	KernelRegularizer, BiasRegularizer regularizer.Regularizer
	ActivityRegularizer                regularizer.Regularizer
	KernelConstraint, BiasConstraint   constraint.Constraint
	Frozen                             bool
	Name                               string
}

// Class implements [Layer].
func (MultiHeadAttention) Class() string { return "MultiHeadAttention" }

// GivenName implements [Layer].
func (l MultiHeadAttention) GivenName() string { return l.Name }

// Build implements [Multi].
func (l MultiHeadAttention) Build(in [][]int) (Built, error) {
	p, err := l.places(in)
	if err != nil {
		return Built{}, err
	}
	switch {
	case l.NumHeads < 1 || l.KeyDim < 1:
		return Built{}, fmt.Errorf("expected at least 1 head and a key dimension of at least 1, got %d and %d", l.NumHeads, l.KeyDim)
	case l.ValueDim < 0:
		return Built{}, fmt.Errorf("expected a value dimension of at least 1, got %d", l.ValueDim)
	case l.OutputShape < 0:
		return Built{}, fmt.Errorf("expected an output shape of at least 1, got %d", l.OutputShape)
	case l.SlidingWindow < 0:
		return Built{}, fmt.Errorf("expected a sliding window of at least 1, got %d", l.SlidingWindow)
	case (l.UseCausalMask || l.SlidingWindow > 0) && len(p.axes) > 1:
		return Built{}, fmt.Errorf("a causal mask and a sliding window are for attention along one axis, got axes %v", p.axes)
	}
	queries, values, keys := in[0], in[1], in[min(2, len(in)-1)]
	last := len(queries) - 1
	size, out := l.sizes(queries[last])
	b := Built{Frozen: l.Frozen, Outs: [][]int{append(slices.Clone(queries[:last]), out)}}
	if l.ReturnAttentionScores {
		b.Outs = append(b.Outs, slices.Concat(p.others, []int{l.NumHeads}, p.queries, p.values))
	}
	add := func(name string, kernel, bias []int) {
		b.Weights = append(b.Weights, Weight{
			Name: name + "/kernel", Shape: kernel,
			Initializer: orInit(l.KernelInitializer, initializer.GlorotUniform{}), Regularizer: l.KernelRegularizer, Constraint: l.KernelConstraint,
		})
		if !l.NoBias {
			b.Weights = append(b.Weights, Weight{
				Name: name + "/bias", Shape: bias,
				Initializer: orInit(l.BiasInitializer, initializer.Constant{}), Regularizer: l.BiasRegularizer, Constraint: l.BiasConstraint,
			})
		}
	}
	add("query", []int{queries[last], l.NumHeads, l.KeyDim}, []int{l.NumHeads, l.KeyDim})
	add("key", []int{keys[last], l.NumHeads, l.KeyDim}, []int{l.NumHeads, l.KeyDim})
	if l.UseGate {
		add("gate", []int{queries[last], l.NumHeads, size}, []int{l.NumHeads, size})
	}
	add("value", []int{values[last], l.NumHeads, size}, []int{l.NumHeads, size})
	add("attention_output", []int{l.NumHeads, size, out}, []int{out})
	return b, nil
}

// sizes returns those of values and of the output.
func (l MultiHeadAttention) sizes(query int) (value, out int) {
	return orEach([]int{l.ValueDim}, l.KeyDim)[0], orEach([]int{l.OutputShape}, query)[0]
}

// Apply implements [Multi].
func (l MultiHeadAttention) Apply(c Call) ([]*engine.Tensor, error) {
	var shapes [][]int
	for _, x := range c.Inputs {
		shapes = append(shapes, x.Shape[1:])
	}
	p, err := l.places(shapes)
	if err != nil {
		return nil, err
	}
	queries, values, keys := c.Inputs[0], c.Inputs[1], c.Inputs[min(2, len(c.Inputs)-1)]
	if len(queries.Shape) > 3 && (queries.Mask != nil || values.Mask != nil || keys.Mask != nil) {
		return nil, fmt.Errorf("expected inputs without masks, where they have axes of shape %v", shapes[0])
	}
	// Each place along the axes that no query looks along is a sample of its own.
	rows := queries.Shape[0]
	n, steps, places := rows*product(p.others), product(p.queries), product(p.values)
	first := c.Graph.FirstRow
	c.Graph.FirstRow = first * product(p.others)
	defer func() { c.Graph.FirstRow = first }()
	size, out := l.sizes(queries.Shape[len(queries.Shape)-1])
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	maps := linearMaps{c: c, params: params, bias: !l.NoBias, rows: rows, activity: l.ActivityRegularizer}
	var in []*engine.Tensor
	for i, x := range []*engine.Tensor{queries, values, keys} {
		if i == 2 && keys == values {
			x = in[1]
		} else if x, err = p.rows(c, x); err != nil {
			return nil, err
		}
		in = append(in, x)
	}
	q, err := maps.next(in[0], Linear, n, steps, l.NumHeads, l.KeyDim)
	if err != nil {
		return nil, err
	}
	k, err := maps.next(in[2], Linear, n, places, l.NumHeads, l.KeyDim)
	if err != nil {
		return nil, err
	}
	var gate *engine.Tensor
	if l.UseGate {
		if gate, err = maps.next(in[0], Sigmoid, n, steps, l.NumHeads, size); err != nil {
			return nil, err
		}
	}
	v, err := maps.next(in[1], Linear, n, places, l.NumHeads, size)
	if err != nil {
		return nil, err
	}
	a := attention{dropout: l.Dropout, queryMask: queries.Mask, softmax: op.AttentionSoftmaxConfig{
		AttentionConfig: op.AttentionConfig{
			Layer: c.Name, Heads: kernel.Heads{Samples: n, Heads: l.NumHeads, Queries: steps, Keys: places, Size: l.KeyDim},
		},
		Scale: 1 / math.Sqrt(float64(l.KeyDim)), Causal: l.UseCausalMask, Window: l.SlidingWindow, Unseen: kernel.EvenUnseen,
	}}
	if l.Dropout > 0 || l.ReturnAttentionScores || len(queries.Shape) > 3 {
		a.softmax.Unseen = kernel.BlankUnseen
	}
	if values.Mask != nil {
		a.keyMasks = append(a.keyMasks, values.Mask)
	}
	if keys != values && keys.Mask != nil {
		a.keyMasks = append(a.keyMasks, keys.Mask)
	}
	if len(c.Inputs) == 4 {
		if a.pairMask, err = p.pairs(c, c.Inputs[3]); err != nil {
			return nil, err
		}
	}
	o, err := op.AttentionScores(c.Graph.DType, a.softmax.AttentionConfig)
	if err != nil {
		return nil, err
	}
	scores, err := c.Graph.Apply(o, q, k)
	if err != nil {
		return nil, err
	}
	y, weights, err := a.apply(c, scores, v)
	if err != nil {
		return nil, err
	}
	if gate != nil {
		o, err := op.Multiply(c.Graph.DType, op.MultiplyConfig{Layer: c.Name, Shape: y.Shape, Factors: 2})
		if err != nil {
			return nil, err
		}
		if y, err = c.Graph.Apply(o, y, gate); err != nil {
			return nil, err
		}
	}
	if y, err = c.reshaped(y, tensor.Shape{n, steps, l.NumHeads * size}); err != nil {
		return nil, err
	}
	if y, err = maps.next(y, Linear, n, steps, out); err != nil {
		return nil, err
	}
	if y, err = p.back(c, y); err != nil {
		return nil, err
	}
	outs := []*engine.Tensor{y.WithMask(queries.Mask)}
	if l.ReturnAttentionScores {
		if weights, err = c.reshaped(weights, slices.Concat(tensor.Shape{rows}, p.others, []int{l.NumHeads}, p.queries, p.values)); err != nil {
			return nil, err
		}
		outs = append(outs, weights)
	}
	return outs, nil
}

// linearMaps applies one linear map after the other.
type linearMaps struct {
	c        Call
	params   []*engine.Tensor // a kernel for each, and a bias
	bias     bool
	rows     int // of the batch
	activity regularizer.Regularizer
}

// next maps the last axis of x and gives the result a shape.
func (m *linearMaps) next(x *engine.Tensor, f ActivationFunc, shape ...int) (*engine.Tensor, error) {
	d := x.Shape[len(x.Shape)-1]
	units := m.params[0].Shape.TotalSize() / d
	w, err := m.c.reshaped(m.params[0], tensor.Shape{d, units})
	if err != nil {
		return nil, err
	}
	in := []*engine.Tensor{x, w}
	m.params = m.params[1:]
	if m.bias {
		b, err := m.c.reshaped(m.params[0], tensor.Shape{units})
		if err != nil {
			return nil, err
		}
		in, m.params = append(in, b), m.params[1:]
	}
	o, err := op.Dense(m.c.Graph.DType, op.DenseConfig{
		Layer: m.c.Name, X: x.Shape, Units: units, Bias: m.bias, InputGrad: x.Differentiable,
	})
	if err != nil {
		return nil, err
	}
	y, err := m.c.Graph.Apply(o, in...)
	if err != nil {
		return nil, err
	}
	if y, err = f.apply(m.c.Graph, m.c.Name, y); err != nil {
		return nil, err
	}
	if m.activity != nil { // a penalty counts the rows of the batch
		flat, err := m.c.reshaped(y, tensor.Shape{m.rows, y.Shape.TotalSize() / m.rows})
		if _, err = m.c.penalize(m.activity, flat, err); err != nil {
			return nil, err
		}
	}
	return m.c.reshaped(y, tensor.Shape(shape))
}
