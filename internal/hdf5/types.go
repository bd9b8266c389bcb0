package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// A Type is the type of a dataset's elements. Its String is numpy's name.
type Type uint8

// The types that are read. Other covers compounds, references and the like.
const (
	Other Type = iota
	Float16
	BFloat16 // as Keras stores it: two opaque bytes and an attribute that says what they are
	Float32
	Float64
	Int8
	Int16
	Int32
	Int64
	Uint8
	Uint16
	Uint32
	Uint64
	Bool   // as h5py stores it: an enumeration of FALSE and TRUE in one byte
	String // of fixed or variable length
)

var typeNames = [...]string{"other", "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64",
	"uint8", "uint16", "uint32", "uint64", "bool", "string"}

func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// Size is the number of bytes of an element, or 0 for strings and for Other.
func (t Type) Size() int {
	switch t {
	case Int8, Uint8, Bool:
		return 1
	case Float16, BFloat16, Int16, Uint16:
		return 2
	case Float32, Int32, Uint32:
		return 4
	case Float64, Int64, Uint64:
		return 8
	}
	return 0
}

// A datatype is a type as a file stores it.
type datatype struct {
	Type
	size int  // bytes of an element in the file
	big  bool // big-endian

	variable bool // a string of variable length, in the global heap
	spaces   bool // a string padded with spaces
	opaque   bool // bytes without a meaning

	why string // there is no Type for it
}

// parseDatatype parses a datatype message.
func parseDatatype(c *cursor) (datatype, error) {
	t, err := parseType(c, 0)
	if c.short {
		err = errShort
	}
	if err == nil && t.size <= 0 {
		err = errors.New("a type of no bytes")
	}
	return t, err
}

func parseType(c *cursor, depth int) (datatype, error) {
	first := c.u8()
	class, version := first&15, first>>4
	flags := c.uint(3)
	t := datatype{size: int(c.u32())}
	if version < 1 || version > 5 {
		return t, fmt.Errorf("version %d of a datatype, expected 1 to 5", version)
	}
	if depth > 4 {
		return t, errors.New("a datatype of too many levels")
	}
	switch class {
	case 0:
		t.big = flags&1 != 0
		offset, precision := c.u16(), c.u16()
		i := map[int]Type{1: Int8, 2: Int16, 4: Int32, 8: Int64}[t.size]
		if i == Other || offset != 0 || precision != 8*t.size {
			t.why = fmt.Sprintf("integers of %d bits in %d bytes", precision, t.size)
			return t, nil
		}
		if flags&8 == 0 {
			i += Uint8 - Int8
		}
		t.Type = i
	case 1:
		t.big = flags&1 != 0
		type float struct {
			size, offset, precision, exponentAt, exponent, mantissaAt, mantissa int
			bias                                                                int64
		}
		got := float{t.size, c.u16(), c.u16(), c.u8(), c.u8(), c.u8(), c.u8(), c.u32()}
		switch got {
		case float{2, 0, 16, 10, 5, 0, 10, 15}:
			t.Type = Float16
		case float{2, 0, 16, 7, 8, 0, 7, 127}:
			t.Type = BFloat16
		case float{4, 0, 32, 23, 8, 0, 23, 127}:
			t.Type = Float32
		case float{8, 0, 64, 52, 11, 0, 52, 1023}:
			t.Type = Float64
		}
		if t.Type == Other || flags&64 != 0 {
			t.Type = Other
			t.why = fmt.Sprintf("floating point numbers of %d bytes in an uncommon layout", t.size)
		}
	case 3:
		t.Type = String
		t.spaces = flags&15 == 2
	case 5:
		t.opaque = true
		t.why = fmt.Sprintf("opaque elements of %d bytes", t.size)
	case 8:
		base, err := parseType(c, depth+1)
		if err != nil {
			return t, err
		}
		n := int(flags & 0xffff)
		names := make([]string, 0, min(n, 16))
		for range n {
			name, _, closed := bytes.Cut(c.b, []byte{0})
			if !closed {
				return t, errShort
			}
			size := len(name) + 1
			if version < 3 {
				size = (size + 7) &^ 7
			}
			c.take(size)
			if len(names) < 3 {
				names = append(names, string(name))
			}
		}
		values := c.take(n * base.size)
		t = base
		if base.size == 1 && strings.Join(names, " ") == "FALSE TRUE" && bytes.Equal(values, []byte{0, 1}) {
			t.Type = Bool
		}
	case 9:
		if flags&15 != 1 {
			t.why = "sequences of variable length"
			break
		}
		t.Type, t.variable = String, true
	default:
		t.why = map[int]string{2: "times", 4: "bit fields", 6: "compound elements", 7: "references", 10: "arrays", 11: "complex numbers"}[class]
		if t.why == "" {
			t.why = fmt.Sprintf("elements of class %d", class)
		}
	}
	return t, nil
}

// unlimited is how far an axis may grow that may grow without end.
const unlimited = 1 << 62

// parseDataspace gives a shape, and how far it may grow if the file says so; ok
// is false for a null dataspace.
func parseDataspace(c *cursor) (shape, most []int, ok bool, err error) {
	version, rank, flags, kind := c.u8(), c.u8(), c.u8(), c.u8()
	switch version {
	case 1:
		c.take(4)
	case 2:
		if kind == 2 {
			return nil, nil, false, c.err()
		}
	default:
		return nil, nil, false, fmt.Errorf("version %d of a dataspace, expected 1 or 2", version)
	}
	if rank > 32 {
		return nil, nil, false, fmt.Errorf("%d dimensions, expected at most 32", rank)
	}
	shape = make([]int, rank)
	for i := range shape {
		n := c.length()
		if n > 1<<62 {
			return nil, nil, false, errors.New("a dimension that no file can hold")
		}
		shape[i] = int(n)
	}
	if flags&1 != 0 {
		most = make([]int, rank)
		for i := range most {
			most[i] = int(min(c.length(), unlimited))
		}
	}
	return shape, most, true, c.err()
}

// count is the number of elements of a shape; ok is false when it overflows.
func count(shape []int) (n int, ok bool) {
	n = 1
	for _, k := range shape {
		if k == 0 {
			return 0, true
		}
	}
	for _, k := range shape {
		if n > (1<<62)/k {
			return 0, false
		}
		n *= k
	}
	return n, true
}
