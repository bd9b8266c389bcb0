package hdf5

import (
	"encoding/binary"
	"fmt"
)

// NewDataset makes a dataset of values in row-major order, which are a slice of
// float32, float64, int8 to int64, uint8 to uint64, or bool. The values are
// copied. An empty shape is a scalar, of one value.
func NewDataset(name string, shape []int, values any) (*Dataset, error) {
	d := &Dataset{Name: name, path: name, Shape: append([]int{}, shape...)}
	n := 0
	switch v := values.(type) {
	case []float32:
		d.Type, n = Float32, len(v)
	case []float64:
		d.Type, n = Float64, len(v)
	case []int8:
		d.Type, n = Int8, len(v)
	case []int16:
		d.Type, n = Int16, len(v)
	case []int32:
		d.Type, n = Int32, len(v)
	case []int64:
		d.Type, n = Int64, len(v)
	case []uint8:
		d.Type, n = Uint8, len(v)
	case []uint16:
		d.Type, n = Uint16, len(v)
	case []uint32:
		d.Type, n = Uint32, len(v)
	case []uint64:
		d.Type, n = Uint64, len(v)
	case []bool:
		d.Type, n = Bool, len(v)
	default:
		return nil, errorf("dataset %.200q: values of type %T, expected a slice of floats, integers or bools", name, values)
	}
	for _, k := range shape {
		if k < 0 {
			return nil, errorf("dataset %.200q: shape %v", name, shape)
		}
	}
	if want, ok := count(shape); !ok || want != n {
		return nil, errorf("dataset %.200q: %d values for shape %v", name, n, shape)
	}
	b, err := binary.Append(make([]byte, 0, n*d.Type.Size()), binary.LittleEndian, values)
	if err != nil {
		return nil, errorf("dataset %.200q: %w", name, err)
	}
	d.values = b
	return d, nil
}

// typeMessage writes a type as a datatype message of version 1.
func typeMessage(t Type) ([]byte, error) {
	integer := func(size int, signed bool) []byte {
		b := []byte{0x10, 0, 0, 0, byte(size), 0, 0, 0, 0, 0, byte(8 * size), 0}
		if signed {
			b[1] = 8
		}
		return b
	}
	// Normalised with the leading 1 left out; the sign in the highest bit.
	float := func(size, exponent, mantissa, bias int) []byte {
		b := []byte{0x11, 0x20, byte(8*size - 1), 0, byte(size), 0, 0, 0, 0, 0, byte(8 * size), 0, byte(mantissa), byte(exponent), 0, byte(mantissa)}
		return binary.LittleEndian.AppendUint32(b, uint32(bias))
	}
	switch t {
	case Float16:
		return float(2, 5, 10, 15), nil
	case BFloat16:
		return []byte{0x15, 0, 0, 0, 2, 0, 0, 0}, nil // opaque, with an empty tag
	case Float32:
		return float(4, 8, 23, 127), nil
	case Float64:
		return float(8, 11, 52, 1023), nil
	case Int8, Int16, Int32, Int64:
		return integer(t.Size(), true), nil
	case Uint8, Uint16, Uint32, Uint64:
		return integer(t.Size(), false), nil
	case Bool:
		b := append([]byte{0x18, 2, 0, 0, 1, 0, 0, 0}, integer(1, true)...)
		return append(b, "FALSE\x00\x00\x00TRUE\x00\x00\x00\x00\x00\x01"...), nil
	case String: // of variable length, UTF-8; attributes only
		return append([]byte{0x19, 1, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0}, 0, 0, 8, 0), nil
	}
	return nil, fmt.Errorf("elements of type %v cannot be written", t)
}

// spaceMessage writes a shape as a dataspace message of version 1.
func spaceMessage(shape []int) []byte {
	b := []byte{1, byte(len(shape)), 0, 0, 0, 0, 0, 0}
	for _, n := range shape {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return b
}
