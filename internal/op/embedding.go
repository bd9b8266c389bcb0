package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// EmbeddingConfig describes the look-up of rows of a table.
type EmbeddingConfig struct {
	Layer      string
	X          tensor.Shape // (n, ...), whole numbers from 0 to Rows-1
	Rows, Size int          // of the table
}

// Embedding makes the operation with inputs x and the table (Rows, Size); its
// output is (n, ..., Size). x has no gradient. Running it panics with an error
// if x holds another number.
func Embedding(dt tensor.Dtype, c EmbeddingConfig) (Op, error) {
	return dispatch(dt, c, newEmbedding[float32], newEmbedding[float64])
}

// columns that one chunk of a gradient has at least: a line of the cache
const columns = 16

func newEmbedding[T kernel.Float](c EmbeddingConfig) (Op, error) {
	n, size := c.X.TotalSize(), c.Size
	table, y := tensor.Shape{c.Rows, size}, append(c.X.Clone(), size)
	return fuse(spec[T]{
		kind: "embedding", layer: c.Layer, in: []tensor.Shape{c.X, table}, shape: y, wrt: []bool{false, true},
		bind: func(y []T) func([][]T) func() {
			return func(in [][]T) func() {
				return kernel.NewLoop(n, kernel.Grain(n, 8*size), func(lo, hi int) {
					kernel.Embed(lo, hi, size, y, in[0], in[1])
				}).Run
			}
		},
		diff: func(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
			dtable, err := G.ApplyOp(fuse(spec[T]{
				kind: "embedding gradient", layer: c.Layer, in: []tensor.Shape{c.X, y}, shape: table,
				bind: func(dtable []T) func([][]T) func() {
					return func(in [][]T) func() {
						groups := (size + columns - 1) / columns
						return kernel.NewLoop(groups, kernel.Grain(groups, 8*columns*(n+c.Rows)), func(lo, hi int) {
							kernel.EmbedGrad(lo*columns, min(hi*columns, size), size, dtable, in[1], in[0])
						}).Run
					}
				},
			}), in[0], grad)
			return G.Nodes{nil, dtable}, err
		},
	}), nil
}
