package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"strings"

	"github.com/counterweight-go/counterweight/internal/half"
	"gorgonia.org/tensor"
)

// Layout is what the start of a .npy file says of the elements after it, for
// those who read them where they lie.
type Layout struct {
	Shape   []int        // of at least one element; empty for a scalar
	Fortran bool         // column-major: the first axis runs fastest
	Dtype   tensor.Dtype // of the tensor that Read makes
	Width   int          // bytes of an element in the file
	Offset  int64        // of the first element from the start of the file

	n    int    // elements
	kind string // kind and width in the file
	big  bool   // big-endian
}

// dtypes are the types of tensors, by kind and width in a file.
var dtypes = map[string]tensor.Dtype{
	"f2": tensor.Float32, "f4": tensor.Float32, "f8": tensor.Float64,
	"i1": tensor.Int8, "i2": tensor.Int16, "i4": tensor.Int32, "i8": tensor.Int64,
	"u1": tensor.Uint8, "u2": tensor.Uint16, "u4": tensor.Uint32, "u8": tensor.Uint64,
	"b1": tensor.Bool,
}

// ReadLayout reads all that stands before the elements.
func ReadLayout(r io.Reader) (Layout, error) {
	h, length, err := readHeader(r)
	if err != nil {
		return Layout{}, err
	}
	n, err := h.elements()
	if err != nil {
		return Layout{}, err
	}
	if h.descr == "" {
		return Layout{}, errors.New("npy: the type of elements is missing")
	}
	kind, big := h.descr, h.descr[0] == '>'
	if strings.ContainsRune("<>|=", rune(kind[0])) {
		kind = kind[1:]
	}
	dt, ok := dtypes[kind]
	if !ok {
		return Layout{}, fmt.Errorf("npy: elements of type %q, expected floats, integers or bools", clip(h.descr))
	}
	return Layout{Shape: h.shape, Fortran: h.fortran, Dtype: dt, Width: int(kind[1] - '0'), Offset: length, n: n, kind: kind, big: big}, nil
}

// Half tells whether the elements are float16 in the file.
func (l *Layout) Half() bool { return l.kind == "f2" }

// Elements returns the number of elements.
func (l *Layout) Elements() int { return l.n }

// Float32s decodes len(dst) elements from their bytes in the file, true as 1.
func (l *Layout) Float32s(dst []float32, raw []byte) { decodeNumbers(l, dst, raw) }

// Float64s decodes len(dst) elements from their bytes in the file, true as 1.
func (l *Layout) Float64s(dst []float64, raw []byte) { decodeNumbers(l, dst, raw) }

type number interface {
	float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

// decodeNumbers decodes elements of any type to numbers of another.
func decodeNumbers[T number](l *Layout, dst []T, raw []byte) {
	raw = raw[:len(dst)*l.Width]
	switch l.kind {
	case "f2":
		for i := range dst {
			dst[i] = T(half.Float16(l.two(raw, i)))
		}
	case "f4":
		for i := range dst {
			dst[i] = T(math.Float32frombits(l.four(raw, i)))
		}
	case "f8":
		for i := range dst {
			dst[i] = T(math.Float64frombits(l.eight(raw, i)))
		}
	case "i1":
		for i := range dst {
			dst[i] = T(int8(raw[i]))
		}
	case "i2":
		for i := range dst {
			dst[i] = T(int16(l.two(raw, i)))
		}
	case "i4":
		for i := range dst {
			dst[i] = T(int32(l.four(raw, i)))
		}
	case "i8":
		for i := range dst {
			dst[i] = T(int64(l.eight(raw, i)))
		}
	case "u1":
		for i := range dst {
			dst[i] = T(raw[i])
		}
	case "u2":
		for i := range dst {
			dst[i] = T(l.two(raw, i))
		}
	case "u4":
		for i := range dst {
			dst[i] = T(l.four(raw, i))
		}
	case "u8":
		for i := range dst {
			dst[i] = T(l.eight(raw, i))
		}
	case "b1":
		for i := range dst {
			dst[i] = 0
			if raw[i] != 0 {
				dst[i] = 1
			}
		}
	}
}

func decodeBools(_ *Layout, dst []bool, raw []byte) {
	for i := range dst {
		dst[i] = raw[i] != 0
	}
}

func (l *Layout) two(raw []byte, i int) uint16 {
	v := binary.LittleEndian.Uint16(raw[2*i:])
	if l.big {
		return bits.ReverseBytes16(v)
	}
	return v
}

func (l *Layout) four(raw []byte, i int) uint32 {
	v := binary.LittleEndian.Uint32(raw[4*i:])
	if l.big {
		return bits.ReverseBytes32(v)
	}
	return v
}

func (l *Layout) eight(raw []byte, i int) uint64 {
	v := binary.LittleEndian.Uint64(raw[8*i:])
	if l.big {
		return bits.ReverseBytes64(v)
	}
	return v
}
