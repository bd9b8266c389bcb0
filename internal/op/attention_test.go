package op

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestAttentionGradients(t *testing.T) {
	c := AttentionConfig{Heads: kernel.Heads{Samples: 2, Heads: 2, Queries: 3, Keys: 4, Size: 2}}
	one := c
	one.Heads.Heads = 1
	for _, n := range []network{
		{name: "scores", inputs: []tensor.Shape{c.queries(), c.keys()}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AttentionScores(dt, c))(in)
		}},
		{name: "values", inputs: []tensor.Shape{c.weights(), c.keys()}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AttentionValues(dt, c))(in)
		}},
		{name: "additive", inputs: []tensor.Shape{one.queries(), one.keys(), {2}}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AdditiveScores(dt, AdditiveScoresConfig{AttentionConfig: one, Scale: true}))(in)
		}},
		{name: "additive without scale", inputs: []tensor.Shape{one.queries(), one.keys()}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AdditiveScores(dt, AdditiveScoresConfig{AttentionConfig: one}))(in)
		}},
		{name: "softmax", inputs: []tensor.Shape{c.weights()}, build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AttentionSoftmax(dt, AttentionSoftmaxConfig{AttentionConfig: c, Scale: 0.7, Causal: true}))(in)
		}},
		maskedSoftmax(c, kernel.EvenUnseen), maskedSoftmax(c, kernel.BlankUnseen),
	} {
		t.Run(n.name, func(t *testing.T) { checkGradient(t, n) })
	}
}

// maskedSoftmax has queries without any key.
func maskedSoftmax(c AttentionConfig, unseen kernel.Unseen) network {
	return network{
		name: fmt.Sprint("softmax with masks ", unseen), inputs: []tensor.Shape{c.weights(), {2, 3}, {2, 4}, {2, 4}, {2, 3, 4}}, fixed: 4,
		values: func(i, j int, rng *rand.Rand) float64 {
			if i > 0 {
				return min(float64((3*i+j)%5), 1)
			}
			return rng.NormFloat64()
		},
		build: func(dt tensor.Dtype, in G.Nodes) (*G.Node, error) {
			return apply(AttentionSoftmax(dt, AttentionSoftmaxConfig{
				AttentionConfig: c, Scale: 0.7, QueryMask: true, KeyMasks: 2, PairMask: true, Window: 2, Unseen: unseen,
			}))(in)
		},
	}
}
