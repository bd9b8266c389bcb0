package data

import (
	"errors"
	"fmt"

	"github.com/counterweight-go/counterweight/internal/kernel"
	"gorgonia.org/tensor"
)

// Take returns the given rows of t in the given order, repeats included, as a
// new tensor of shape (len(rows), …). t is a float32 or float64 tensor of rank 1
// or more. No rows, or a row outside t, is an error.
func Take(t tensor.Tensor, rows []int) (*tensor.Dense, error) {
	d, err := rowsOf(t)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if err := checkRows(rows, d.Shape()[0]); err != nil {
		return nil, err
	}
	out := like(d, len(rows))
	return out, Gather(out, d, rows)
}

// checkRows judges a list of rows of n.
func checkRows(rows []int, n int) error {
	if len(rows) == 0 {
		return errors.New("data: no rows to take")
	}
	for i, r := range rows {
		if r < 0 || r >= n {
			return fmt.Errorf("data: cannot take row %d (place %d of the list), want 0 to %d", r, i, n-1)
		}
	}
	return nil
}

// Rows returns rows from to to-1 of t, keeping its rank. The result shares the
// memory of t where t is contiguous. t is a float32 or float64 tensor of rank 1
// or more; an empty range, or one that leaves t, is an error.
func Rows(t tensor.Tensor, from, to int) (*tensor.Dense, error) {
	d, err := rowsOf(t)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	shape := append([]int(nil), d.Shape()...)
	if from < 0 || from >= to || to > shape[0] {
		return nil, fmt.Errorf("data: rows %d to %d (exclusive) of %d, want a range of at least one row inside them", from, to, shape[0])
	}
	width := product(shape[1:])
	shape[0] = to - from
	if d.Dtype() == tensor.Float32 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float32s()[from*width:to*width])), nil
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(d.Float64s()[from*width:to*width])), nil
}

// Gather copies rows of src to dst, one after the other in memory. Both have the
// same type; dst holds so many rows of src in any shape. A row that src lacks,
// or more rows than dst holds, is an error. It allocates nothing, for use within
// a training step.
//
// near are up to two arrays of a number for each row, or nil, that the caller
// gathers next: memory is asked for them on the way.
func Gather(dst, src *tensor.Dense, rows []int, near ...*tensor.Dense) error {
	width := src.DataSize() / max(src.Shape()[0], 1)
	var ok bool
	if src.Dtype() == tensor.Float32 {
		ok = kernel.Gather(dst.Float32s(), src.Float32s(), width, rows, nearOf(src, near, (*tensor.Dense).Float32s))
	} else {
		ok = kernel.Gather(dst.Float64s(), src.Float64s(), width, rows, nearOf(src, near, (*tensor.Dense).Float64s))
	}
	if !ok {
		return fmt.Errorf("data: cannot copy %d rows of %v to %v: want rows 0 to %d, and room for them", len(rows), src.Shape(), dst.Shape(), src.Shape()[0]-1)
	}
	return nil
}

// nearOf returns the memory of the first two arrays that have a number of the
// type of src for each of its rows.
func nearOf[F float32 | float64](src *tensor.Dense, near []*tensor.Dense, memory func(*tensor.Dense) []F) (some [2][]F) {
	n := 0
	for _, d := range near {
		if d != nil && d.Dtype() == src.Dtype() && d.DataSize() == src.Shape()[0] && n < len(some) {
			some[n] = memory(d)
			n++
		}
	}
	return some
}

// rowsOf returns t contiguous, of a float dtype, with at least one row.
func rowsOf(t tensor.Tensor) (*tensor.Dense, error) {
	d, err := dense(t)
	if err != nil {
		return nil, err
	}
	if dt := d.Dtype(); dt != tensor.Float32 && dt != tensor.Float64 {
		return nil, fmt.Errorf("tensor of %v, want float32 or float64: convert it with AsType", dt)
	}
	if d.Dims() == 0 {
		return nil, errors.New("tensor is a scalar, want rows along axis 0")
	}
	if product(d.Shape()) == 0 {
		return nil, fmt.Errorf("tensor of shape %v is empty", d.Shape())
	}
	return convert(d, d.Dtype())
}

// like returns a zero tensor of n rows, each as the rows of d.
func like(d *tensor.Dense, n int) *tensor.Dense {
	shape := append([]int{n}, d.Shape()[1:]...)
	if d.Dtype() == tensor.Float32 {
		return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(make([]float32, product(shape))))
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(make([]float64, product(shape))))
}
