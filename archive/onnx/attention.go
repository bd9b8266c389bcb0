package onnx

import (
	"math"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"github.com/counterweight-go/counterweight/model/layer"
)

// A sight says which keys a query looks at.
type sight struct {
	queries *value   // masks
	keys    []*value //
	pairs   *value   // (T, S), 0 for pairs that do not see each other
	causal  bool
	window  int
}

// mask is 1 where a query looks at a key, for scores (..., T, S); nil if all do.
func (g *graph) sight(s sight, scores value) *value {
	n := len(scores.shape)
	queries, keys := scores.shape[n-2], scores.shape[n-1]
	var all *value
	and := func(x value, shape ...int) {
		x = g.aligned(g.reshape(x, shape...), n)
		if all != nil {
			x = g.both("Mul", *all, x)
		}
		all = &x
	}
	if s.queries != nil {
		and(*s.queries, s.queries.shape[0], 1)
	}
	for _, k := range s.keys {
		if k != nil {
			and(*k, 1, k.shape[0])
		}
	}
	if s.pairs != nil {
		and(g.differs(*s.pairs, 0), queries, keys)
	}
	if s.causal || s.window > 0 {
		near := make([]float32, 0, queries*keys)
		for t := range queries {
			for k := range keys {
				seen := float32(1)
				if s.causal && k > t || s.window > 0 && max(t-k, k-t) >= s.window {
					seen = 0
				}
				near = append(near, seen)
			}
		}
		and(g.fixed("near", []int{queries, keys}, near), queries, keys)
	}
	return all
}

// attend is the softmax of scores over the keys that are seen; unseen says what
// becomes of the others.
func (g *graph) attend(scores value, s sight, unseen kernel.Unseen) value {
	seen := g.sight(s, scores)
	if seen != nil {
		far := g.number(-1e9)
		if unseen == kernel.LessUnseen {
			far = g.with("Add", scores, far).name
		}
		scores = g.choose(seen, scores, far)
	}
	y := g.elementwise("Softmax", scores, intOf("axis", -1))
	if seen != nil && unseen == kernel.BlankUnseen {
		y = g.both("Mul", y, *seen)
	}
	return y
}

// oneHead weights the values by scores (T, S).
func (c call) oneHead(scores value, causal, both bool) []value {
	queries, values := c.in[0], c.in[1]
	w := c.attend(scores, sight{keys: []*value{values.mask}, causal: causal}, kernel.LessUnseen)
	y := c.product(w, values)
	if queries.mask != nil {
		y = c.both("Mul", y, c.over(queries.mask, y))
	}
	outs := []value{y.masked(queries.mask)}
	if both {
		outs = append(outs, w)
	}
	return outs
}

// tanhs is tanh(query + key) for each pair, (T, S, d).
func (c call) tanhs(queries, keys value) value {
	q := c.reshape(queries, queries.shape[0], 1, queries.shape[1])
	k := c.reshape(keys, 1, keys.shape[0], keys.shape[1])
	return c.elementwise("Tanh", c.both("Add", q, k))
}

func (c call) attention(l layer.Attention) ([]value, error) {
	queries, keys := c.in[0], c.in[len(c.in)-1]
	var scores value
	if l.ScoreMode == layer.DotScores {
		scores = c.product(queries, c.transpose(keys, 1, 0))
		if l.UseScale {
			scores = c.with("Mul", scores, c.weight(0))
		}
	} else {
		if l.UseScale {
			queries, keys = c.with("Mul", queries, c.weight(0)), c.with("Mul", keys, c.weight(0))
		}
		sums := c.reduce("ReduceSum", c.tanhs(queries, keys), 2)
		scores = c.with("Mul", c.reshape(sums, sums.shape[:2]...), c.weight(len(c.weights)-1))
	}
	return c.oneHead(scores, l.UseCausalMask, l.ReturnAttentionScores), nil
}

func (c call) additiveAttention(l layer.AdditiveAttention) ([]value, error) {
	terms := c.tanhs(c.in[0], c.in[len(c.in)-1])
	if !l.NoScale {
		terms = c.with("Mul", terms, c.weight(0, c.weights[0].shape...))
	}
	sums := c.reduce("ReduceSum", terms, 2)
	return c.oneHead(c.reshape(sums, sums.shape[:2]...), l.UseCausalMask, l.ReturnAttentionScores), nil
}

func (c call) multiHeadAttention(l layer.MultiHeadAttention) ([]value, error) {
	queries, values, keys := c.in[0], c.in[1], c.in[min(2, len(c.in)-1)]
	if len(queries.shape) > 2 { // further axes
		return nil, errNot
	}
	size := or(float64(l.ValueDim), float64(l.KeyDim))
	at := 0
	// heads maps the last axis of x and gives each head its share: (H, T, size).
	mapped := func(x value, units int) value {
		d := x.shape[len(x.shape)-1]
		kernel, bias := c.weight(at, d, units), ""
		at++
		if !l.NoBias {
			bias = c.weight(at, units)
			at++
		}
		return c.linear(x, kernel, bias, units)
	}
	heads := func(x value, size int) value {
		y := mapped(x, l.NumHeads*size)
		return c.transpose(c.reshape(y, x.shape[0], l.NumHeads, size), 1, 0, 2)
	}
	q, k := heads(queries, l.KeyDim), heads(keys, l.KeyDim)
	var gate *value
	if l.UseGate {
		x := c.elementwise("Sigmoid", mapped(queries, l.NumHeads*int(size)))
		gate = &x
	}
	v := heads(values, int(size))
	scores := c.with("Mul", c.product(q, c.transpose(k, 0, 2, 1)), c.number(1/math.Sqrt(float64(l.KeyDim))))
	s := sight{queries: queries.mask, keys: []*value{values.mask, keys.mask}, causal: l.UseCausalMask, window: l.SlidingWindow}
	if len(c.in) == 4 {
		s.pairs = &c.in[3]
	}
	unseen := kernel.EvenUnseen
	if l.Dropout > 0 || l.ReturnAttentionScores {
		unseen = kernel.BlankUnseen
	}
	w := c.attend(scores, s, unseen)
	y := c.reshape(c.transpose(c.product(w, v), 1, 0, 2), queries.shape[0], l.NumHeads*int(size))
	if gate != nil {
		y = c.both("Mul", y, *gate)
	}
	out := l.OutputShape
	if out == 0 {
		out = queries.shape[1]
	}
	y = mapped(y, out)
	outs := []value{y.masked(queries.mask)}
	if l.ReturnAttentionScores {
		outs = append(outs, w)
	}
	return outs, nil
}
