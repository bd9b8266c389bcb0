package hdf5

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Write writes a file of a root group, with what is in it, as h5py's defaults
// do. Datasets that Read gave may be among those of g: their values are copied.
// Names within a group differ, and hold neither "/" nor a zero byte. Attributes
// of one object of more than 64 KiB together, not counting what their strings
// say, do not fit. The same groups give the same bytes.
func Write(to io.Writer, g *Group) error {
	// Attributes hold the addresses of their strings, so these come first, and
	// are found by laying everything once without them.
	first := &writer{end: superblockSize}
	if _, err := first.group(g, 0); err != nil {
		return errorf("%w", err)
	}
	w := &writer{end: superblockSize}
	w.refs = w.placeStrings(first.strings)
	root, err := w.group(g, 0)
	if err != nil {
		return errorf("%w", err)
	}
	b := bufio.NewWriterSize(to, 1<<16)
	if _, err := b.Write(superblock(root, w.end)); err != nil {
		return errorf("%w", err)
	}
	for _, p := range w.pieces {
		content := p.content
		if p.dataset != nil {
			if content = p.dataset.values; content == nil {
				if content, err = p.dataset.Read(); err != nil {
					return err
				}
			}
			if int64(len(content)) != p.size {
				return errorf("dataset %.200q: %d bytes of values, expected %d", p.dataset.Name, len(content), p.size)
			}
		}
		if _, err := b.Write(content); err != nil {
			return errorf("%w", err)
		}
		if _, err := b.Write(make([]byte, -len(content)&7)); err != nil {
			return errorf("%w", err)
		}
	}
	if err := b.Flush(); err != nil {
		return errorf("%w", err)
	}
	return nil
}

// Sizes that the superblock states or implies.
const (
	superblockSize = 96
	leafSymbols    = 8    // in a symbol node
	treeChildren   = 32   // of a node of a B-tree
	heapLeast      = 4096 // bytes of a global heap
	heapObjects    = 1<<16 - 1
)

// A writer gives every piece of the file its address before anything is written.
type writer struct {
	end     uint64
	pieces  []piece
	strings []string  // of attributes, in the order they came
	refs    []heapRef // where those lie, or nil while they are collected
}

type piece struct {
	content []byte
	dataset *Dataset // its values are the content
	size    int64
}

// A heapRef is an object of a global heap.
type heapRef struct {
	heap  uint64
	index uint32
}

func (w *writer) place(content []byte) uint64 {
	return w.add(piece{content: content, size: int64(len(content))})
}

func (w *writer) add(p piece) uint64 {
	at := w.end
	w.pieces = append(w.pieces, p)
	w.end += uint64((p.size + 7) &^ 7)
	return at
}

// An entry is a line of a symbol node. tree and heap are a group's.
type entry struct {
	name               string
	header, tree, heap uint64
}

// group lays a group and what is in it, and gives the root's own entry.
func (w *writer) group(g *Group, depth int) (entry, error) {
	if depth > 256 {
		return entry{}, errors.New("groups in groups, more than 256 deep")
	}
	var list []entry
	for _, child := range g.Groups {
		e, err := w.group(child, depth+1)
		if err != nil {
			return entry{}, fmt.Errorf("%s/%w", child.Name, err)
		}
		list = append(list, e)
	}
	for _, d := range g.Datasets {
		header, err := w.dataset(d)
		if err != nil {
			return entry{}, fmt.Errorf("dataset %.200q: %w", d.Name, err)
		}
		list = append(list, entry{name: d.Name, header: header})
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	for i, e := range list {
		if e.name == "" || e.name == "." || strings.ContainsAny(e.name, "/\x00") || i > 0 && list[i-1].name == e.name {
			return entry{}, fmt.Errorf("a name that is empty, of two objects, or of signs that no name may have: %.200q", e.name)
		}
	}
	e := entry{name: g.Name}
	e.tree, e.heap = w.symbols(list)
	messages, err := w.attributes(g.Attributes)
	if err != nil {
		return entry{}, err
	}
	table := binary.LittleEndian.AppendUint64(nil, e.tree)
	table = binary.LittleEndian.AppendUint64(table, e.heap)
	e.header, err = w.header(append([]message{{kind: msgSymbolTable, data: table}}, messages...))
	return e, err
}

// symbols lays a group's names and its B-tree.
func (w *writer) symbols(list []entry) (tree, heap uint64) {
	le := binary.LittleEndian
	names := make([]byte, 8) // the empty name comes first
	type node struct{ address, last uint64 }
	var level []node
	for part := range slices.Chunk(list, leafSymbols) {
		b := make([]byte, 0, 8+40*leafSymbols)
		b = append(b, "SNOD\x01\x00"...)
		b = le.AppendUint16(b, uint16(len(part)))
		var last uint64
		for _, e := range part {
			last = uint64(len(names))
			names = append(names, e.name...)
			names = append(names, make([]byte, 8-len(e.name)&7)...)
			b = le.AppendUint64(b, last)
			b = le.AppendUint64(b, e.header)
			cached := uint64(0)
			if e.tree != 0 {
				cached = 1 // a group, whose two addresses follow
			}
			b = le.AppendUint64(b, cached)
			b = le.AppendUint64(b, e.tree)
			b = le.AppendUint64(b, e.heap)
		}
		level = append(level, node{w.place(b[:cap(b)]), last})
	}
	data := w.place(names)
	b := append([]byte("HEAP"), make([]byte, 4)...)
	b = le.AppendUint64(b, uint64(len(names)))
	b = le.AppendUint64(b, 1) // nothing is free
	b = le.AppendUint64(b, data)
	heap = w.place(b)

	const size = 24 + 8*treeChildren + 8*(treeChildren+1)
	for height := 0; ; height++ {
		var above []node
		parts := slices.Collect(slices.Chunk(level, treeChildren))
		if len(parts) == 0 {
			parts = append(parts, nil) // an empty group has an empty node
		}
		before := uint64(0)
		for i, part := range parts {
			// The nodes of a level know their neighbours, which lie beside them.
			left, right := undefined, undefined
			if i > 0 {
				left = w.end - size
			}
			if i < len(parts)-1 {
				right = w.end + size
			}
			b := make([]byte, 0, size)
			b = append(b, 'T', 'R', 'E', 'E', 0, byte(height))
			b = le.AppendUint16(b, uint16(len(part)))
			b = le.AppendUint64(b, left)
			b = le.AppendUint64(b, right)
			b = le.AppendUint64(b, before)
			for _, n := range part {
				b = le.AppendUint64(b, n.address)
				b = le.AppendUint64(b, n.last)
				before = n.last
			}
			above = append(above, node{w.place(b[:size]), before})
		}
		if len(above) == 1 {
			return above[0].address, heap
		}
		level = above
	}
}

func (w *writer) dataset(d *Dataset) (header uint64, err error) {
	if len(d.Shape) > 32 {
		return 0, fmt.Errorf("%d dimensions, expected at most 32", len(d.Shape))
	}
	kind, err := typeMessage(d.Type)
	if err != nil || d.Type == String {
		return 0, fmt.Errorf("elements of type %v cannot be written", d.Type)
	}
	attributes := d.Attributes
	if _, named := d.Attribute("dtype"); d.Type == BFloat16 && !named {
		attributes = append(slices.Clone(attributes), Attribute{"dtype", "bfloat16"})
	}
	size := int64(d.Len()) * int64(d.Type.Size())
	at := undefined
	if size > 0 {
		at = w.add(piece{dataset: d, size: size})
	}
	layout := binary.LittleEndian.AppendUint64([]byte{3, contiguous}, at)
	layout = binary.LittleEndian.AppendUint64(layout, uint64(size))
	space := spaceMessage(d.Shape)
	if d.null {
		space = []byte{2, 0, 0, 2}
	}
	messages, err := w.attributes(attributes)
	if err != nil {
		return 0, err
	}
	return w.header(append([]message{
		{kind: msgDataspace, data: space},
		{kind: msgDatatype, data: kind},
		{kind: msgFill, data: []byte{2, 2, 2, 1, 0, 0, 0, 0}}, // space when written, nothing to fill with
		{kind: msgLayout, data: layout},
	}, messages...))
}

// header lays an object header of version 1.
func (w *writer) header(messages []message) (uint64, error) {
	le := binary.LittleEndian
	var body []byte
	for _, m := range messages {
		if len(m.data) > 1<<16-16 {
			return 0, fmt.Errorf("%d bytes in an attribute, expected at most %d", len(m.data), 1<<16-16)
		}
		data := append(m.data, make([]byte, -len(m.data)&7)...)
		body = le.AppendUint16(body, uint16(m.kind))
		body = le.AppendUint16(body, uint16(len(data)))
		body = append(body, 0, 0, 0, 0)
		body = append(body, data...)
	}
	b := le.AppendUint16([]byte{1, 0}, uint16(len(messages)))
	b = le.AppendUint32(b, 1) // link to it
	b = le.AppendUint32(b, uint32(len(body)))
	b = append(b, 0, 0, 0, 0)
	return w.place(append(b, body...)), nil
}

func superblock(root entry, end uint64) []byte {
	le := binary.LittleEndian
	b := append([]byte(signature), 0, 0, 0, 0, 0, 8, 8, 0)
	b = le.AppendUint16(b, leafSymbols/2)
	b = le.AppendUint16(b, treeChildren/2)
	b = le.AppendUint32(b, 0)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint64(b, undefined)
	b = le.AppendUint64(b, end)
	b = le.AppendUint64(b, undefined)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint64(b, root.header)
	b = le.AppendUint64(b, 1)
	b = le.AppendUint64(b, root.tree)
	return le.AppendUint64(b, root.heap)
}
