package tfevents

import (
	"encoding/binary"
	"math"
)

// Event is something that happened at a step.
type Event struct {
	WallTime float64 // seconds since 1970
	Step     int64
	// FileVersion makes the event the first of a file, which holds no values.
	FileVersion string
	Values      []Value
}

// Version is the FileVersion of a file's first event.
const Version = "brain.Event:2"

// Value is a number or, where Histogram is not nil, a distribution.
type Value struct {
	Tag       string
	Scalar    float32
	Histogram *Histogram
}

// Append appends the event as a record.
func (e Event) Append(to []byte) []byte {
	m := double(nil, 1, e.WallTime)
	if e.Step != 0 {
		m = varint(m, 2, uint64(e.Step))
	}
	if e.FileVersion != "" {
		m = bytes(m, 3, []byte(e.FileVersion))
	}
	if len(e.Values) > 0 {
		var summary []byte
		for _, v := range e.Values {
			summary = bytes(summary, 1, v.encode())
		}
		m = bytes(m, 5, summary)
	}
	return AppendRecord(to, m)
}

func (v Value) encode() []byte {
	m := bytes(nil, 1, []byte(v.Tag))
	if h := v.Histogram; h != nil {
		return bytes(m, 5, h.encode())
	}
	m = append(m, 2<<3|5) // a float in 4 bytes
	return binary.LittleEndian.AppendUint32(m, math.Float32bits(v.Scalar))
}

func (h *Histogram) encode() []byte {
	var m []byte
	for i, v := range []float64{h.Min, h.Max, h.Count, h.Sum, h.SumSquares} {
		m = double(m, i+1, v)
	}
	m = doubles(m, 6, h.Limits)
	return doubles(m, 7, h.Counts)
}

func varint(to []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(append(to, byte(field<<3)), v)
}

func double(to []byte, field int, v float64) []byte {
	return binary.LittleEndian.AppendUint64(append(to, byte(field<<3|1)), math.Float64bits(v))
}

func bytes(to []byte, field int, v []byte) []byte {
	to = binary.AppendUvarint(append(to, byte(field<<3|2)), uint64(len(v)))
	return append(to, v...)
}

// doubles writes a packed list.
func doubles(to []byte, field int, values []float64) []byte {
	to = binary.AppendUvarint(append(to, byte(field<<3|2)), uint64(8*len(values)))
	for _, v := range values {
		to = binary.LittleEndian.AppendUint64(to, math.Float64bits(v))
	}
	return to
}
