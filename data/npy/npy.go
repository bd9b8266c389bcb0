package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/counterweight-go/counterweight/internal/half"
	"gorgonia.org/tensor"
)

// Read reads one array. It reads no further than the array's last byte.
func Read(r io.Reader) (*tensor.Dense, error) { return read(r, 0, 0) }

// ReadFile reads a .npy file. Bytes after the array are an error.
func ReadFile(path string) (t *tensor.Dense, err error) {
	err = inFile(path, func(r io.ReaderAt, size int64) error {
		t, err = readAll(io.NewSectionReader(r, 0, size), size, size)
		return err
	})
	return t, err
}

// readAll reads an array that is all there is in r.
func readAll(r io.Reader, available, expect int64) (*tensor.Dense, error) {
	t, err := read(r, available, expect)
	if err != nil {
		return nil, err
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 {
		return nil, errors.New("npy: there are bytes after the array")
	} else if err != nil && err != io.EOF {
		return nil, fmt.Errorf("npy: %w", err)
	}
	return t, nil
}

// read reads an array from r, which is known to hold available bytes, or 0
// where that is unknown; expect is what it claims to hold. Room for more elements
// than are available is made as they come, so that a header alone cannot ask for
// memory.
func read(r io.Reader, available, expect int64) (*tensor.Dense, error) {
	l, err := ReadLayout(r)
	if err != nil {
		return nil, err
	}
	if need := l.Offset + int64(l.n)*int64(l.Width); expect > 0 && need > expect {
		return nil, fmt.Errorf("npy: an array of shape %v takes %d bytes, there are %d: %w", l.Shape, need, expect, io.ErrUnexpectedEOF)
	}
	s := source{r: r, available: available, layout: l}
	switch l.Dtype {
	case tensor.Float32:
		return elements(s, decodeNumbers[float32])
	case tensor.Float64:
		return elements(s, decodeNumbers[float64])
	case tensor.Int8:
		return elements(s, decodeNumbers[int8])
	case tensor.Int16:
		return elements(s, decodeNumbers[int16])
	case tensor.Int32:
		return elements(s, decodeNumbers[int32])
	case tensor.Int64:
		return elements(s, decodeNumbers[int64])
	case tensor.Uint8:
		return elements(s, decodeNumbers[uint8])
	case tensor.Uint16:
		return elements(s, decodeNumbers[uint16])
	case tensor.Uint32:
		return elements(s, decodeNumbers[uint32])
	case tensor.Uint64:
		return elements(s, decodeNumbers[uint64])
	}
	return elements(s, decodeBools)
}

// source is where the elements of an array come from.
type source struct {
	r         io.Reader
	available int64
	layout    Layout
}

// elements reads all elements and makes the tensor.
func elements[T any](s source, decode func(l *Layout, dst []T, raw []byte)) (*tensor.Dense, error) {
	const chunk = 1 << 13
	l := &s.layout
	buffer := make([]byte, min(l.n, chunk)*l.Width)
	values := make([]T, 0, min(int64(l.n), max(chunk, s.available/int64(l.Width))))
	for len(values) < l.n {
		from, count := len(values), min(l.n-len(values), chunk)
		raw := buffer[:count*l.Width]
		if _, err := io.ReadFull(s.r, raw); err != nil {
			return nil, fmt.Errorf("npy: reading the %d elements of shape %v: %w", l.n, l.Shape, noEOF(err))
		}
		values = slices.Grow(values, count)[:from+count]
		decode(l, values[from:], raw)
	}
	if len(l.Shape) == 0 {
		return tensor.New(tensor.FromScalar(values[0])), nil
	}
	if l.Fortran {
		values = rowMajor(values, l.Shape)
	}
	return tensor.New(tensor.WithShape(l.Shape...), tensor.WithBacking(values)), nil
}

// rowMajor reorders elements in which the first axis runs fastest.
func rowMajor[T any](values []T, shape []int) []T {
	out := make([]T, 0, len(values))
	at := make([]int, len(shape))
	pos := 0
	for range values {
		out = append(out, values[pos])
		stride := len(values)
		for axis := len(shape) - 1; axis >= 0; axis-- {
			stride /= shape[axis]
			at[axis]++
			pos += stride
			if at[axis] < shape[axis] {
				break
			}
			pos -= stride * shape[axis]
			at[axis] = 0
		}
	}
	return out
}

// Write writes one array, as numpy does on a little-endian machine. A nil or
// masked tensor, one that is not contiguous in row-major order, and elements
// that Read does not know are errors.
func Write(w io.Writer, t *tensor.Dense) error { return write(w, t, false) }

// WriteHalf writes an array of float32 as numpy's float16, each number rounded
// to the nearest one and beyond 65504 to infinity.
func WriteHalf(w io.Writer, t *tensor.Dense) error { return write(w, t, true) }

func write(w io.Writer, t *tensor.Dense, narrow bool) error {
	if t == nil || t.Dtype().Type == nil {
		return errors.New("npy: the tensor is nil")
	}
	if t.IsMasked() {
		return errors.New("npy: the tensor is masked: fill or drop the masked elements first")
	}
	if t.DataOrder() != 0 || !t.IsScalar() && t.DataSize() != t.Shape().TotalSize() {
		return fmt.Errorf("npy: a tensor of shape %v, expected one that is contiguous in row-major order: copy it first", t.Shape())
	}
	if narrow && t.Dtype() != tensor.Float32 {
		return fmt.Errorf("npy: elements of type %v, expected float32 to write as float16", t.Dtype())
	}
	shape := t.Shape()
	if t.IsScalar() {
		shape = nil
	}
	out := bufio.NewWriterSize(w, 1<<16)
	put := func(descr string, values any) error {
		if _, err := out.Write(header{descr: descr, shape: shape}.encode()); err != nil {
			return err
		}
		return binary.Write(out, binary.LittleEndian, values)
	}
	var err error
	switch t.Dtype() {
	case tensor.Float32:
		if !narrow {
			err = put("<f4", t.Float32s())
			break
		}
		halves := make([]uint16, len(t.Float32s()))
		for i, v := range t.Float32s() {
			halves[i] = half.Narrow16(float64(v))
		}
		err = put("<f2", halves)
	case tensor.Float64:
		err = put("<f8", t.Float64s())
	case tensor.Int8:
		err = put("|i1", t.Int8s())
	case tensor.Int16:
		err = put("<i2", t.Int16s())
	case tensor.Int32:
		err = put("<i4", t.Int32s())
	case tensor.Int64:
		err = put("<i8", t.Int64s())
	case tensor.Int:
		wide := make([]int64, len(t.Ints()))
		for i, v := range t.Ints() {
			wide[i] = int64(v)
		}
		err = put("<i8", wide)
	case tensor.Uint8:
		err = put("|u1", t.Uint8s())
	case tensor.Uint16:
		err = put("<u2", t.Uint16s())
	case tensor.Uint32:
		err = put("<u4", t.Uint32s())
	case tensor.Uint64:
		err = put("<u8", t.Uint64s())
	case tensor.Uint:
		wide := make([]uint64, len(t.Uints()))
		for i, v := range t.Uints() {
			wide[i] = uint64(v)
		}
		err = put("<u8", wide)
	case tensor.Bool:
		err = put("|b1", t.Bools())
	default:
		return fmt.Errorf("npy: elements of type %v, expected floats, integers or bools", t.Dtype())
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("npy: %w", err)
	}
	return nil
}
