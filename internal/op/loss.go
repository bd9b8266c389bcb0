package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// RowLoss is one loss in both element types.
type RowLoss struct {
	Float32 kernel.RowLoss[float32]
	Float64 kernel.RowLoss[float64]
}

// LossConfig describes the weighted sum over rows of a loss.
type LossConfig struct {
	Kernel RowLoss
	Pred   tensor.Shape
	Target tensor.Shape // nil for that of Pred
	Rows   int          // 0 for one for each run along the last axis of Pred
	// Order lists the elements of the predictions row by row, where rows do
	// not lie together; nil where they do.
	Order []int
	// Together says that a row depends on the predictions of others.
	Together bool
	// Values, where it is not 0, says that the kernel gives so many values for
	// the whole batch, not one for each row; see kernel.Whole. Each sample gets
	// Share of them.
	Values int
	Share  float64
	// Ignored lists classes whose rows do not count, where targets are one
	// class index for each row.
	Ignored []int
	// Counts, of Rows elements, receives which rows count where some may not.
	Counts []bool
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
	if c.Target == nil {
		c.Target = c.Pred
	}
	if c.Rows == 0 {
		c.Rows = c.Pred.TotalSize() / max(c.Pred[len(c.Pred)-1], 1)
	}
	k, err := rowLoss[T](c)
	if err != nil {
		return nil, nil, err
	}
	rows := c.Rows
	losses := make([]T, rows)
	s := spec[T]{
		kind: "loss", layer: "loss", shape: tensor.ScalarShape(),
		in:  []tensor.Shape{c.Pred, c.Target, {rows}},
		wrt: []bool{true, false, false}, together: c.Together || c.Values > 0,
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
			in: []tensor.Shape{c.Pred, c.Target, {rows}, tensor.ScalarShape(), tensor.ScalarShape()},
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

// rowLoss picks the kernel of an element type and lays out its rows.
func rowLoss[T kernel.Float](c LossConfig) (kernel.RowLoss[T], error) {
	var zero T
	k, ok := any(c.Kernel.Float64).(kernel.RowLoss[T])
	if any(zero) == any(float32(0)) {
		k, ok = any(c.Kernel.Float32).(kernel.RowLoss[T])
	}
	if !ok {
		return nil, fmt.Errorf("op: the loss has no kernel for %T", zero)
	}
	if c.Order != nil {
		k = kernel.NewArranged(k, c.Order, c.Target.TotalSize() != c.Pred.TotalSize())
	}
	if c.Values > 0 {
		k = kernel.NewWhole(k, c.Values, c.Share)
	}
	if c.Ignored != nil {
		k = kernel.NewIgnoring(k, c.Ignored, c.Counts)
	}
	return k, nil
}
