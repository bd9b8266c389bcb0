package op

import (
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// ColumnsConfig describes a run of columns of a matrix.
type ColumnsConfig struct {
	Layer string
	X     tensor.Shape // (n, w)
	From  int
	Y     tensor.Shape // (n, ...), the columns of a row in another shape
}

// Columns makes the operation with input x whose output holds so many columns
// of it.
func Columns(dt tensor.Dtype, c ColumnsConfig) (Op, error) {
	return dispatch(dt, c, newColumns[float32], newColumns[float64])
}

func newColumns[T kernel.Float](c ColumnsConfig) (Op, error) {
	rows, width := c.X[0], c.X.TotalSize()/c.X[0]
	n := c.Y.TotalSize() / rows
	if c.Y[0] != rows || c.From < 0 || c.From+n > width {
		return nil, fmt.Errorf("op: layer %q: cannot take columns from %d of %v as %v", c.Layer, c.From, c.X, c.Y)
	}
	return fuse(pointwise(c.Layer, "columns", c.X, c.Y,
		func(y, x []T) {
			for i := range rows {
				copy(y[i*n:][:n], x[i*width+c.From:])
			}
		},
		func(dx, dy, _, _ []T) {
			clear(dx)
			for i := range rows {
				copy(dx[i*width+c.From:], dy[i*n:][:n])
			}
		},
	)), nil
}

// ReverseConfig describes sequences turned round.
type ReverseConfig struct {
	Layer string
	X     tensor.Shape // (n, T, ...)
}

// Reverse makes the operation with input x whose output has the timesteps in
// the opposite order.
func Reverse(dt tensor.Dtype, c ReverseConfig) (Op, error) {
	return dispatch(dt, c, newReverse[float32], newReverse[float64])
}

func newReverse[T kernel.Float](c ReverseConfig) (Op, error) {
	rows, steps := c.X[0], c.X[1]
	width := c.X.TotalSize() / (rows * steps)
	reverse := func(y, x []T) {
		for i := range rows {
			for t := range steps {
				copy(y[(i*steps+t)*width:][:width], x[(i*steps+steps-1-t)*width:])
			}
		}
	}
	return fuse(pointwise(c.Layer, "reversal", c.X, c.X, reverse, func(dx, dy, _, _ []T) { reverse(dx, dy) })), nil
}
