package hdf5

import (
	"fmt"
	"strings"
)

// attributes gives the attributes among an object's messages, and those in
// dense storage.
func (f *file) attributes(messages []message) ([]Attribute, error) {
	var list []Attribute
	add := func(b []byte) error {
		if err := f.charge(objectCharge); err != nil {
			return err
		}
		a, err := f.attribute(b)
		if err != nil {
			return fmt.Errorf("attribute %.80q: %w", a.Name, err)
		}
		list = append(list, a)
		return nil
	}
	for _, m := range messages {
		switch m.kind {
		case msgAttribute:
			if m.shared {
				return nil, fmt.Errorf("attributes that objects share are not supported")
			}
			if err := add(m.data); err != nil {
				return nil, err
			}
		case msgAttributeInfo:
			c := f.cursor(m.data)
			c.u8()
			if c.u8()&1 != 0 {
				c.u16()
			}
			heap, tree := c.address(), c.address()
			if c.short {
				return nil, errShort
			}
			if heap == undefined {
				continue
			}
			h, err := f.fractalHeap(heap)
			if err != nil {
				return nil, err
			}
			err = f.tree2(tree, func(kind int, record *cursor) error {
				if kind != 8 {
					return fmt.Errorf("a list of attributes of type %d, expected 8", kind)
				}
				id, flags := record.take(8), record.u8()
				if flags&2 != 0 {
					return fmt.Errorf("attributes that objects share are not supported")
				}
				b, err := h.object(id)
				if err != nil {
					return err
				}
				return add(b)
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// attribute parses an attribute message. On an error it gives the name, if
// there is one.
func (f *file) attribute(b []byte) (Attribute, error) {
	c := f.cursor(b)
	version, flags := c.u8(), c.u8()
	if version < 1 || version > 3 {
		return Attribute{}, fmt.Errorf("version %d, expected 1 to 3", version)
	}
	nameSize, typeSize, spaceSize := c.u16(), c.u16(), c.u16()
	if version == 3 {
		c.u8() // ASCII or UTF-8
	}
	part := func(n int) *cursor {
		p := f.cursor(c.take(n))
		if version == 1 {
			c.take(min(-n&7, len(c.b)))
		}
		return p
	}
	name, _, _ := strings.Cut(string(part(nameSize).b), "\x00")
	a := Attribute{Name: name}
	typeBytes, space := part(typeSize), part(spaceSize)
	if c.short {
		return a, errShort
	}
	if version > 1 && flags&3 != 0 {
		a.Value = Unsupported("a type or shape kept elsewhere in the file")
		return a, nil
	}
	t, err := parseDatatype(typeBytes)
	if err != nil {
		return a, err
	}
	shape, _, ok, err := parseDataspace(space)
	if err != nil || !ok {
		return a, err
	}
	if t.Type == Other {
		a.Value = Unsupported(t.why)
		return a, nil
	}
	n, ok := count(shape)
	if !ok || n > len(c.b)/t.size {
		return a, errShort
	}
	a.Value, err = f.value(t, n, len(shape) == 0, c.b[:n*t.size])
	return a, err
}

// value gives what an attribute's bytes mean.
func (f *file) value(t datatype, n int, scalar bool, b []byte) (any, error) {
	if err := f.charge(16 * int64(n)); err != nil {
		return nil, err
	}
	if t.Type == String {
		s, err := f.strings(t, n, b, f.charge)
		if err != nil || !scalar {
			return s, err
		}
		return s[0], nil
	}
	little(t, b)
	switch t.Type {
	case Float16, BFloat16, Float32, Float64:
		v := make([]float64, n)
		convert(v, t.Type, b)
		return one(v, scalar), nil
	case Bool:
		v := make([]bool, n)
		for i := range v {
			v[i] = b[i] != 0
		}
		return one(v, scalar), nil
	}
	v := make([]int64, n)
	if !convert(v, t.Type, b) {
		v := make([]uint64, n)
		convert(v, t.Type, b)
		return one(v, scalar), nil
	}
	return one(v, scalar), nil
}

func one[T any](v []T, scalar bool) any {
	if scalar {
		return v[0]
	}
	return v
}

// strings gives n strings. charge is asked before memory is taken for one.
func (f *file) strings(t datatype, n int, b []byte, charge func(int64) error) ([]string, error) {
	s := make([]string, n)
	for i := range s {
		element := b[i*t.size : (i+1)*t.size]
		if t.variable {
			c := f.cursor(element)
			size, address, index := c.u32(), c.address(), c.u32()
			if c.short {
				return nil, errShort
			}
			if size == 0 || address == 0 || address == undefined {
				continue
			}
			var err error
			if element, err = f.global(address, uint16(index)); err != nil {
				return nil, err
			}
			if size > int64(len(element)) {
				return nil, errShort
			}
			element = element[:size]
		}
		if err := charge(int64(len(element))); err != nil {
			return nil, err
		}
		s[i] = string(element)
		if t.spaces {
			s[i] = strings.TrimRight(s[i], " ")
		} else if t.variable {
			s[i], _, _ = strings.Cut(s[i], "\x00")
		} else {
			s[i] = strings.TrimRight(s[i], "\x00")
		}
	}
	return s, nil
}
