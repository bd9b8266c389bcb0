package npy

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/counterweight-go/counterweight/internal/half"
	"gorgonia.org/tensor"
)

// Read reads one array. It reads no further than the array's last byte.
func Read(r io.Reader) (*tensor.Dense, error) { return read(r, 0) }

// ReadFile reads a .npy file. Bytes after the array are an error.
func ReadFile(path string) (*tensor.Dense, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("npy: %w", err)
	}
	t, err := readAll(file, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%w (file %s)", err, path)
	}
	return t, nil
}

// readAll reads an array that is all there is in r.
func readAll(r io.Reader, size int64) (*tensor.Dense, error) {
	t, err := read(r, size)
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

// read reads an array from r, which is known to hold available bytes. Room
// for more elements than that is made as they come, so that a header alone
// cannot ask for memory.
func read(r io.Reader, available int64) (*tensor.Dense, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	n, err := h.elements()
	if err != nil {
		return nil, err
	}
	if h.descr == "" {
		return nil, errors.New("npy: the type of elements is missing")
	}
	var order binary.ByteOrder = binary.LittleEndian
	kind := h.descr
	if strings.ContainsRune("<>|=", rune(kind[0])) {
		if kind[0] == '>' {
			order = binary.BigEndian
		}
		kind = kind[1:]
	}
	s := source{r: r, n: n, available: available, header: h}
	switch kind {
	case "f2":
		return elements(s, 2, func(b []byte) float32 { return half.Float16(order.Uint16(b)) })
	case "f4":
		return elements(s, 4, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) })
	case "f8":
		return elements(s, 8, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) })
	case "i1":
		return elements(s, 1, func(b []byte) int8 { return int8(b[0]) })
	case "i2":
		return elements(s, 2, func(b []byte) int16 { return int16(order.Uint16(b)) })
	case "i4":
		return elements(s, 4, func(b []byte) int32 { return int32(order.Uint32(b)) })
	case "i8":
		return elements(s, 8, func(b []byte) int64 { return int64(order.Uint64(b)) })
	case "u1":
		return elements(s, 1, func(b []byte) uint8 { return b[0] })
	case "u2":
		return elements(s, 2, order.Uint16)
	case "u4":
		return elements(s, 4, order.Uint32)
	case "u8":
		return elements(s, 8, order.Uint64)
	case "b1":
		return elements(s, 1, func(b []byte) bool { return b[0] != 0 })
	}
	return nil, fmt.Errorf("npy: elements of type %q, expected floats, integers or bools", h.descr)
}

// source is where the elements of an array come from.
type source struct {
	r         io.Reader
	n         int
	available int64
	header    header
}

// elements reads n elements of some bytes each and makes the tensor.
func elements[T any](s source, width int, decode func([]byte) T) (*tensor.Dense, error) {
	const chunk = 1 << 13
	buffer := make([]byte, min(s.n, chunk)*width)
	room := min(int64(s.n), max(chunk, s.available/int64(width)))
	values := make([]T, 0, room)
	for len(values) < s.n {
		part := buffer[:min(s.n-len(values), chunk)*width]
		if _, err := io.ReadFull(s.r, part); err != nil {
			return nil, fmt.Errorf("npy: reading the %d elements of shape %v: %w", s.n, s.header.shape, noEOF(err))
		}
		for ; len(part) > 0; part = part[width:] {
			values = append(values, decode(part))
		}
	}
	if len(s.header.shape) == 0 {
		return tensor.New(tensor.FromScalar(values[0])), nil
	}
	if s.header.fortran {
		values = rowMajor(values, s.header.shape)
	}
	return tensor.New(tensor.WithShape(s.header.shape...), tensor.WithBacking(values)), nil
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
func Write(w io.Writer, t *tensor.Dense) error {
	if t == nil || t.Dtype().Type == nil {
		return errors.New("npy: the tensor is nil")
	}
	if t.IsMasked() {
		return errors.New("npy: the tensor is masked: fill or drop the masked elements first")
	}
	if t.DataOrder() != 0 || !t.IsScalar() && t.DataSize() != t.Shape().TotalSize() {
		return fmt.Errorf("npy: a tensor of shape %v, expected one that is contiguous in row-major order: copy it first", t.Shape())
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
		err = put("<f4", t.Float32s())
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
