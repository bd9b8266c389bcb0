package kernel

import (
	"math"
	"testing"
)

// One head, two queries and three keys: what is left out has no weight, and a
// query without keys none at all, or, of scores less by 1e9, what it had.
func TestAttentionSoftmax(t *testing.T) {
	h := Heads{Samples: 1, Heads: 1, Queries: 2, Keys: 3, Size: 1}
	x := []float64{0, math.Log(3), 5, 0, 0, 0}
	for _, c := range []struct {
		name   string
		mask   AttentionMask[float64]
		unseen Unseen
		want   []float64
	}{
		{"causal", AttentionMask[float64]{Causal: true}, BlankUnseen, []float64{1, 0, 0, .5, .5, 0}},
		{"causal, less by 1e9", AttentionMask[float64]{Causal: true}, LessUnseen, []float64{1, 0, 0, .5, .5, 0}},
		{"keys", AttentionMask[float64]{Keys: [][]float64{{1, 1, 0}}}, BlankUnseen, []float64{.25, .75, 0, .5, .5, 0}},
		{"two masks of keys", AttentionMask[float64]{Keys: [][]float64{{1, 1, 0}, {0, 1, 1}}}, BlankUnseen, []float64{0, 1, 0, 0, 1, 0}},
		{"window", AttentionMask[float64]{Window: 1}, BlankUnseen, []float64{1, 0, 0, 0, 1, 0}},
		{"pairs", AttentionMask[float64]{Pairs: []float64{1, 1, 0, 0, 0, 1}}, BlankUnseen, []float64{.25, .75, 0, 0, 0, 1}},
		{"a query", AttentionMask[float64]{Queries: []float64{0, 1}, Keys: [][]float64{{1, 1, 0}}}, BlankUnseen, []float64{0, 0, 0, .5, .5, 0}},
		{"no keys", AttentionMask[float64]{Keys: [][]float64{{0, 0, 0}}}, BlankUnseen, make([]float64, 6)},
		{"no keys, all alike", AttentionMask[float64]{Queries: []float64{0, 1}, Keys: [][]float64{{1, 1, 0}}}, EvenUnseen, []float64{1. / 3, 1. / 3, 1. / 3, .5, .5, 0}},
		{"no keys, less by 1e9", AttentionMask[float64]{Keys: [][]float64{{0, 0, 0}}, Window: 3}, LessUnseen, []float64{.0066, .0197, .9737, 1. / 3, 1. / 3, 1. / 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			y := make([]float64, 6)
			AttentionSoftmax(h, y, x, make([]float64, 6), make([]float64, 3), 1, &c.mask, c.unseen)
			near(t, "weights", y, c.want, 0, 1e-4)
		})
	}
}
