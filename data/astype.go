package data

import (
	"errors"
	"fmt"

	"gorgonia.org/tensor"
)

// AsType returns t as a contiguous row-major dense tensor of dtype dt
// (tensor.Float32 or tensor.Float64) and of the same shape. The source may have
// any float, integer, unsigned or bool dtype (true is 1) and any layout: a view,
// a transpose, column-major, sparse. The result is t itself where nothing is to
// be done; otherwise it shares no memory with t. A nil or masked tensor is an
// error.
func AsType(t tensor.Tensor, dt tensor.Dtype) (*tensor.Dense, error) {
	d, err := dense(t)
	if err == nil {
		d, err = convert(d, dt)
	}
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	return d, nil
}

func convert(d *tensor.Dense, dt tensor.Dtype) (*tensor.Dense, error) {
	switch dt {
	case tensor.Float32:
		return convertTo[float32](d, dt)
	case tensor.Float64:
		return convertTo[float64](d, dt)
	}
	return nil, fmt.Errorf("cannot convert to %v, want float32 or float64", dt)
}

func dense(t tensor.Tensor) (*tensor.Dense, error) {
	d, ok := t.(*tensor.Dense)
	if s, sparse := t.(tensor.Densor); !ok && sparse {
		d = s.Dense()
	}
	if d == nil || d.Dtype().Type == nil {
		return nil, errors.New("tensor is nil")
	}
	if d.IsMasked() && d.Size() > 0 {
		return nil, errors.New("tensor is masked: fill or drop the masked elements first")
	}
	return d, nil
}

type number interface {
	~float32 | ~float64 | ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

func convertTo[F float32 | float64](d *tensor.Dense, dt tensor.Dtype) (*tensor.Dense, error) {
	if d.Dtype() == dt && rowMajor(d) {
		return d, nil
	}
	var out []F
	switch d.Dtype() {
	case tensor.Float32:
		out = cast[F](d, d.Float32s())
	case tensor.Float64:
		out = cast[F](d, d.Float64s())
	case tensor.Int:
		out = cast[F](d, d.Ints())
	case tensor.Int8:
		out = cast[F](d, d.Int8s())
	case tensor.Int16:
		out = cast[F](d, d.Int16s())
	case tensor.Int32:
		out = cast[F](d, d.Int32s())
	case tensor.Int64:
		out = cast[F](d, d.Int64s())
	case tensor.Uint:
		out = cast[F](d, d.Uints())
	case tensor.Uint8:
		out = cast[F](d, d.Uint8s())
	case tensor.Uint16:
		out = cast[F](d, d.Uint16s())
	case tensor.Uint32:
		out = cast[F](d, d.Uint32s())
	case tensor.Uint64:
		out = cast[F](d, d.Uint64s())
	case tensor.Bool:
		bits := make([]uint8, len(d.Bools()))
		for i, b := range d.Bools() {
			if b {
				bits[i] = 1
			}
		}
		out = cast[F](d, bits)
	default:
		return nil, fmt.Errorf("cannot convert %v to %v, want a tensor of numbers or bools", d.Dtype(), dt)
	}
	if d.Dims() == 0 {
		return tensor.New(tensor.FromScalar(out[0])), nil
	}
	return tensor.New(tensor.WithShape(d.Shape()...), tensor.WithBacking(out)), nil
}

// cast reads src, the memory of d, in row-major order.
func cast[F float32 | float64, S number](d *tensor.Dense, src []S) []F {
	shape := d.Shape()
	out := make([]F, product(shape))
	if rowMajor(d) {
		for i := range out {
			out[i] = F(src[i])
		}
		return out
	}
	strides := strides(d)
	at, pos := make([]int, len(shape)), 0
	for i := range out {
		out[i] = F(src[pos])
		for axis := len(shape) - 1; axis >= 0; axis-- {
			at[axis]++
			pos += strides[axis]
			if at[axis] < shape[axis] {
				break
			}
			pos -= shape[axis] * strides[axis]
			at[axis] = 0
		}
	}
	return out
}

// strides returns one stride for each axis. Column-major vectors carry a single
// one for all their axes, and column-major tensors of one element none.
func strides(d *tensor.Dense) []int {
	s := d.Strides()
	if len(s) == d.Dims() {
		return s
	}
	out := make([]int, d.Dims())
	for i := range out {
		if len(s) > 0 {
			out[i] = s[0]
		}
	}
	return out
}

// rowMajor goes by the strides, as the order flags of a slice of a transpose
// claim it to be contiguous; but the flags must agree, for the sake of whoever
// trusts them later.
func rowMajor(d *tensor.Dense) bool {
	if d.DataOrder() != 0 {
		return false
	}
	shape, strides := d.Shape(), strides(d)
	want := 1
	for axis := len(shape) - 1; axis >= 0; axis-- {
		if shape[axis] != 1 && strides[axis] != want {
			return false
		}
		want *= shape[axis]
	}
	return true
}

func product(dims []int) int {
	p := 1
	for _, d := range dims {
		p *= d
	}
	return p
}
