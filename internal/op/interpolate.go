package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// BilinearConfig describes images made larger by whole factors.
type BilinearConfig struct {
	Layer  string
	X      tensor.Shape // (n, rows, columns, channels)
	Factor [2]int       // for rows and for columns
}

// Bilinear makes the operation with input x that interpolates between its rows
// and between its columns; see [kernel.NewInterpolation].
func Bilinear(dt tensor.Dtype, c BilinearConfig) (Op, error) {
	return dispatch(dt, c, newBilinear[float32], newBilinear[float64])
}

func newBilinear[T kernel.Float](c BilinearConfig) (Op, error) {
	n, channels := [2]int{c.X[1], c.X[2]}, c.X[3]
	rows, columns := kernel.NewInterpolation(n[0], c.Factor[0]), kernel.NewInterpolation(n[1], c.Factor[1])
	y := tensor.Shape{c.X[0], n[0] * c.Factor[0], n[1] * c.Factor[1], channels}
	return fuse(pointwise(c.Layer, "bilinear interpolation", c.X, y,
		func(y, x []T) { kernel.Bilinear(rows, columns, n, channels, y, x) },
		func(dx, dy, _, _ []T) { kernel.BilinearGrad(rows, columns, n, channels, dx, dy) },
	)), nil
}
