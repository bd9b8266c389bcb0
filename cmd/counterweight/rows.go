package main

import (
	"fmt"

	"gorgonia.org/tensor"
)

// takeRows returns rows of an array of any type.
func takeRows(t *tensor.Dense, rows []int) *tensor.Dense {
	shape := t.Shape().Clone()
	width := shape.TotalSize() / shape[0]
	shape[0] = len(rows)
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(taken(t.Data(), rows, width)))
}

func taken(data any, rows []int, width int) any {
	switch v := data.(type) {
	case []float32:
		return taking(v, rows, width)
	case []float64:
		return taking(v, rows, width)
	case []int8:
		return taking(v, rows, width)
	case []int16:
		return taking(v, rows, width)
	case []int32:
		return taking(v, rows, width)
	case []int64:
		return taking(v, rows, width)
	case []uint8:
		return taking(v, rows, width)
	case []uint16:
		return taking(v, rows, width)
	case []uint32:
		return taking(v, rows, width)
	case []uint64:
		return taking(v, rows, width)
	}
	return taking(data.([]bool), rows, width)
}

func taking[T any](v []T, rows []int, width int) []T {
	out := make([]T, 0, len(rows)*width)
	for _, r := range rows {
		out = append(out, v[r*width:(r+1)*width]...)
	}
	return out
}

// cast converts numbers to another type, toward zero where that is one of whole
// numbers.
func cast(t *tensor.Dense, to tensor.Dtype) *tensor.Dense {
	var v []float64
	switch data := t.Data().(type) {
	case []float64:
		v = data
	case []float32:
		for _, x := range data {
			v = append(v, float64(x))
		}
	}
	var backing any
	switch to {
	case tensor.Float32:
		backing = casting[float32](v)
	case tensor.Float64:
		backing = v
	case tensor.Int8:
		backing = casting[int8](v)
	case tensor.Int16:
		backing = casting[int16](v)
	case tensor.Int32:
		backing = casting[int32](v)
	case tensor.Int64:
		backing = casting[int64](v)
	case tensor.Uint8:
		backing = casting[uint8](v)
	case tensor.Uint16:
		backing = casting[uint16](v)
	case tensor.Uint32:
		backing = casting[uint32](v)
	case tensor.Uint64:
		backing = casting[uint64](v)
	default: // tensor.Bool
		b := make([]bool, len(v))
		for i, x := range v {
			b[i] = x != 0
		}
		backing = b
	}
	return tensor.New(tensor.WithShape(t.Shape()...), tensor.WithBacking(backing))
}

func casting[T float32 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](v []float64) []T {
	out := make([]T, len(v))
	for i, x := range v {
		out[i] = T(x)
	}
	return out
}

// exact returns an error for whole numbers that float64 does not hold.
func exact(t *tensor.Dense) error {
	const limit = 1 << 53
	width := t.Shape().TotalSize() / t.Shape()[0]
	switch v := t.Data().(type) {
	case []int64:
		for i, x := range v {
			if x > limit || x < -limit {
				return fmt.Errorf("%d in row %d, expected numbers from -2^53 to 2^53 to make rows of", x, i/width)
			}
		}
	case []uint64:
		for i, x := range v {
			if x > limit {
				return fmt.Errorf("%d in row %d, expected numbers up to 2^53 to make rows of", x, i/width)
			}
		}
	}
	return nil
}

// notFinite finds the first row with a number that is none, or infinite.
func notFinite(t tensor.Tensor) (row int, value float64, found bool) {
	switch v := t.Data().(type) {
	case []float32:
		return findNotFinite(v, t.Shape())
	case []float64:
		return findNotFinite(v, t.Shape())
	}
	return 0, 0, false
}

func findNotFinite[F float32 | float64](v []F, shape tensor.Shape) (row int, value float64, found bool) {
	for i, x := range v {
		if x-x != 0 {
			return i / (len(v) / shape[0]), float64(x), true
		}
	}
	return 0, 0, false
}
