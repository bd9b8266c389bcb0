package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// AttentionConfig describes attention of so many heads.
type AttentionConfig struct {
	Layer string
	kernel.Heads
}

func (c AttentionConfig) queries() tensor.Shape {
	return tensor.Shape{c.Samples, c.Queries, c.Heads.Heads, c.Size}
}

func (c AttentionConfig) keys() tensor.Shape {
	return tensor.Shape{c.Samples, c.Keys, c.Heads.Heads, c.Size}
}

func (c AttentionConfig) weights() tensor.Shape {
	return tensor.Shape{c.Samples, c.Heads.Heads, c.Queries, c.Keys}
}

// AttentionScores makes the operation with inputs queries (n, T, heads, size)
// and keys (n, S, heads, size) whose output (n, heads, T, S) holds the products
// of each query and each key.
func AttentionScores(dt tensor.Dtype, c AttentionConfig) (Op, error) {
	return dispatch(dt, c, newAttentionScores[float32], newAttentionScores[float64])
}

func newAttentionScores[T kernel.Float](c AttentionConfig) (Op, error) {
	s := linear[T](c.Layer, "attention scores", []tensor.Shape{c.queries(), c.keys()}, c.weights(), []bool{true, true},
		func(y []T, in [][]T) { kernel.Scores(c.Heads, y, in[0], in[1]) },
		func(dx, dy []T, in [][]T, i int) {
			if i == 0 {
				kernel.Mix(c.Heads, dx, dy, in[1])
			} else {
				kernel.MixBack(c.Heads, dx, dy, in[0])
			}
		})
	s.flops = 2 * c.weights().TotalSize() * c.Size
	return fuse(s), nil
}

// AttentionValues makes the operation with inputs weights (n, heads, T, S) and
// values (n, S, heads, size) whose output (n, T, heads, size) holds weighted
// sums of values.
func AttentionValues(dt tensor.Dtype, c AttentionConfig) (Op, error) {
	return dispatch(dt, c, newAttentionValues[float32], newAttentionValues[float64])
}

func newAttentionValues[T kernel.Float](c AttentionConfig) (Op, error) {
	s := linear[T](c.Layer, "attention", []tensor.Shape{c.weights(), c.keys()}, c.queries(), []bool{true, true},
		func(y []T, in [][]T) { kernel.Mix(c.Heads, y, in[0], in[1]) },
		func(dx, dy []T, in [][]T, i int) {
			if i == 0 {
				kernel.Scores(c.Heads, dx, dy, in[1])
			} else {
				kernel.MixBack(c.Heads, dx, in[0], dy)
			}
		})
	s.flops = 2 * c.weights().TotalSize() * c.Size
	return fuse(s), nil
}

// AdditiveScoresConfig describes scores Σ scale·tanh(query + key) of one head.
type AdditiveScoresConfig struct {
	AttentionConfig
	Scale bool // whether there is one
}

// AdditiveScores makes the operation with inputs queries (n, T, 1, size), keys
// (n, S, 1, size) and, with Scale, scale (size); its output is (n, 1, T, S).
func AdditiveScores(dt tensor.Dtype, c AdditiveScoresConfig) (Op, error) {
	return dispatch(dt, c, newAdditiveScores[float32], newAdditiveScores[float64])
}

func newAdditiveScores[T kernel.Float](c AdditiveScoresConfig) (Op, error) {
	in, wrt := []tensor.Shape{c.queries(), c.keys()}, []bool{true, true}
	if c.Scale {
		in, wrt = append(in, tensor.Shape{c.Size}), append(wrt, true)
	}
	row := make([]T, c.Size)
	scale := func(in [][]T) []T {
		if c.Scale {
			return in[2]
		}
		return nil
	}
	return fuse(linear[T](c.Layer, "additive attention scores", in, c.weights(), wrt,
		func(y []T, in [][]T) { kernel.AdditiveScores(c.AttentionConfig.Heads, y, in[0], in[1], scale(in), row) },
		func(dx, dy []T, in [][]T, i int) {
			var grads [3][]T
			grads[i] = dx
			kernel.AdditiveScoresGrad(c.AttentionConfig.Heads, grads[0], grads[1], grads[2], dy, in[0], in[1], scale(in), row)
		},
	)), nil
}

// AttentionSoftmaxConfig describes the softmax of scores over the keys.
type AttentionSoftmaxConfig struct {
	AttentionConfig
	Scale     float64 // of the scores
	QueryMask bool
	KeyMasks  int
	PairMask  bool
	Causal    bool
	Window    int // 0 for any distance
	Unseen    kernel.Unseen
}

// AttentionSoftmax makes the operation with inputs scores (n, heads, T, S) and
// masks, without a gradient: of the queries (n, T), of the keys (n, S), so
// many, and of pairs (n, T, S). The output is as the scores.
func AttentionSoftmax(dt tensor.Dtype, c AttentionSoftmaxConfig) (Op, error) {
	return dispatch(dt, c, newAttentionSoftmax[float32], newAttentionSoftmax[float64])
}

func newAttentionSoftmax[T kernel.Float](c AttentionSoftmaxConfig) (Op, error) {
	h, shape := c.AttentionConfig.Heads, c.weights()
	in := []tensor.Shape{shape}
	if c.QueryMask {
		in = append(in, tensor.Shape{h.Samples, h.Queries})
	}
	in = append(in, repeat(tensor.Shape{h.Samples, h.Keys}, c.KeyMasks)...)
	if c.PairMask {
		in = append(in, tensor.Shape{h.Samples, h.Queries, h.Keys})
	}
	wrt := make([]bool, len(in))
	wrt[0] = true
	z, row := make([]T, shape.TotalSize()), make([]T, h.Keys)
	// masks returns that of inputs which end in those of the operation.
	masks := func(all [][]T) *kernel.AttentionMask[T] {
		all = all[len(all)-len(in)+1:]
		mask := &kernel.AttentionMask[T]{Causal: c.Causal, Window: c.Window}
		if c.QueryMask {
			mask.Queries, all = all[0], all[1:]
		}
		mask.Keys = all[:c.KeyMasks]
		if c.PairMask {
			mask.Pairs = all[c.KeyMasks]
		}
		return mask
	}
	return fuse(spec[T]{
		kind: "attention softmax", layer: c.Layer, in: in, shape: shape, wrt: wrt,
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() {
				mask := masks(in)
				return func() { kernel.AttentionSoftmax(h, y, in[0], z, row, T(c.Scale), mask, c.Unseen) }
			}
		},
		diff: func(nodes G.Nodes, out, grad *G.Node) (G.Nodes, error) {
			grads := make(G.Nodes, len(nodes))
			var err error
			grads[0], err = G.ApplyOp(fuse(spec[T]{
				kind: "attention softmax gradient", layer: c.Layer, in: append([]tensor.Shape{shape, shape}, in[1:]...), shape: shape,
				bind: func(dx []T) func([][]T) func() {
					return func(in [][]T) func() {
						mask := masks(in)
						return func() { kernel.AttentionSoftmaxGrad(h, dx, in[1], in[0], T(c.Scale), mask, c.Unseen) }
					}
				},
			}), append(G.Nodes{out, grad}, nodes[1:]...)...)
			return grads, err
		},
	}), nil
}
