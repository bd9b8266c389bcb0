package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// attributes makes attribute messages of version 3.
func (w *writer) attributes(list []Attribute) ([]message, error) {
	seen := map[string]bool{}
	var messages []message
	for _, a := range list {
		if a.Name == "" || strings.Contains(a.Name, "\x00") || seen[a.Name] {
			return nil, fmt.Errorf("attribute %.200q: a name that is empty, there twice, or holds a zero byte", a.Name)
		}
		seen[a.Name] = true
		kind, space, data, err := w.value(a.Value)
		if err != nil {
			return nil, fmt.Errorf("attribute %.200q: %w", a.Name, err)
		}
		le := binary.LittleEndian
		b := le.AppendUint16([]byte{3, 0}, uint16(min(len(a.Name)+1, math.MaxUint16)))
		b = le.AppendUint16(b, uint16(len(kind)))
		b = le.AppendUint16(b, uint16(len(space)))
		b = append(b, 1) // the name is UTF-8
		b = append(append(b, a.Name...), 0)
		b = append(append(append(b, kind...), space...), data...)
		messages = append(messages, message{kind: msgAttribute, data: b})
	}
	return messages, nil
}

// value gives the type, the shape and the bytes of an attribute's value.
func (w *writer) value(v any) (kind, space, data []byte, err error) {
	var t Type
	var list any
	n := -1 // a scalar
	switch v := v.(type) {
	case nil:
		kind, err = typeMessage(Float32)
		return kind, []byte{2, 0, 0, 2}, nil, err
	case string:
		t, list = String, []string{v}
	case []string:
		t, list, n = String, v, len(v)
	case int:
		t, list = Int64, []int64{int64(v)}
	case []int:
		wide := make([]int64, len(v))
		for i, k := range v {
			wide[i] = int64(k)
		}
		t, list, n = Int64, wide, len(v)
	case int64:
		t, list = Int64, v
	case uint64:
		t, list = Uint64, v
	case float64:
		t, list = Float64, v
	case float32:
		t, list = Float32, v
	case bool:
		t, list = Bool, v
	case []int64:
		t, list, n = Int64, v, len(v)
	case []uint64:
		t, list, n = Uint64, v, len(v)
	case []float64:
		t, list, n = Float64, v, len(v)
	case []float32:
		t, list, n = Float32, v, len(v)
	case []bool:
		t, list, n = Bool, v, len(v)
	default:
		return nil, nil, nil, fmt.Errorf("a value of type %T, expected a string, a number, a bool or a slice of these", v)
	}
	if kind, err = typeMessage(t); err != nil {
		return nil, nil, nil, err
	}
	if n < 0 {
		space = spaceMessage(nil)
	} else {
		space = spaceMessage([]int{n})
	}
	if t != String {
		data, err = binary.Append(nil, binary.LittleEndian, list)
		return kind, space, data, err
	}
	for _, s := range list.([]string) {
		if strings.Contains(s, "\x00") || len(s) > math.MaxInt32 {
			return nil, nil, nil, fmt.Errorf("a string that holds a zero byte or is larger than 2 GiB")
		}
		var ref heapRef
		if i := len(w.strings); i < len(w.refs) {
			ref = w.refs[i]
		}
		w.strings = append(w.strings, s)
		data = binary.LittleEndian.AppendUint32(data, uint32(len(s)))
		data = binary.LittleEndian.AppendUint64(data, ref.heap)
		data = binary.LittleEndian.AppendUint32(data, ref.index)
	}
	return kind, space, data, nil
}

// placeStrings lays the global heaps, and says where each string lies.
func (w *writer) placeStrings(list []string) []heapRef {
	le := binary.LittleEndian
	refs := make([]heapRef, 0, len(list))
	for len(list) > 0 {
		b := append([]byte("GCOL\x01\x00\x00\x00"), make([]byte, 8)...)
		n := 0
		for ; n < len(list) && n < heapObjects && (n == 0 || len(b)+16+len(list[n]) <= heapLeast-16); n++ {
			b = le.AppendUint16(b, uint16(n+1))
			b = append(b, 0, 0, 0, 0, 0, 0)
			b = le.AppendUint64(b, uint64(len(list[n])))
			b = append(b, list[n]...)
			b = append(b, make([]byte, -len(b)&7)...)
			refs = append(refs, heapRef{w.end, uint32(n + 1)})
		}
		if free := heapLeast - len(b); free > 0 {
			if free < 16 { // too little for the object that says so
				free += 16
			}
			rest := make([]byte, free)
			le.PutUint64(rest[8:], uint64(free)) // object 0 is what is free
			b = append(b, rest...)
		}
		le.PutUint64(b[8:], uint64(len(b)))
		w.place(b)
		list = list[n:]
	}
	return refs
}
