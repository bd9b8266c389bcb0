package hdf5

import (
	"errors"
	"fmt"
)

// Types of messages in object headers.
const (
	msgDataspace     = 0x01
	msgLinkInfo      = 0x02
	msgDatatype      = 0x03
	msgOldFill       = 0x04
	msgFill          = 0x05
	msgLink          = 0x06
	msgExternal      = 0x07
	msgLayout        = 0x08
	msgFilters       = 0x0b
	msgAttribute     = 0x0c
	msgContinuation  = 0x10
	msgSymbolTable   = 0x11
	msgAttributeInfo = 0x15
)

type message struct {
	kind   int
	shared bool // its data say where the message is
	data   []byte
}

// header gives the messages of the object at an address.
func (f *file) header(address uint64) ([]message, error) {
	b, err := f.at(address, 4)
	if err != nil {
		return nil, err
	}
	if string(b) == "OHDR" {
		return f.header2(address)
	}
	if b[0] != 1 {
		return nil, fmt.Errorf("no object header at address %d", address)
	}
	if b, err = f.at(address, 16); err != nil {
		return nil, err
	}
	c := f.cursor(b[2:])
	count := c.u16()
	c.u32() // links to it
	return f.messages(address+16, uint64(c.u32()), func(c *cursor) (message, error) {
		if count--; count < 0 {
			c.take(len(c.b)) // room for more
			return message{}, nil
		}
		kind, size, flags := c.u16(), c.u16(), c.u8()
		c.take(3)
		return message{kind: kind, shared: flags&2 != 0, data: c.take(size)}, c.err()
	}, "")
}

func (f *file) header2(address uint64) ([]message, error) {
	room := uint64(f.size-f.base) - address
	c, err := f.signed(address, min(room, 4+2+16+4+8), "OHDR")
	if err != nil {
		return nil, err
	}
	before := len(c.b)
	if v := c.u8(); v != 2 {
		return nil, fmt.Errorf("version %d of an object header, expected 1 or 2", v)
	}
	flags := c.u8()
	if flags&0x20 != 0 {
		c.take(16) // times
	}
	if flags&0x10 != 0 {
		c.take(4) // when attributes become dense
	}
	size := c.uint(1 << (flags & 3))
	if c.short {
		return nil, errShort
	}
	start := address + 4 + uint64(before-len(c.b))
	return f.messages(start, size, func(c *cursor) (message, error) {
		if len(c.b) < 4 { // a gap
			c.take(len(c.b))
			return message{}, nil
		}
		kind, size, bits := c.u8(), c.u16(), c.u8()
		if flags&4 != 0 {
			c.u16() // order of creation
		}
		return message{kind: kind, shared: bits&2 != 0, data: c.take(size)}, c.err()
	}, "OCHK")
}

// messages parses a block of messages and those that continue it, which begin
// with a signature and end with a checksum in version 2.
func (f *file) messages(address, size uint64, next func(*cursor) (message, error), sign string) ([]message, error) {
	type block struct{ address, size uint64 }
	var list []message
	todo := []block{{address, size}}
	for n := 0; n < len(todo); n++ {
		if n > 0 && sign != "" {
			if todo[n].size < 8 {
				return nil, errShort
			}
			if _, err := f.signed(todo[n].address, 4, sign); err != nil {
				return nil, err
			}
			todo[n].address += 4
			todo[n].size -= 8
		}
		b, err := f.at(todo[n].address, todo[n].size)
		if err != nil {
			return nil, err
		}
		for c := f.cursor(b); len(c.b) > 0; {
			m, err := next(c)
			if err != nil {
				return nil, err
			}
			if err := f.charge(64); err != nil {
				return nil, err
			}
			switch m.kind {
			case 0:
			case msgContinuation:
				if len(todo) == 1<<16 {
					return nil, errors.New("an object header of too many pieces")
				}
				c := f.cursor(m.data)
				todo = append(todo, block{c.address(), c.length()})
				if c.short {
					return nil, errShort
				}
			default:
				list = append(list, m)
			}
		}
	}
	return list, nil
}
