package hdf5

import (
	"errors"
	"fmt"
)

// Where a dataset's elements lie.
const (
	compact    = 0
	contiguous = 1
	chunked    = 2
	virtual    = 3
)

// How the chunks of a dataset are found.
const (
	indexTree1      = 0
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexTree2      = 5
)

type layout struct {
	class   int
	data    []byte // compact
	address uint64 // of the elements, or of the index of chunks
	size    uint64 // contiguous

	chunk       []int // shape of a chunk
	elementSize int
	index       int
	filtered    uint64 // stored size of a single chunk, with
	mask        uint32 // the filters that were left out
	partial     bool   // chunks over the edge are stored without filters
}

func (f *file) parseLayout(c *cursor) (l layout, err error) {
	version := c.u8()
	if version < 3 || version > 5 {
		return l, fmt.Errorf("version %d of a layout, expected 3 to 5", version)
	}
	l.class = c.u8()
	switch l.class {
	case compact:
		l.data = c.take(c.u16())
	case contiguous:
		l.address, l.size = c.address(), c.length()
	case chunked:
		if version == 3 {
			rank := c.u8()
			l.address = c.address()
			err = l.shape(c, rank, 4)
			break
		}
		flags, rank := c.u8(), c.u8()
		l.partial = flags&1 != 0
		size := c.u8()
		if size < 1 || size > 8 {
			return l, fmt.Errorf("chunk sizes of %d bytes, expected 1 to 8", size)
		}
		err = l.shape(c, rank, size)
		l.index = c.u8()
		switch l.index {
		case indexSingle:
			if flags&2 != 0 {
				l.filtered, l.mask = c.length(), uint32(c.u32())
			}
		case indexFixed:
			c.u8()
		case indexExtensible:
			c.take(5)
		case indexTree2:
			c.take(6)
		case indexImplicit:
		default:
			return l, fmt.Errorf("chunks with an index of type %d, expected 1 to 5", l.index)
		}
		l.address = c.address()
	case virtual:
		return l, errors.New("a virtual dataset, which is refused")
	default:
		return l, fmt.Errorf("a layout of class %d, expected 0 to 3", l.class)
	}
	if c.short {
		err = errShort
	}
	return l, err
}

// shape takes the shape of a chunk, whose last number is an element's size.
func (l *layout) shape(c *cursor, rank, size int) error {
	if rank < 2 || rank > 33 {
		return fmt.Errorf("chunks of %d dimensions, expected 1 to 32", rank-1)
	}
	l.chunk = make([]int, rank-1)
	for i := range rank {
		n := c.uint(size)
		if n == 0 || n > 1<<32 {
			if c.short {
				return errShort
			}
			return fmt.Errorf("chunks that are %d long", n)
		}
		if i < rank-1 {
			l.chunk[i] = int(n)
		} else {
			l.elementSize = int(n)
		}
	}
	return nil
}

// load reads the elements as they are stored.
func (d *Dataset) load() ([]byte, error) {
	f := *d.f // with a bound and a cache of its own, so that datasets may be read side by side
	f.left, f.heaps = budget(f.size), map[uint64]map[uint16][]byte{}
	size := d.bytes()
	switch d.layout.class {
	case compact:
		if int64(len(d.layout.data)) < size {
			return nil, errShort
		}
		return append([]byte{}, d.layout.data[:size]...), nil
	case contiguous:
		if size == 0 || d.layout.address == undefined {
			return d.filled(size, 0)
		}
		if uint64(size) > d.layout.size {
			return nil, fmt.Errorf("it takes %d bytes, but has room for %d", size, d.layout.size)
		}
		if err := f.check(d.layout.address, uint64(size)); err != nil {
			return nil, err
		}
		return f.read(d.layout.address, uint64(size))
	}
	return d.loadChunks(&f, size)
}

// filled gives elements that nobody has written yet.
func (d *Dataset) filled(size, stored int64) ([]byte, error) {
	if err := expands(size, stored); err != nil {
		return nil, err
	}
	b := make([]byte, size)
	if n := len(d.fill); n > 0 {
		for i := 0; i < len(b); i += n {
			copy(b[i:], d.fill)
		}
	}
	return b, nil
}
