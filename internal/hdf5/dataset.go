package hdf5

import (
	"errors"
	"fmt"
	"math"
)

// A Dataset is an array of numbers, bools or strings. What [Read] gives reads
// its values from the file when they are asked for.
type Dataset struct {
	Name       string // its own name, without a path
	Type       Type
	Shape      []int // empty for a scalar, which has one element
	Attributes []Attribute

	path   string
	values []byte // of a dataset from NewDataset, little-endian

	f       *file
	stored  datatype
	most    []int // how far the shape may grow, or nil
	null    bool  // it has no elements, not even a scalar's one
	layout  layout
	filters []filter
	fill    []byte // an element nobody wrote, as stored; zero if empty
}

// MaxExpansion is how many times as large as its bytes in the file a dataset
// may be, if it is larger than 16 MiB.
const (
	MaxExpansion   = 1000
	expansionFloor = 16 << 20
	maxTotal       = 4 << 30 // of all datasets, or the file's size if that is more
)

// Attribute gives the value of an attribute of d, and whether there is one.
func (d *Dataset) Attribute(name string) (any, bool) { return attribute(d.Attributes, name) }

// Len is the number of elements.
func (d *Dataset) Len() int {
	if d.null {
		return 0
	}
	n, _ := count(d.Shape)
	return n
}

// parse makes a dataset of an object's messages.
func (f *file) dataset(path string, messages []message) (*Dataset, error) {
	d := &Dataset{path: path, f: f}
	var seenType, seenSpace bool
	for _, m := range messages {
		c := f.cursor(m.data)
		var err error
		switch m.kind {
		case msgDataspace:
			if m.shared {
				return nil, errors.New("a shape kept elsewhere in the file is not supported")
			}
			var ok bool
			d.Shape, d.most, ok, err = parseDataspace(c)
			d.null = !ok
			seenSpace = true
		case msgDatatype:
			seenType = true
			if m.shared {
				d.stored = datatype{size: 1, why: "a type kept elsewhere in the file"}
				break
			}
			d.stored, err = parseDatatype(c)
		case msgFill:
			if !m.shared {
				d.fill, err = parseFill(c)
			}
		case msgOldFill:
			if d.fill == nil && !m.shared {
				d.fill = c.take(int(c.u32()))
				err = c.err()
			}
		case msgExternal:
			return nil, errors.New("its data lie in another file, which is refused")
		case msgLayout:
			d.layout, err = f.parseLayout(c)
		case msgFilters:
			if m.shared {
				return nil, errors.New("filters kept elsewhere in the file are not supported")
			}
			d.filters, err = parseFilters(c)
		}
		if err != nil {
			return nil, err
		}
	}
	if !seenType || !seenSpace {
		return nil, errors.New("a dataset without type or shape")
	}
	var err error
	if d.Attributes, err = f.attributes(messages); err != nil {
		return nil, err
	}
	d.Type = d.stored.Type
	if name, _ := d.Attribute("dtype"); name == "bfloat16" && d.stored.opaque && d.stored.size == 2 {
		d.Type, d.stored.Type = BFloat16, BFloat16
	}
	if len(d.fill) != 0 && len(d.fill) != d.stored.size {
		return nil, fmt.Errorf("a fill value of %d bytes, expected %d", len(d.fill), d.stored.size)
	}
	if d.bytes() < 0 {
		return nil, fmt.Errorf("shape %v is more than a file can hold", d.Shape)
	}
	return d, nil
}

// bytes is the size of all elements as stored, or -1 on overflow.
func (d *Dataset) bytes() int64 {
	n, ok := count(d.Shape)
	switch {
	case d.null:
		return 0
	case !ok || int64(n) > math.MaxInt64/int64(max(d.stored.size, 1)):
		return -1
	}
	return int64(n) * int64(d.stored.size)
}

// expands reports a size that so many bytes in the file do not account for.
func expands(size, stored int64) error {
	if size > expansionFloor && size/MaxExpansion > stored {
		return fmt.Errorf("%d bytes in the file stand for %d, more than %d times as many", stored, size, MaxExpansion)
	}
	return nil
}

func parseFill(c *cursor) ([]byte, error) {
	switch version := c.u8(); version {
	case 1, 2:
		c.take(2)
		if c.u8() == 0 && version == 2 || c.short {
			return nil, c.err()
		}
	case 3:
		if c.u8()&0x20 == 0 {
			return nil, c.err()
		}
	default:
		return nil, fmt.Errorf("version %d of a fill value, expected 1 to 3", version)
	}
	n := c.uint(4)
	if int32(n) < 0 { // undefined
		return nil, c.err()
	}
	b := c.take(int(n))
	return b, c.err()
}

// Read gives the elements in row-major order, little-endian, [Type.Size] bytes
// each; a bool is a byte 0 or 1. Strings have no such bytes: see
// [Dataset.Strings].
func (d *Dataset) Read() ([]byte, error) {
	if d.Type.Size() == 0 {
		why := d.stored.why
		if why == "" {
			why = d.Type.String() + " elements"
		}
		return nil, d.error(fmt.Errorf("%s cannot be read as numbers", why))
	}
	b, err := d.read()
	if err != nil {
		return nil, d.error(err)
	}
	return b, nil
}

func (d *Dataset) read() ([]byte, error) {
	if d.f == nil {
		return append([]byte{}, d.values...), nil
	}
	b, err := d.load()
	if err != nil {
		return nil, err
	}
	little(d.stored, b)
	if d.Type == Bool {
		for i, v := range b {
			b[i] = min(v, 1)
		}
	}
	return b, nil
}

func (d *Dataset) error(err error) error { return errorf("dataset %.200q: %w", d.path, err) }

// Float32s gives the elements as float32, rounded where they are wider. Strings
// are an error.
func (d *Dataset) Float32s() ([]float32, error) { return numbers[float32](d) }

// Float64s gives the elements as float64; integers beyond 2^53 are rounded.
func (d *Dataset) Float64s() ([]float64, error) { return numbers[float64](d) }

// Int64s gives the elements as int64; a fraction, and what int64 cannot hold,
// is an error.
func (d *Dataset) Int64s() ([]int64, error) { return numbers[int64](d) }

func numbers[T number](d *Dataset) ([]T, error) {
	b, err := d.Read()
	if err != nil {
		return nil, err
	}
	out := make([]T, len(b)/d.Type.Size())
	if !convert(out, d.Type, b) {
		return nil, d.error(fmt.Errorf("%s elements that are not all of type %T", d.Type, out[0]))
	}
	return out, nil
}

// Strings gives the elements of a dataset of strings, of as much memory as the
// file's size allows for.
func (d *Dataset) Strings() ([]string, error) {
	if d.Type != String {
		return nil, d.error(fmt.Errorf("its elements are %s, expected strings", d.Type))
	}
	left := budget(d.f.size) - 16*int64(d.Len())
	if left < 0 {
		return nil, d.error(errMetadata)
	}
	b, err := d.load()
	if err != nil {
		return nil, d.error(err)
	}
	s, err := d.f.strings(d.stored, d.Len(), b, func(n int64) error {
		if left -= n; left < 0 {
			return errMetadata
		}
		return nil
	})
	if err != nil {
		return nil, d.error(err)
	}
	return s, nil
}
