package layer

import (
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/initializer"
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

func (l AdditiveAttention) head() oneHead {
	return oneHead{dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores}
}

// Build implements [Multi].
func (l AdditiveAttention) Build(in [][]int) (Built, error) {
	b, size, err := l.head().build(in)
	if err != nil {
		return Built{}, err
	}
	b.Frozen = l.Frozen
	if !l.NoScale {
		b.Weights = []Weight{{Name: "scale", Shape: []int{size}, Initializer: initializer.GlorotUniform{}}}
	}
	return b, nil
}

// Apply implements [Multi].
func (l AdditiveAttention) Apply(c Call) ([]*engine.Tensor, error) {
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	return l.head().apply(c, func(config op.AttentionConfig, queries, keys *engine.Tensor) (*engine.Tensor, error) {
		o, err := op.AdditiveScores(c.Graph.DType, op.AdditiveScoresConfig{AttentionConfig: config, Scale: !l.NoScale})
		if err != nil {
			return nil, err
		}
		return c.Graph.Apply(o, append([]*engine.Tensor{queries, keys}, params...)...)
	})
}
