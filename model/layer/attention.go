package layer

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/op"
	"github.com/counterweight-go/counterweight/model/initializer"
)

// ScoreMode says how [Attention] finds out how well a query and a key go
// together.
type ScoreMode int

const (
	DotScores    ScoreMode = iota // scale · q·k
	ConcatScores                  // concat_score_weight · Σ tanh(scale·(q + k))
)

// Attention gives each query a mean of values, weighted by how well their keys
// go with it (Luong et al. 2015):
//
//	softmax over s of score(query[t], key[s]), times value[s]
//
// Inputs: queries (n, T, d), values (n, S, v) and keys (n, S, d), which are the
// values if there are two inputs. Output (n, T, v) and, with
// ReturnAttentionScores, the weights (n, T, S). Weights, which are scalars that
// begin as 1: scale with UseScale, and concat_score_weight with [ConcatScores].
// Timesteps that the mask of the values leaves out, and later ones than the
// query with UseCausalMask, have a score less by 1e9; the output of queries that
// are masked is 0, and has their mask. A mask of the keys has no effect, as in
// Keras.
type Attention struct {
	UseScale              bool
	ScoreMode             ScoreMode
	Dropout               float64 // of the weights, in training
	UseCausalMask         bool
	ReturnAttentionScores bool
	Frozen                bool
	Name                  string
}

// Class implements [Layer].
func (Attention) Class() string { return "Attention" }

// GivenName implements [Layer].
func (l Attention) GivenName() string { return l.Name }

func (l Attention) head() oneHead {
	return oneHead{dropout: l.Dropout, causal: l.UseCausalMask, scores: l.ReturnAttentionScores}
}

// Build implements [Multi].
func (l Attention) Build(in [][]int) (Built, error) {
	if l.ScoreMode != DotScores && l.ScoreMode != ConcatScores {
		return Built{}, fmt.Errorf("expected DotScores or ConcatScores, got score mode %d", l.ScoreMode)
	}
	b, _, err := l.head().build(in)
	if err != nil {
		return Built{}, err
	}
	b.Frozen = l.Frozen
	one := initializer.Constant{Value: 1}
	if l.UseScale {
		b.Weights = append(b.Weights, Weight{Name: "scale", Shape: []int{}, Initializer: one})
	}
	if l.ScoreMode == ConcatScores {
		b.Weights = append(b.Weights, Weight{Name: "concat_score_weight", Shape: []int{}, Initializer: one})
	}
	return b, nil
}

// Apply implements [Multi].
func (l Attention) Apply(c Call) ([]*engine.Tensor, error) {
	params, err := c.params()
	if err != nil {
		return nil, err
	}
	return l.head().apply(c, func(config op.AttentionConfig, q, k *engine.Tensor) (scores *engine.Tensor, err error) {
		if l.ScoreMode == DotScores {
			o, err := op.AttentionScores(c.Graph.DType, config)
			if err != nil {
				return nil, err
			}
			if scores, err = c.Graph.Apply(o, q, k); err != nil || !l.UseScale {
				return scores, err
			}
			return c.scaled(scores, params[0])
		}
		if l.UseScale {
			if q, err = c.scaled(q, params[0]); err != nil {
				return nil, err
			}
			if k, err = c.scaled(k, params[0]); err != nil {
				return nil, err
			}
		}
		o, err := op.AdditiveScores(c.Graph.DType, op.AdditiveScoresConfig{AttentionConfig: config})
		if err != nil {
			return nil, err
		}
		if scores, err = c.Graph.Apply(o, q, k); err != nil {
			return nil, err
		}
		return c.scaled(scores, params[len(params)-1])
	})
}

// scaled multiplies x by a weight of one number.
func (c Call) scaled(x, factor *engine.Tensor) (*engine.Tensor, error) {
	o, err := op.Scale(c.Graph.DType, op.ScaleConfig{Layer: c.Name, X: x.Shape})
	if err != nil {
		return nil, err
	}
	return c.Graph.Apply(o, x, factor)
}
