package hdf5

import (
	"errors"
	"math/bits"
)

// extensible is an array that grows: an index block holds the first elements,
// then come data blocks, 1, 1, 2, 2, 4, 4 ... of one size and then of twice that
// size; the later ones are found by way of super blocks.
type extensible struct {
	f      *file
	entry  int    // bytes of an element
	offset uint64 // bytes of a number of an element
	page   uint64 // elements in a page, in which large data blocks are cut
	count  uint64 // elements that may be set
	visit  func(number int, entry *cursor) error
}

// extensibleArray goes through the entries of an index of chunks that may grow
// along one axis.
func (f *file) extensibleArray(address uint64, visit func(number int, entry *cursor) error) error {
	c, err := f.signed(address, uint64(4+8+6*f.lengthSize+f.addressSize), "EAHD")
	if err != nil {
		return err
	}
	c.take(2)
	a := extensible{f: f, entry: c.u8(), visit: visit}
	maxBits, first, least, pointers, pageBits := c.u8(), uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), c.u8()
	c.take(4 * f.lengthSize)
	a.count = c.length()
	c.length()
	index := c.address()
	if c.short {
		return errShort
	}
	power := func(n uint64) bool { return n > 0 && n&(n-1) == 0 }
	if a.entry == 0 || a.entry > 8+8+4 || maxBits > 64 || pageBits > 32 || !power(least) || !power(pointers) || a.count > 1<<40 {
		return errors.New("an extensible array of impossible sizes")
	}
	if index == undefined {
		return nil
	}
	a.offset, a.page = uint64(maxBits+7)/8, 1<<pageBits
	supers := 1 + maxBits - bits.TrailingZeros64(least)
	direct := 2 * bits.TrailingZeros64(pointers) // super blocks whose data blocks the index block knows
	if supers < direct || supers < 1 {
		return errors.New("an extensible array of impossible sizes")
	}
	head := uint64(6 + f.addressSize)
	if _, err := f.signed(index, head, "EAIB"); err != nil {
		return err
	}
	b, err := f.at(index+head, first*uint64(a.entry)+(2*(pointers-1)+uint64(supers-direct))*uint64(f.addressSize))
	if err != nil {
		return err
	}
	c = f.cursor(b)
	if err := a.elements(c.take(int(first)*a.entry), 0); err != nil {
		return err
	}
	start := first
	for s := 0; s < supers && start < a.count; s++ {
		blocks, size := uint64(1)<<(s/2), least<<((s+1)/2)
		addresses, pages := c, []byte(nil)
		if s >= direct {
			if addresses, pages, err = a.super(c.address(), blocks, size); err != nil {
				return err
			}
		}
		for i := range blocks {
			if addresses == nil || start >= a.count { // the rest is not there
				start += size * (blocks - i)
				break
			}
			if err := a.block(addresses.address(), size, start, pages, i*(size/a.page)); err != nil {
				return err
			}
			start += size
		}
	}
	return nil
}

// super gives the addresses of the data blocks that a super block holds, and
// which of their pages are written: a bit for each, those of all blocks packed.
func (a *extensible) super(address, blocks, size uint64) (addresses *cursor, pages []byte, err error) {
	if address == undefined {
		return nil, nil, nil
	}
	head := uint64(6+a.f.addressSize) + a.offset
	if _, err := a.f.signed(address, head, "EASB"); err != nil {
		return nil, nil, err
	}
	bitmap := uint64(0)
	if size > a.page {
		bitmap = blocks * ((size/a.page + 7) / 8)
	}
	b, err := a.f.at(address+head, bitmap+blocks*uint64(a.f.addressSize))
	if err != nil {
		return nil, nil, err
	}
	return a.f.cursor(b[bitmap:]), b[:bitmap], nil
}

// block goes through a data block, whose first element and page have numbers.
func (a *extensible) block(address, size, start uint64, written []byte, first uint64) error {
	if address == undefined {
		return nil
	}
	head := uint64(6+a.f.addressSize) + a.offset
	if _, err := a.f.signed(address, head, "EADB"); err != nil {
		return err
	}
	address += head
	if size <= a.page {
		b, err := a.f.at(address, size*uint64(a.entry))
		if err != nil {
			return err
		}
		return a.elements(b, start)
	}
	if (first+size/a.page+7)/8 > uint64(len(written)) {
		return errShort
	}
	address += 4 // a checksum
	length := a.page * uint64(a.entry)
	for p := range size / a.page {
		if bit := first + p; written[bit/8]&(0x80>>(bit%8)) != 0 {
			b, err := a.f.at(address, length)
			if err != nil {
				return err
			}
			if err := a.elements(b, start+p*a.page); err != nil {
				return err
			}
		}
		address += length + 4
	}
	return nil
}

func (a *extensible) elements(b []byte, start uint64) error {
	for i := uint64(0); len(b) >= a.entry; i++ {
		if start+i < a.count {
			if err := a.visit(int(start+i), a.f.cursor(b[:a.entry])); err != nil {
				return err
			}
		}
		b = b[a.entry:]
	}
	return nil
}
