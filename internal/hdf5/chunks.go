package hdf5

import (
	"errors"
	"fmt"
	"math/bits"
)

// A chunk is a box of a dataset, stored on its own.
type chunk struct {
	address uint64
	size    uint64 // stored
	mask    uint32 // the filters that were left out
	at      []int  // its first element
}

func (d *Dataset) loadChunks(f *file, size int64) ([]byte, error) {
	l := d.layout
	if len(l.chunk) != len(d.Shape) || l.elementSize != d.stored.size {
		return nil, fmt.Errorf("chunks of shape %v and elements of %d bytes, expected %d dimensions and %d bytes",
			l.chunk, l.elementSize, len(d.Shape), d.stored.size)
	}
	n, ok := count(l.chunk)
	if !ok || n > (1<<40)/l.elementSize {
		return nil, fmt.Errorf("chunks of shape %v, larger than any can be", l.chunk)
	}
	whole := n * l.elementSize
	if size == 0 || l.address == undefined {
		return d.filled(size, 0)
	}
	chunks, err := d.chunks(f, uint64(whole))
	if err != nil {
		return nil, err
	}
	var stored int64
	for _, c := range chunks {
		if err := f.check(c.address, c.size); err != nil {
			return nil, err
		}
		for i, at := range c.at {
			if at < 0 || at >= d.Shape[i] || at%l.chunk[i] != 0 {
				return nil, fmt.Errorf("a chunk at %v is not one of shape %v", c.at, d.Shape)
			}
		}
		if stored += int64(c.size); stored > f.size {
			return nil, errors.New("its chunks overlap in the file")
		}
	}
	if hi, lo := bits.Mul64(uint64(len(chunks)), uint64(whole)); hi != 0 || lo > 1<<62 {
		return nil, errors.New("more chunks than a file can hold")
	} else if err := expands(int64(lo), stored); err != nil {
		return nil, err
	}
	out, err := d.filled(size, stored)
	if err != nil {
		return nil, err
	}
	filtered, plain := decoder{filters: d.filters, size: whole}, decoder{size: whole}
	for _, c := range chunks {
		b, err := f.read(c.address, c.size)
		if err != nil {
			return nil, err
		}
		decoder := &filtered
		if l.partial && d.overEdge(c.at) {
			decoder = &plain
		}
		if b, err = decoder.decode(b, c.mask); err != nil {
			return nil, fmt.Errorf("chunk at %v: %w", c.at, err)
		}
		d.place(out, b, c.at)
	}
	return out, nil
}

func (d *Dataset) overEdge(at []int) bool {
	for i := range at {
		if at[i]+d.layout.chunk[i] > d.Shape[i] {
			return true
		}
	}
	return false
}

// place copies what of a chunk lies in the shape.
func (d *Dataset) place(out, b []byte, at []int) {
	last := len(at) - 1
	row := min(d.layout.chunk[last], d.Shape[last]-at[last]) * d.stored.size
	i := make([]int, len(at)) // of a row of the chunk; the last stays 0
	for {
		from, to := 0, 0
		for k := range i {
			from = from*d.layout.chunk[k] + i[k]
			to = to*d.Shape[k] + at[k] + i[k]
		}
		copy(out[to*d.stored.size:], b[from*d.stored.size:][:row])
		k := last - 1
		for ; k >= 0; k-- {
			if i[k]++; i[k] < d.layout.chunk[k] && at[k]+i[k] < d.Shape[k] {
				break
			}
			i[k] = 0
		}
		if k < 0 {
			return
		}
	}
}

// chunks lists the chunks that are in the file; whole is the size of one
// without filters.
func (d *Dataset) chunks(f *file, whole uint64) ([]chunk, error) {
	var list []chunk
	add := func(c chunk) error {
		if c.address == undefined {
			return nil // not written
		}
		list = append(list, c)
		return f.charge(64 + 8*int64(len(d.Shape)))
	}
	l, rank := d.layout, len(d.Shape)
	// order has the axes in the order in which chunks are numbered, the last one
	// fastest. Where one may grow without end, it comes first.
	order := make([]int, 0, rank)
	for k := range rank {
		if k < len(d.most) && d.most[k] == unlimited && l.index == indexExtensible {
			order = append([]int{k}, order...)
		} else {
			order = append(order, k)
		}
	}
	// at gives the first element of the chunk of a number.
	at := func(number int) []int {
		at := make([]int, rank)
		for i := rank - 1; i >= 0; i-- {
			k := order[i]
			if i == 0 {
				at[k] = number * l.chunk[k]
				break
			}
			length := d.Shape[k]
			if k < len(d.most) {
				length = max(length, d.most[k])
			}
			n := (length-1)/l.chunk[k] + 1
			at[k] = number % n * l.chunk[k]
			number /= n
		}
		return at
	}
	// outside reports a chunk that the shape does not reach, though it may grow there.
	outside := func(at []int) bool {
		for k := range at {
			if at[k] >= d.Shape[k] {
				return true
			}
		}
		return false
	}
	switch l.index {
	case indexTree1:
		err := f.tree1(l.address, 1, 8+8*(rank+1), func(key []byte, leaf uint64) error {
			k := f.cursor(key)
			c := chunk{address: leaf, size: uint64(k.u32()), mask: uint32(k.u32()), at: make([]int, rank)}
			for i := range c.at {
				c.at[i] = int(k.uint(8))
			}
			return add(c)
		})
		return list, err
	case indexSingle:
		c := chunk{address: l.address, size: whole, mask: l.mask, at: make([]int, rank)}
		if len(d.filters) > 0 {
			c.size = l.filtered
		}
		return []chunk{c}, nil
	case indexImplicit:
		n := 1
		for k := range d.Shape {
			per := (d.Shape[k]-1)/l.chunk[k] + 1
			if n > 1<<40/per {
				return nil, errors.New("more chunks than a file can hold")
			}
			n *= per
		}
		for i := range n {
			if err := add(chunk{address: l.address + uint64(i)*whole, size: whole, at: at(i)}); err != nil {
				return nil, err
			}
		}
		return list, nil
	case indexFixed, indexExtensible:
		each := f.fixedArray
		if l.index == indexExtensible {
			each = f.extensibleArray
		}
		err := each(l.address, func(number int, entry *cursor) error {
			c := chunk{address: entry.address(), size: whole}
			if len(d.filters) > 0 {
				c.size = entry.uint(min(8, max(len(entry.b)-4, 0)))
				c.mask = uint32(entry.u32())
			}
			if c.at = at(number); outside(c.at) {
				return nil
			}
			return add(c)
		})
		return list, err
	case indexTree2:
		err := f.tree2(l.address, func(kind int, record *cursor) error {
			if kind != 10 && kind != 11 {
				return fmt.Errorf("a list of chunks of type %d, expected 10 or 11", kind)
			}
			c := chunk{address: record.address(), size: whole, at: make([]int, rank)}
			if kind == 11 {
				c.size = record.uint(min(8, max(len(record.b)-4-8*rank, 0)))
				c.mask = uint32(record.u32())
			}
			for i := range c.at {
				hi, lo := bits.Mul64(record.uint(8), uint64(l.chunk[i]))
				if hi != 0 {
					return errShort
				}
				c.at[i] = int(lo)
			}
			return add(c)
		})
		return list, err
	}
	return nil, fmt.Errorf("chunks with an index of type %d", l.index) // which parseLayout has refused
}

// fixedArray goes through the entries of an index of chunks that cannot grow.
func (f *file) fixedArray(address uint64, visit func(number int, entry *cursor) error) error {
	c, err := f.signed(address, uint64(4+4+f.lengthSize+f.addressSize), "FAHD")
	if err != nil {
		return err
	}
	c.take(2)
	entry, pageBits := c.u8(), c.u8()
	n, block := c.length(), c.address()
	if c.short || entry == 0 || entry > 8+8+4 || pageBits > 32 {
		return errShort
	}
	if block == undefined {
		return nil
	}
	head := uint64(6 + f.addressSize)
	if _, err := f.signed(block, head, "FADB"); err != nil {
		return err
	}
	if n > 1<<40 {
		return errShort
	}
	page, address := n, block+head
	written := []byte{0x80}
	if n > 1<<pageBits {
		page = 1 << pageBits
		written, err = f.at(address, ((n-1)>>pageBits+8)/8)
		if err != nil {
			return err
		}
		address += uint64(len(written)) + 4
	}
	for p := uint64(0); p*page < n; p++ {
		k := min(page, n-p*page)
		if written[p/8]&(0x80>>(p%8)) != 0 {
			b, err := f.at(address, k*uint64(entry))
			if err != nil {
				return err
			}
			for i := range k {
				if err := visit(int(p*page+i), f.cursor(b[i*uint64(entry):][:entry])); err != nil {
					return err
				}
			}
		}
		address += k*uint64(entry) + 4
	}
	return nil
}
