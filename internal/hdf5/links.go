package hdf5

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// A link is a name in a group, and the address of the object header it names.
type link struct {
	name    string
	address uint64
}

// links gives what a group's messages name, in the order of names, and whether
// they are a group's at all.
func (f *file) links(messages []message) (list []link, group bool, err error) {
	for _, m := range messages {
		c := f.cursor(m.data)
		var more []link
		switch m.kind {
		default:
			continue
		case msgSymbolTable:
			tree, heap := c.address(), c.address()
			if c.short {
				return nil, false, errShort
			}
			more, err = f.symbolTable(tree, heap)
		case msgLink:
			var l link
			l, err = f.link(m.data)
			more = []link{l}
		case msgLinkInfo:
			more, err = f.denseLinks(c)
		}
		if err != nil {
			return nil, false, err
		}
		group = true
		list = append(list, more...)
	}
	slices.SortStableFunc(list, func(a, b link) int { return cmp.Compare(a.name, b.name) })
	for i, l := range list {
		if l.name == "" || i > 0 && list[i-1].name == l.name {
			return nil, false, fmt.Errorf("a name that is empty or there twice: %.80q", l.name)
		}
	}
	return list, group, nil
}

// link parses a link message.
func (f *file) link(b []byte) (link, error) {
	if err := f.charge(objectCharge); err != nil {
		return link{}, err
	}
	c := f.cursor(b)
	if v := c.u8(); v != 1 {
		return link{}, fmt.Errorf("version %d of a link, expected 1", v)
	}
	flags, kind := c.u8(), 0
	if flags&8 != 0 {
		kind = c.u8()
	}
	if flags&4 != 0 {
		c.uint(8) // order of creation
	}
	if flags&16 != 0 {
		c.u8() // ASCII or UTF-8
	}
	n := c.uint(1 << (flags & 3))
	name := string(c.take(int(min(n, 1<<30))))
	if c.short {
		return link{}, errShort
	}
	if kind != 0 {
		return link{}, errLink(name, kind)
	}
	l := link{name, c.address()}
	return l, c.err()
}

func errLink(name string, kind int) error {
	what := "a link of a user's kind"
	switch kind {
	case 1:
		what = "a soft link"
	case 64:
		what = "a link to another file"
	}
	return fmt.Errorf("%.80q is %s, which is refused", name, what)
}

func (f *file) denseLinks(c *cursor) ([]link, error) {
	c.u8()
	if c.u8()&1 != 0 {
		c.uint(8)
	}
	heap, tree := c.address(), c.address()
	if c.short {
		return nil, errShort
	}
	if heap == undefined {
		return nil, nil
	}
	h, err := f.fractalHeap(heap)
	if err != nil {
		return nil, err
	}
	var list []link
	err = f.tree2(tree, func(kind int, record *cursor) error {
		if kind != 5 {
			return fmt.Errorf("a list of links of type %d, expected 5", kind)
		}
		record.take(4) // hash of the name
		b, err := h.object(record.take(7))
		if err != nil {
			return err
		}
		l, err := f.link(b)
		list = append(list, l)
		return err
	})
	return list, err
}

// symbolTable lists a group of the old style: a B-tree whose leaves are symbol
// nodes, and a heap that holds the names.
func (f *file) symbolTable(tree, heap uint64) ([]link, error) {
	c, err := f.signed(heap, uint64(8+2*f.lengthSize+f.addressSize), "HEAP")
	if err != nil {
		return nil, err
	}
	c.take(4)
	size := c.length()
	c.length() // of what is free
	data := c.address()
	if c.short {
		return nil, errShort
	}
	names, err := f.at(data, size)
	if err != nil {
		return nil, err
	}
	var list []link
	err = f.tree1(tree, 0, f.lengthSize, func(_ []byte, node uint64) error {
		c, err := f.signed(node, 8, "SNOD")
		if err != nil {
			return err
		}
		c.take(2)
		n, size := c.u16(), 2*f.addressSize+24
		b, err := f.at(node+8, uint64(n*size))
		if err != nil {
			return err
		}
		for c := f.cursor(b); len(c.b) > 0; {
			if err := f.charge(objectCharge); err != nil {
				return err
			}
			at, object, cached := c.address(), c.address(), c.u32()
			c.take(20)
			if at >= uint64(len(names)) {
				return errShort
			}
			name, _, closed := bytes.Cut(names[at:], []byte{0})
			if !closed {
				return errShort
			}
			if cached == 2 {
				return errLink(string(name), 1)
			}
			if err := f.charge(int64(len(name))); err != nil {
				return err
			}
			list = append(list, link{string(name), object})
		}
		return nil
	})
	return list, err
}

// tree1 goes through the leaves of a B-tree of version 1. visit gets the key
// before a leaf, of keySize bytes, and the leaf's address.
func (f *file) tree1(address uint64, kind, keySize int, visit func(key []byte, leaf uint64) error) error {
	var walk func(address uint64, level int) error
	walk = func(address uint64, level int) error {
		head := 8 + 2*f.addressSize
		c, err := f.signed(address, uint64(head), "TREE")
		if err != nil {
			return err
		}
		k, l, n := c.u8(), c.u8(), c.u16()
		if k != kind {
			return fmt.Errorf("a B-tree of type %d, expected %d", k, kind)
		}
		if level >= 0 && l != level {
			return errors.New("a B-tree whose levels do not descend")
		}
		if l > 32 {
			return errors.New("a B-tree of more than 32 levels")
		}
		b, err := f.at(address+uint64(head), uint64(n*(keySize+f.addressSize)))
		if err != nil {
			return err
		}
		for c := f.cursor(b); len(c.b) > 0; {
			key, child := c.take(keySize), c.address()
			if l > 0 {
				err = walk(child, l-1)
			} else {
				err = visit(key, child)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return walk(address, -1)
}
