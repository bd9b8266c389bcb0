package hdf5

import (
	"errors"
	"fmt"
	"math/bits"
)

// global gives an object of a global heap, where values of variable length lie.
func (f *file) global(address uint64, index uint16) ([]byte, error) {
	heap, ok := f.heaps[address]
	if !ok {
		head := uint64(8 + f.lengthSize)
		c, err := f.signed(address, head, "GCOL")
		if err != nil {
			return nil, err
		}
		c.take(4)
		size := c.length()
		if size < head {
			return nil, errShort
		}
		b, err := f.at(address+head, size-head)
		if err != nil {
			return nil, err
		}
		heap = map[uint16][]byte{}
		for c := f.cursor(b); len(c.b) >= 8+f.lengthSize; {
			if err := f.charge(64); err != nil {
				return nil, err
			}
			i := c.u16()
			c.take(6)
			n := c.length()
			if i == 0 { // the rest is free
				break
			}
			if n > uint64(len(c.b)) {
				return nil, errShort
			}
			heap[uint16(i)] = c.take(int(n))
			c.take(min(int(-n&7), len(c.b)))
		}
		f.heaps[address] = heap
	}
	b, ok := heap[index]
	if !ok {
		return nil, fmt.Errorf("the global heap at address %d has no object %d", address, index)
	}
	return b, nil
}

// A fractalHeap holds the links or the attributes of one object that has many.
type fractalHeap struct {
	f                        *file
	offsetSize, lengthSize   int // of what IDs hold, in bytes
	flags                    int
	width                    uint64 // blocks in a row
	start, maxDirect         uint64 // bytes of the smallest and largest direct block
	root                     uint64
	rows                     int // of the root; 0 if it is a direct block
	huge                     uint64
	tinyExtended, hugeDirect bool
}

func (f *file) fractalHeap(address uint64) (*fractalHeap, error) {
	c, err := f.signed(address, uint64(4+1+2+2+1+4+12*f.lengthSize+3*f.addressSize+2+2+2+2), "FRHP")
	if err != nil {
		return nil, err
	}
	h := &fractalHeap{f: f}
	c.u8()
	id, filters := c.u16(), c.u16()
	h.flags = c.u8()
	largest := c.u32()
	c.length() // the next huge ID
	h.huge = c.address()
	c.length() // free space
	c.address()
	c.take(8 * f.lengthSize) // sizes and counts
	h.width = uint64(c.u16())
	h.start, h.maxDirect = c.length(), c.length()
	index := c.u16()
	c.u16() // rows to begin with
	h.root = c.address()
	h.rows = c.u16()
	if c.short {
		return nil, errShort
	}
	if filters > 0 {
		return nil, errors.New("a fractal heap with filters is not supported")
	}
	power := func(n uint64) bool { return n > 0 && n&(n-1) == 0 }
	if !power(h.start) || !power(h.maxDirect) || !power(h.width) || h.maxDirect < h.start || h.maxDirect > 1<<32 || index > 64 || h.rows > 64 {
		return nil, errors.New("a fractal heap of impossible sizes")
	}
	h.offsetSize = (index + 7) / 8
	h.lengthSize = min(encodedSize(h.maxDirect), encodedSize(uint64(largest)))
	h.tinyExtended = id > 17
	h.hugeDirect = f.addressSize+f.lengthSize <= id-1
	return h, nil
}

// encodedSize is the number of bytes that numbers up to n take.
func encodedSize(n uint64) int { return (max(bits.Len64(n), 1)-1)/8 + 1 }

// object gives the object that an ID names.
func (h *fractalHeap) object(id []byte) ([]byte, error) {
	c := h.f.cursor(id)
	first := c.u8()
	switch first >> 4 {
	case 0: // in a block of the heap
		offset, n := c.uint(h.offsetSize), c.uint(h.lengthSize)
		if c.short {
			return nil, errShort
		}
		block, before, size, err := h.block(offset)
		if err != nil {
			return nil, err
		}
		if n > size-before {
			return nil, errShort
		}
		return h.f.at(block+before, n)
	case 1: // by itself
		if h.hugeDirect {
			address, n := c.address(), c.length()
			if c.short {
				return nil, errShort
			}
			return h.f.at(address, n)
		}
		var key [8]byte
		copy(key[:], c.b)
		wanted := h.f.cursor(key[:]).uint(min(8, len(id)-1))
		var found []byte
		err := h.f.tree2(h.huge, func(kind int, record *cursor) error {
			if kind != 1 {
				return fmt.Errorf("a list of huge objects of type %d, expected 1", kind)
			}
			address, n := record.address(), record.length()
			if record.length() != wanted {
				return nil
			}
			var err error
			found, err = h.f.at(address, n)
			return err
		})
		if err == nil && found == nil {
			err = errors.New("a huge object is not in its list")
		}
		return found, err
	case 2: // in the ID
		n := first&15 + 1
		if h.tinyExtended {
			n = (first&15)<<8 + c.u8() + 1
		}
		b := c.take(n)
		return b, c.err()
	}
	return nil, fmt.Errorf("a heap ID of unknown type %#x", first)
}

// rowSize is the size of the blocks in a row: start, start, 2 start, 4 start ...
func (h *fractalHeap) rowSize(row int) uint64 {
	shift := max(row-1, 0)
	if shift+bits.Len64(h.start) > 63 {
		return 1 << 62
	}
	return h.start << shift
}

// block gives the address of the direct block that an offset lies in, the
// offset in the block, and the block's size.
func (h *fractalHeap) block(offset uint64) (address, within, size uint64, err error) {
	address, rows := h.root, h.rows
	size = h.start
	head := uint64(5 + h.f.addressSize + h.offsetSize)
	for depth := 0; rows > 0; depth++ {
		if depth > 64 {
			return 0, 0, 0, errors.New("a fractal heap that holds itself")
		}
		if _, err := h.f.signed(address, 4, "FHIB"); err != nil {
			return 0, 0, 0, err
		}
		row, entry := 0, head
		for ; ; row++ {
			if row == rows {
				return 0, 0, 0, errShort
			}
			size = h.rowSize(row)
			if offset/size < h.width {
				break
			}
			offset -= size * h.width
			entry += h.width * uint64(h.f.addressSize)
		}
		entry += offset / size * uint64(h.f.addressSize)
		b, err := h.f.at(address+entry, uint64(h.f.addressSize))
		if err != nil {
			return 0, 0, 0, err
		}
		offset %= size
		address, rows = h.f.cursor(b).address(), 0
		if size > h.maxDirect {
			rows = bits.Len64(size) - bits.Len64(h.start*h.width) + 1
			if rows <= 0 {
				return 0, 0, 0, errors.New("a fractal heap of impossible sizes")
			}
		}
	}
	if _, err := h.f.signed(address, 4, "FHDB"); err != nil {
		return 0, 0, 0, err
	}
	if offset > size {
		return 0, 0, 0, errShort
	}
	return address, offset, size, nil
}
