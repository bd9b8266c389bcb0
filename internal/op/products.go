package op

import (
	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// ProductsConfig describes matrix products, one for each place of a batch.
type ProductsConfig struct {
	Layer string
	A, B  tensor.Shape // (batch, m, k) and (batch, n, k)
}

// Products makes the operation with inputs a and b whose output, of shape
// (batch, m, n), is a·bᵀ at each place.
func Products(dt tensor.Dtype, c ProductsConfig) (Op, error) {
	return dispatch(dt, c, newProducts[float32], newProducts[float64])
}

func newProducts[T kernel.Float](c ProductsConfig) (Op, error) {
	batch, m, n, k := c.A[0], c.A[1], c.B[1], c.A[2]
	s := linear[T](c.Layer, "products", []tensor.Shape{c.A, c.B}, tensor.Shape{batch, m, n}, each(2),
		func(y []T, in [][]T) {
			for i := range batch {
				kernel.Gemm(kernel.NT, m, n, k, in[0][i*m*k:], k, in[1][i*n*k:], k, y[i*m*n:], n, false)
			}
		},
		func(dx, dy []T, in [][]T, of int) {
			for i := range batch {
				if of == 0 {
					kernel.Gemm(kernel.NN, m, k, n, dy[i*m*n:], n, in[1][i*n*k:], k, dx[i*m*k:], k, false)
				} else {
					kernel.Gemm(kernel.TN, n, k, m, dy[i*m*n:], n, in[0][i*m*k:], k, dx[i*n*k:], k, false)
				}
			}
		},
	)
	s.flops = 2 * batch * m * n * k
	return fuse(s), nil
}

// UnitConfig describes rows divided by their lengths.
type UnitConfig struct {
	Layer string
	X     tensor.Shape // rows along the last axis
	Eps   float64      // the least length
}

// Unit makes the operation with input x and an output of x's shape.
func Unit(dt tensor.Dtype, c UnitConfig) (Op, error) {
	return dispatch(dt, c, newUnit[float32], newUnit[float64])
}

func newUnit[T kernel.Float](c UnitConfig) (Op, error) {
	n := c.X[len(c.X)-1]
	return fuse(pointwise(c.Layer, "unit rows", c.X, c.X,
		func(y, x []T) { kernel.UnitRows(y, x, n, c.Eps) },
		func(dx, dy, x, y []T) { kernel.UnitRowsGrad(dx, dy, x, y, n, c.Eps) },
	)), nil
}
