package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// What may have been done to chunks before they were stored.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
)

type filter struct {
	id          int
	elementSize int // of shuffle
}

func parseFilters(c *cursor) ([]filter, error) {
	version, n := c.u8(), c.u8()
	if version != 1 && version != 2 {
		return nil, fmt.Errorf("version %d of a list of filters, expected 1 or 2", version)
	}
	if version == 1 {
		c.take(6)
	}
	list := make([]filter, n)
	for i := range list {
		f := &list[i]
		f.id = c.u16()
		name := 0
		if version == 1 || f.id >= 256 {
			name = c.u16()
		}
		c.u16()
		values := c.u16()
		c.take(name)
		for k := range values {
			if v := c.u32(); k == 0 && f.id == filterShuffle {
				f.elementSize = int(v)
			}
		}
		if version == 1 && values%2 == 1 {
			c.take(4)
		}
		if c.short {
			return nil, errShort
		}
	}
	return list, nil
}

// A decoder undoes filters, chunk after chunk.
type decoder struct {
	filters []filter
	size    int // of a chunk
	inflate io.ReadCloser
	buffer  []byte // what inflate gave last
}

// decode undoes the filters that the mask does not name, the last first. What
// it returns lasts until the next call.
func (d *decoder) decode(b []byte, mask uint32) ([]byte, error) {
	for i := len(d.filters) - 1; i >= 0; i-- {
		if i < 32 && mask&(1<<i) != 0 {
			continue
		}
		var err error
		switch f := d.filters[i]; f.id {
		case filterDeflate:
			b, err = d.expand(b)
		case filterShuffle:
			b = unshuffle(b, f.elementSize)
		case filterFletcher:
			b, err = fletcher(b)
		default:
			name := map[int]string{4: " (szip)", 5: " (nbit)", 6: " (scaleoffset)", 32000: " (lzf)", 32001: " (blosc)", 32015: " (zstd)"}[f.id]
			return nil, fmt.Errorf("filter %d%s is not supported, expected gzip, shuffle or fletcher32", f.id, name)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(b) != d.size {
		return nil, fmt.Errorf("%d bytes, expected %d", len(b), d.size)
	}
	return b, nil
}

// expand undoes gzip, up to a chunk and its checksums.
func (d *decoder) expand(b []byte) ([]byte, error) {
	limit := d.size + 4*len(d.filters)
	var err error
	if d.inflate == nil {
		d.inflate, err = zlib.NewReader(bytes.NewReader(b))
	} else {
		err = d.inflate.(zlib.Resetter).Reset(bytes.NewReader(b), nil)
	}
	if err != nil {
		return nil, err
	}
	// The bytes of the one before may be those at hand, where gzip was used twice.
	out := d.buffer
	if len(out) != limit+1 || len(b) > 0 && len(out) > 0 && &out[0] == &b[0] {
		out = make([]byte, limit+1)
	}
	n := 0
	for err == nil {
		if n == len(out) {
			return nil, fmt.Errorf("it expands to more than its %d bytes", limit)
		}
		var k int
		k, err = d.inflate.Read(out[n:])
		n += k
	}
	if err != io.EOF { // such as one that comes too early
		return nil, err
	}
	d.buffer = out
	return out[:n], nil
}

// unshuffle puts the bytes of elements together again: the first bytes of all
// elements come first, then the second ones.
func unshuffle(b []byte, size int) []byte {
	if size < 2 {
		return b
	}
	n := len(b) / size
	out := make([]byte, len(b))
	for k := range min(size, len(b)) {
		for i := range n {
			out[i*size+k] = b[k*n+i]
		}
	}
	copy(out[n*size:], b[n*size:]) // what is too short for an element stays
	return out
}

// fletcher takes the checksum off the end, and compares it.
func fletcher(b []byte) ([]byte, error) {
	if len(b) < 4 {
		return nil, errShort
	}
	body := b[:len(b)-4]
	var one, two uint32
	add := func(word uint32) {
		one = (one + word) % 65535
		two = (two + one) % 65535
	}
	for i := 0; i+1 < len(body); i += 2 {
		add(uint32(body[i])<<8 | uint32(body[i+1]))
	}
	if len(body)%2 == 1 {
		add(uint32(body[len(body)-1]) << 8)
	}
	got := binary.LittleEndian.Uint32(b[len(b)-4:])
	// HDF5 leaves 65535 where this leaves 0: the two are the same number modulo 65535.
	if uint32(got>>16)%65535 != two || got&0xffff%65535 != one {
		return nil, errors.New("the checksum does not fit the data")
	}
	return body, nil
}
