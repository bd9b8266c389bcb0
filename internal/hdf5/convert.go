package hdf5

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/half"
)

// little turns the bytes of elements round, in place, if they are big-endian.
func little(t datatype, b []byte) {
	if !t.big || t.size < 2 {
		return
	}
	for ; len(b) >= t.size; b = b[t.size:] {
		slices.Reverse(b[:t.size])
	}
}

type number interface {
	float32 | float64 | int64 | uint64
}

// convert turns little-endian elements into numbers. It gives false, and stops,
// at an integer that T cannot hold; floats round integers as Go does, and a
// float that is not a whole number that T holds is false for integers, too.
func convert[T number](out []T, t Type, b []byte) bool {
	switch t {
	case Float16:
		return floats(out, func(i int) float64 { return float64(half.Float16(binary.LittleEndian.Uint16(b[2*i:]))) })
	case BFloat16:
		return floats(out, func(i int) float64 { return float64(half.BFloat16(binary.LittleEndian.Uint16(b[2*i:]))) })
	case Float32:
		return floats(out, func(i int) float64 {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		})
	case Float64:
		return floats(out, func(i int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])) })
	case Int8:
		return integers(out, func(i int) int64 { return int64(int8(b[i])) })
	case Int16:
		return integers(out, func(i int) int64 { return int64(int16(binary.LittleEndian.Uint16(b[2*i:]))) })
	case Int32:
		return integers(out, func(i int) int64 { return int64(int32(binary.LittleEndian.Uint32(b[4*i:]))) })
	case Int64:
		return integers(out, func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[8*i:])) })
	case Uint8, Bool:
		return integers(out, func(i int) int64 { return int64(b[i]) })
	case Uint16:
		return integers(out, func(i int) int64 { return int64(binary.LittleEndian.Uint16(b[2*i:])) })
	case Uint32:
		return integers(out, func(i int) int64 { return int64(binary.LittleEndian.Uint32(b[4*i:])) })
	case Uint64:
		var zero T
		_, small := any(zero).(int64)
		for i := range out {
			v := binary.LittleEndian.Uint64(b[8*i:])
			if small && v > math.MaxInt64 {
				return false
			}
			out[i] = T(v)
		}
		return true
	}
	return false
}

func floats[T number](out []T, at func(int) float64) bool {
	var zero T
	exact := any(zero) != any(float32(0)) && any(zero) != any(float64(0))
	for i := range out {
		v := at(i)
		if exact && (v != math.Trunc(v) || v < -(1<<63) || v >= 1<<63) {
			return false
		}
		out[i] = T(v)
	}
	return true
}

func integers[T number](out []T, at func(int) int64) bool {
	var zero T
	_, unsigned := any(zero).(uint64)
	for i := range out {
		v := at(i)
		if unsigned && v < 0 {
			return false
		}
		out[i] = T(v)
	}
	return true
}
