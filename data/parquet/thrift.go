package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// walker goes through a structure of Thrift's compact protocol without making
// anything of it, and checks what its lists and texts claim to hold against the
// bytes that are there: the library makes room for what they claim.
//
// Source: the protocol's description in Apache Thrift,
// doc/specs/thrift-compact-protocol.md.
type walker struct {
	bytes []byte
	at    int
	items int // structures in lists so far
	// number is called with each whole number and truth value of the structure
	// and of the structures in it, whose fields are the outer ones; 0 at the top.
	number func(outer, field int, value int64)
}

var errShort = errors.New("its description is cut off")

// Structures in lists take at least some bytes each: a name, a number, an end.
const leastItem = 6

const maxDepth = 16

func (w *walker) byte() (byte, error) {
	if w.at >= len(w.bytes) {
		return 0, errShort
	}
	w.at++
	return w.bytes[w.at-1], nil
}

func (w *walker) varint() (uint64, error) {
	v, n := binary.Uvarint(w.bytes[w.at:])
	if n == 0 {
		return 0, errShort
	}
	if n < 0 {
		return 0, errors.New("a number in its description is too long")
	}
	w.at += n
	return v, nil
}

func (w *walker) skip(n uint64) error {
	if n > uint64(len(w.bytes)-w.at) {
		return errShort
	}
	w.at += int(n)
	return nil
}

// structure goes through the fields of a structure.
func (w *walker) structure(outer, depth int) error {
	if depth > maxDepth {
		return errors.New("its description is nested too deeply")
	}
	field := 0
	for {
		head, err := w.byte()
		if err != nil {
			return err
		}
		if head == 0 {
			return nil
		}
		if delta := int(head >> 4); delta != 0 {
			field += delta
		} else {
			v, err := w.varint()
			if err != nil {
				return err
			}
			field = int(zigzag(v))
		}
		switch kind := head & 15; kind {
		case 1, 2: // the kind is the truth value
			if w.number != nil && depth < 2 {
				w.number(outer, field, int64(2-kind))
			}
		case 4, 5, 6:
			v, err := w.varint()
			if err != nil {
				return err
			}
			if w.number != nil && depth < 2 {
				w.number(outer, field, zigzag(v))
			}
		default:
			if err := w.value(kind, field, depth); err != nil {
				return err
			}
		}
	}
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// value goes through a value of a kind, one of a field or of a list.
func (w *walker) value(kind byte, field, depth int) error {
	switch kind {
	case 1, 2, 3:
		return w.skip(1)
	case 4, 5, 6:
		_, err := w.varint()
		return err
	case 7:
		return w.skip(8)
	case 8:
		n, err := w.varint()
		if err != nil {
			return err
		}
		return w.skip(n)
	case 9, 10:
		return w.list(depth)
	case 11:
		return w.pairs(depth)
	case 12:
		return w.structure(field, depth+1)
	case 13:
		return w.skip(16)
	}
	return fmt.Errorf("its description has a value of kind %d", kind)
}

func (w *walker) list(depth int) error {
	head, err := w.byte()
	if err != nil {
		return err
	}
	kind, n := head&15, uint64(head>>4)
	if n == 15 {
		if n, err = w.varint(); err != nil {
			return err
		}
	}
	if n > uint64(len(w.bytes)-w.at) {
		return errShort
	}
	if kind == 12 {
		if w.items += int(n); w.items > len(w.bytes)/leastItem {
			return fmt.Errorf("its description of %d bytes claims %d parts", len(w.bytes), w.items)
		}
	}
	return w.repeat(int(n), depth, kind)
}

func (w *walker) pairs(depth int) error {
	n, err := w.varint()
	if err != nil || n == 0 {
		return err
	}
	if n > uint64(len(w.bytes)-w.at) {
		return errShort
	}
	kinds, err := w.byte()
	if err != nil {
		return err
	}
	return w.repeat(int(n), depth, kinds>>4, kinds&15)
}

func (w *walker) repeat(n, depth int, kinds ...byte) error {
	if depth > maxDepth {
		return errors.New("its description is nested too deeply")
	}
	for range n {
		for _, kind := range kinds {
			if err := w.value(kind, math.MaxInt16, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
