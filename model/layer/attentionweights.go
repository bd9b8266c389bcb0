package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"gorgonia.org/tensor"
)

// oneHead is what the attention layers of one head share. They differ in their
// scores.
type oneHead struct {
	dropout        float64
	causal, scores bool // UseCausalMask, ReturnAttentionScores
}

// build says what becomes of queries, values and keys.
func (h oneHead) build(in [][]int) (b Built, size int, err error) {
	if len(in) < 2 || len(in) > 3 {
		return Built{}, 0, fmt.Errorf("expected from 2 to 3 inputs, queries, values and keys, got %d", len(in))
	}
	for _, shape := range in {
		if err := checkAxes(shape, 1); err != nil {
			return Built{}, 0, err
		}
	}
	queries, values, keys := in[0], in[1], in[len(in)-1]
	switch {
	case values[0] != keys[0]:
		return Built{}, 0, fmt.Errorf("expected as many keys as values, got shapes %v and %v", keys, values)
	case queries[1] != keys[1]:
		return Built{}, 0, fmt.Errorf("expected queries and keys of one size, got shapes %v and %v", queries, keys)
	case !(h.dropout >= 0 && h.dropout <= 1):
		return Built{}, 0, fmt.Errorf("expected a dropout from 0 to 1, got %v", h.dropout)
	}
	b.Outs = [][]int{{queries[0], values[1]}}
	if h.scores {
		b.Outs = append(b.Outs, []int{queries[0], values[0]})
	}
	return b, queries[1], nil
}

// apply asks for the scores (n, 1, T, S) of queries (n, T, 1, size) and keys (n,
// S, 1, size), and weights the values by them.
func (h oneHead) apply(c Call, score func(config op.AttentionConfig, queries, keys *engine.Tensor) (*engine.Tensor, error)) ([]*engine.Tensor, error) {
	queries, values, keys := c.Inputs[0], c.Inputs[1], c.Inputs[len(c.Inputs)-1]
	n, steps, places, size := queries.Shape[0], queries.Shape[1], values.Shape[1], queries.Shape[2]
	a := attention{dropout: h.dropout, softmax: op.AttentionSoftmaxConfig{Scale: 1, Causal: h.causal}}
	a.softmax.AttentionConfig = op.AttentionConfig{
		Layer: c.Name, Heads: kernel.Heads{Samples: n, Heads: 1, Queries: steps, Keys: places, Size: size},
	}
	if values.Mask != nil {
		a.keyMasks = append(a.keyMasks, values.Mask)
	}
	q, err := c.reshaped(queries, tensor.Shape{n, steps, 1, size})
	if err != nil {
		return nil, err
	}
	k, err := c.reshaped(keys, tensor.Shape{n, places, 1, size})
	if err != nil {
		return nil, err
	}
	scores, err := score(a.softmax.AttentionConfig, q, k)
	if err != nil {
		return nil, err
	}
	v, err := c.reshaped(values, tensor.Shape{n, places, 1, values.Shape[2]})
	if err != nil {
		return nil, err
	}
	y, weights, err := a.apply(c, scores, v)
	if err != nil {
		return nil, err
	}
	if y, err = c.reshaped(y, tensor.Shape{n, steps, values.Shape[2]}); err != nil {
		return nil, err
	}
	if queries.Mask != nil {
		o, err := op.MultiplyRows(c.Graph.DType, op.MultiplyRowsConfig{Layer: c.Name, X: y.Shape, Factors: queries.Mask.Shape})
		if err != nil {
			return nil, err
		}
		if y, err = c.Graph.Apply(o, y, queries.Mask); err != nil {
			return nil, err
		}
	}
	outs := []*engine.Tensor{y.WithMask(queries.Mask)}
	if h.scores {
		if weights, err = c.reshaped(weights, tensor.Shape{n, steps, places}); err != nil {
			return nil, err
		}
		outs = append(outs, weights)
	}
	return outs, nil
}

// attention is what becomes of scores.
type attention struct {
	softmax             op.AttentionSoftmaxConfig
	queryMask, pairMask *engine.Tensor // nil for none
	keyMasks            []*engine.Tensor
	dropout             float64
}

// apply takes the softmax of scores (n, heads, T, S), drops some weights in
// training, and returns the weighted sums (n, T, heads, size) of values (n, S,
// heads, size), and the weights before some are dropped.
func (a attention) apply(c Call, scores, values *engine.Tensor) (y, weights *engine.Tensor, err error) {
	config := a.softmax
	in := []*engine.Tensor{scores}
	if a.queryMask != nil {
		config.QueryMask, in = true, append(in, a.queryMask)
	}
	config.KeyMasks, in = len(a.keyMasks), append(in, a.keyMasks...)
	if a.pairMask != nil {
		config.PairMask, in = true, append(in, a.pairMask)
	}
	o, err := op.AttentionSoftmax(c.Graph.DType, config)
	if err != nil {
		return nil, nil, err
	}
	if weights, err = c.Graph.Apply(o, in...); err != nil {
		return nil, nil, err
	}
	kept, stream := weights, c.Graph.Stream()
	if c.Graph.Training && a.dropout > 0 {
		o, err := op.Dropout(c.Graph.DType, op.DropoutConfig{
			Layer: c.Name, X: weights.Shape, Rate: a.dropout, Stream: stream, State: c.Graph.State,
			Offset: uint64(c.Graph.FirstRow * weights.Shape.TotalSize() / weights.Shape[0]),
		})
		if err != nil {
			return nil, nil, err
		}
		if kept, err = c.Graph.Apply(o, weights); err != nil {
			return nil, nil, err
		}
	}
	config.Size = values.Shape[3]
	if o, err = op.AttentionValues(c.Graph.DType, config.AttentionConfig); err != nil {
		return nil, nil, err
	}
	y, err = c.Graph.Apply(o, kept, values)
	return y, weights, err
}
