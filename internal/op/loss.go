package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// LossKind names a loss that is computed row by row.
type LossKind int

const (
	SquaredError  LossKind = iota
	BinaryCE               // on probabilities
	SigmoidCE              // binary cross-entropy on logits
	CategoricalCE          // on probabilities, targets of the predictions' shape
	SparseCE               // the same with one class index for each row
	SoftmaxCE              // categorical cross-entropy on logits
	SparseSoftmaxCE
)

// Sparse reports whether targets are one class index for each row.
func (k LossKind) Sparse() bool { return k == SparseCE || k == SparseSoftmaxCE }

// LossConfig describes the weighted sum over rows of a loss. A row is the last
// axis of the predictions.
type LossConfig struct {
	Kind      LossKind
	Pred      tensor.Shape // (..., n)
	Smoothing float64
}

// rows returns how many rows there are and how long each is.
func (c LossConfig) rows() (rows, n int) {
	n = c.Pred[len(c.Pred)-1]
	return c.Pred.TotalSize() / max(n, 1), n
}

// Target returns the flat shape of the targets: (rows) for sparse kinds, or
// the predictions' own shape.
func (c LossConfig) Target() tensor.Shape {
	rows, _ := c.rows()
	if c.Kind.Sparse() {
		return tensor.Shape{rows}
	}
	return c.Pred
}

// Loss makes the operation with inputs predictions, targets and weights (rows)
// whose output is the scalar Σ w·loss. It does not divide: the denominator
// belongs to the reduction and is applied to loss and gradients alike after
// the step, so that shards of a batch can simply be added. The value that
// rows returns holds the loss of each row, unweighted.
func Loss(dt tensor.Dtype, c LossConfig) (o Op, rows *tensor.Dense, err error) {
	switch dt {
	case tensor.Float32:
		return newLoss[float32](c)
	case tensor.Float64:
		return newLoss[float64](c)
	}
	return nil, nil, fmt.Errorf("op: element type %v, expected float32 or float64", dt)
}

func newLoss[T kernel.Float](c LossConfig) (Op, *tensor.Dense, error) {
	rows, n := c.rows()
	k, err := rowLoss[T](c, n)
	if err != nil {
		return nil, nil, err
	}
	losses := make([]T, rows)
	s := spec[T]{
		kind: "loss", layer: "loss", shape: tensor.ScalarShape(),
		in:  []tensor.Shape{c.Pred, c.Target(), {rows}},
		wrt: []bool{true, false, false},
	}
	s.bind = func(out []T) func([][]T) func() {
		return func(in [][]T) func() {
			return func() {
				k.Loss(losses, in[0], in[1])
				out[0] = T(kernel.Dot(losses, in[2]))
			}
		}
	}
	s.diff = func(in G.Nodes, out, grad *G.Node) (G.Nodes, error) {
		g := make([]T, rows)
		dpred, err := G.ApplyOp(fuse(spec[T]{
			kind: "loss gradient", layer: "loss", shape: c.Pred,
			in: []tensor.Shape{c.Pred, c.Target(), {rows}, tensor.ScalarShape(), tensor.ScalarShape()},
			bind: func(dpred []T) func([][]T) func() {
				return func(in [][]T) func() {
					return func() {
						for r, w := range in[2] {
							g[r] = w * in[4][0]
						}
						k.Grad(dpred, in[0], in[1], g)
					}
				}
			},
		}), in[0], in[1], in[2], out, grad)
		return G.Nodes{dpred, nil, nil}, err
	}
	return fuse(s), Value(tensor.Shape{rows}, losses).(*tensor.Dense), nil
}

func rowLoss[T kernel.Float](c LossConfig, n int) (kernel.RowLoss[T], error) {
	switch c.Kind {
	case SquaredError:
		return kernel.SquaredError[T]{N: n}, nil
	case BinaryCE:
		return kernel.BinaryCE[T]{N: n, Smoothing: c.Smoothing}, nil
	case SigmoidCE:
		return kernel.SigmoidCE[T]{N: n, Smoothing: c.Smoothing}, nil
	case CategoricalCE, SparseCE:
		return kernel.CategoricalCE[T]{N: n, Sparse: c.Kind.Sparse(), Smoothing: c.Smoothing}, nil
	case SoftmaxCE, SparseSoftmaxCE:
		return kernel.SoftmaxCE[T]{N: n, Sparse: c.Kind.Sparse(), Smoothing: c.Smoothing}, nil
	}
	return nil, fmt.Errorf("op: unknown loss kind %d", c.Kind)
}
