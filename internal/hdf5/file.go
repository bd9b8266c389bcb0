package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const signature = "\x89HDF\r\n\x1a\n"

// undefined is the address of what is not in the file.
const undefined = ^uint64(0)

// file reads pieces of a file at the addresses it holds itself.
type file struct {
	r    io.ReaderAt
	size int64
	base int64 // where address 0 lies, after a user block

	addressSize, lengthSize int

	// left bounds the bytes that reading groups, headers and attributes may
	// take, so that pieces that overlap cannot make more of a small file.
	left  int64
	heaps map[uint64]map[uint16][]byte // global heaps seen, by address
}

const (
	metadataFloor  = 64 << 20  // of the bound on metadata,
	metadataFactor = 8         // which grows with the file,
	metadataMost   = 512 << 20 // but not for ever
	readCharge     = 64        // for a read, however short
	objectCharge   = 512       // about what one object or attribute takes in memory
)

func budget(size int64) int64 {
	return min(metadataFloor+metadataFactor*min(size, metadataMost), metadataMost)
}

var (
	errShort    = errors.New("a structure ends too early")
	errMetadata = errors.New("more groups, headers, attributes and strings than a file of this size has room for")
)

func (f *file) charge(n int64) error {
	if f.left -= n; f.left < 0 {
		return errMetadata
	}
	return nil
}

// check reports that n bytes at an address do not lie in the file.
func (f *file) check(address, n uint64) error {
	room := uint64(f.size - f.base)
	switch {
	case address == undefined:
		return errors.New("a structure that is needed is not in the file")
	case address > room || n > room-address:
		return fmt.Errorf("%d bytes expected at address %d, but the file ends at %d", n, address, room)
	}
	return nil
}

// at reads n bytes of metadata.
func (f *file) at(address, n uint64) ([]byte, error) {
	if err := f.check(address, n); err != nil {
		return nil, err
	}
	if err := f.charge(int64(n) + readCharge); err != nil {
		return nil, err
	}
	return f.read(address, n)
}

// read reads n bytes that check has been asked about.
func (f *file) read(address, n uint64) ([]byte, error) {
	b := make([]byte, n)
	if k, err := f.r.ReadAt(b, f.base+int64(address)); k < len(b) {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return b, nil
}

// signed reads n bytes that begin with a signature, and gives what follows it.
func (f *file) signed(address, n uint64, sign string) (*cursor, error) {
	b, err := f.at(address, n)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte(sign)) {
		return nil, fmt.Errorf("%q expected at address %d, got %q", sign, address, b[:min(len(b), len(sign))])
	}
	return f.cursor(b[len(sign):]), nil
}

func (f *file) cursor(b []byte) *cursor {
	return &cursor{b: b, addressSize: f.addressSize, lengthSize: f.lengthSize}
}

// A cursor takes little-endian numbers off the front of some bytes. When there
// are too few of them it gives zeros and remembers that in short.
type cursor struct {
	b                       []byte
	addressSize, lengthSize int
	short                   bool
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.short = true
		c.b = nil
		return nil
	}
	b := c.b[:n:n]
	c.b = c.b[n:]
	return b
}

func (c *cursor) uint(n int) uint64 {
	var b [8]byte
	copy(b[:], c.take(n))
	return binary.LittleEndian.Uint64(b[:])
}

func (c *cursor) u8() int    { return int(c.uint(1)) }
func (c *cursor) u16() int   { return int(c.uint(2)) }
func (c *cursor) u32() int64 { return int64(c.uint(4)) }

func (c *cursor) length() uint64 { return c.uint(c.lengthSize) }

func (c *cursor) address() uint64 {
	a := c.uint(c.addressSize)
	if a == undefined>>(64-8*c.addressSize) {
		return undefined
	}
	return a
}

func (c *cursor) err() error {
	if c.short {
		return errShort
	}
	return nil
}

// open finds the superblock and gives the address of the root's object header.
func open(r io.ReaderAt, size int64) (*file, uint64, error) {
	f := &file{r: r, size: size, left: budget(size), heaps: map[uint64]map[uint16][]byte{}}
	var head [8]byte
	for f.base = 0; ; f.base = max(512, 2*f.base) {
		if f.base+8 > size {
			return nil, 0, errors.New("not an HDF5 file")
		}
		if n, err := r.ReadAt(head[:], f.base); n < 8 {
			return nil, 0, fmt.Errorf("reading its signature: %w", err)
		}
		if string(head[:]) == signature {
			break
		}
	}
	b, err := f.at(0, uint64(min(128, size-f.base)))
	if err != nil {
		return nil, 0, err
	}
	c := f.cursor(b[8:])
	version := c.u8()
	if version > 3 {
		return nil, 0, fmt.Errorf("version %d of the superblock, expected 0 to 3", version)
	}
	if version < 2 {
		c.take(4)
	}
	f.addressSize, f.lengthSize = c.u8(), c.u8()
	for _, n := range []int{f.addressSize, f.lengthSize} {
		if n != 2 && n != 4 && n != 8 {
			return nil, 0, fmt.Errorf("addresses or lengths of %d bytes, expected 2, 4 or 8", n)
		}
	}
	c.addressSize, c.lengthSize = f.addressSize, f.lengthSize
	var end, root uint64
	if version < 2 {
		c.take(1 + 2 + 2 + 4)
		if version == 1 {
			c.take(4)
		}
		c.address() // of the base, which may be out of date
		c.address() // of free space
		end = c.address()
		c.address() // of a driver's block
		c.address() // of the root's name
		root = c.address()
	} else {
		c.u8()
		c.address()
		c.address() // of an extension
		end = c.address()
		root = c.address()
	}
	if c.short {
		return nil, 0, errShort
	}
	if end != undefined && end > uint64(size) {
		return nil, 0, fmt.Errorf("the file is cut off: it should have %d bytes, and has %d", end, size)
	}
	return f, root, nil
}
