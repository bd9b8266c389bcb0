package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/initializer"
	"gorgonia.org/tensor"
)

// AdditiveAttention gives each query a mean of values, weighted by how well
// their keys go with it (Bahdanau et al. 2015):
//
//	softmax over s of Σ scale · tanh(query[t] + key[s]), times value[s]
//
// Inputs: queries (n, T, d), values (n, S, v) and keys (n, S, d), which are the
// values if there are two inputs. Output (n, T, v) and, with
// ReturnAttentionScores, the weights (n, T, S). Weight: scale (d), unless
// NoScale. Timesteps that the mask of the values leaves out, and later ones
// than the query with UseCausalMask, have a score less by 1e9; the output of
// queries that are masked is 0, and has their mask.
type AdditiveAttention struct {
	NoScale               bool
	Dropout               float64 // of the weights, in training
	UseCausalMask         bool
	ReturnAttentionScores bool
	Frozen                bool
	Name                  string
}

// Class implements [Layer].
func (AdditiveAttention) Class() string { return "AdditiveAttention" }

// GivenName implements [Layer].
func (l AdditiveAttention) GivenName() string { return l.Name }

// Build implements [Multi].
func (l AdditiveAttention) Build(in [][]int) (Built, error) {
	if err := checkAttention(in, 3, l.Dropout); err != nil {
		return Built{}, err
	}
	queries, values, keys := in[0], in[1], in[len(in)-1]
	if queries[1] != keys[1] {
		return Built{}, fmt.Errorf("expected queries and keys of one size, got shapes %v and %v", queries, keys)
	}
	b := Built{Frozen: l.Frozen, Outs: [][]int{{queries[0], values[1]}}}
	if l.ReturnAttentionScores {
		b.Outs = append(b.Outs, []int{queries[0], values[0]})
	}
	if !l.NoScale {
		b.Weights = []Weight{{Name: "scale", Shape: []int{queries[1]}, Initializer: initializer.GlorotUniform{}}}
	}
	return b, nil
}

// Apply implements [Multi].
func (l AdditiveAttention) Apply(c Call) ([]*engine.Tensor, error) {
	queries, values, keys := c.Inputs[0], c.Inputs[1], c.Inputs[min(2, len(c.Inputs)-1)]
	n, steps, size := queries.Shape[0], queries.Shape[1], queries.Shape[2]
	a := attention{dropout: l.Dropout, softmax: op.AttentionSoftmaxConfig{Scale: 1, Causal: l.UseCausalMask}}
	a.softmax.AttentionConfig = op.AttentionConfig{
		Layer: c.Name, Heads: kernel.Heads{Samples: n, Heads: 1, Queries: steps, Keys: values.Shape[1], Size: size},
	}
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	var in []*engine.Tensor
	for _, x := range []*engine.Tensor{queries, keys} {
		x, err := c.as(x, n, x.Shape[1], 1, size)
		if err != nil {
			return nil, err
		}
		in = append(in, x)
	}
	o, err := op.AdditiveScores(c.Graph.DType, op.AdditiveScoresConfig{AttentionConfig: a.softmax.AttentionConfig, Scale: !l.NoScale})
	if err != nil {
		return nil, err
	}
	scores, err := c.Graph.Apply(o, append(in, params...)...)
	if err != nil {
		return nil, err
	}
	if values.Mask != nil {
		a.keyMasks = append(a.keyMasks, values.Mask)
	}
	width := values.Shape[2]
	v, err := c.as(values, n, values.Shape[1], 1, width)
	if err != nil {
		return nil, err
	}
	y, weights, err := a.apply(c, scores, v)
	if err != nil {
		return nil, err
	}
	if y, err = c.as(y, n, steps, width); err != nil {
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
	if l.ReturnAttentionScores {
		if weights, err = c.as(weights, n, steps, values.Shape[1]); err != nil {
			return nil, err
		}
		outs = append(outs, weights)
	}
	return outs, nil
}

// checkAttention looks at what the attention layers have in common: two inputs,
// or up to so many.
func checkAttention(in [][]int, most int, dropout float64) error {
	if len(in) < 2 || len(in) > most {
		return fmt.Errorf("expected from 2 to %d inputs, queries, values and keys, got %d", most, len(in))
	}
	for _, shape := range in {
		if err := checkAxes(shape, 1); err != nil {
			return err
		}
	}
	if len(in) > 2 && in[1][0] != in[2][0] {
		return fmt.Errorf("expected as many keys as values, got shapes %v and %v", in[2], in[1])
	}
	if !(dropout >= 0 && dropout <= 1) {
		return fmt.Errorf("expected a dropout from 0 to 1, got %v", dropout)
	}
	return nil
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

// as gives x another shape of the same size.
func (c Call) as(x *engine.Tensor, shape ...int) (*engine.Tensor, error) {
	o, err := op.Reshape(c.Graph.DType, op.ReshapeConfig{Layer: c.Name, X: x.Shape, Y: tensor.Shape(shape)})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x)
}
