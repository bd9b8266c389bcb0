package hdf5

import (
	"errors"
	"fmt"
	"io"
)

// Read gives the root group of a file of so many bytes: all names, shapes, types
// and attributes. Values of datasets are read from r when they are asked for, so
// r must stay open. Datasets may be read from several goroutines if r allows it.
func Read(r io.ReaderAt, size int64) (*Group, error) {
	f, root, err := open(r, size)
	if err != nil {
		return nil, errorf("%w", err)
	}
	t := tree{f: f, seen: map[uint64]bool{}}
	g := &Group{}
	messages, err := f.header(root)
	if err == nil {
		var list []link
		var group bool
		if list, group, err = f.links(messages); err == nil && !group {
			err = errors.New("the root is not a group")
		}
		if err == nil {
			t.seen[root] = true
			err = t.fill(g, "", messages, list)
		}
	}
	if err != nil {
		return nil, errorf("%w", err)
	}
	return g, nil
}

// A tree is what has been read of the tree of groups.
type tree struct {
	f     *file
	seen  map[uint64]bool // groups, by address
	depth int
	total int64 // bytes of all datasets
}

// fill reads what a group's links name.
func (t *tree) fill(g *Group, path string, messages []message, list []link) error {
	if t.depth++; t.depth > 256 {
		return errors.New("groups in groups, more than 256 deep")
	}
	defer func() { t.depth-- }()
	var err error
	if g.Attributes, err = t.f.attributes(messages); err != nil {
		return fmt.Errorf("group %.200q: %w", path, err)
	}
	for _, l := range list {
		inside := l.name
		if path != "" {
			inside = path + "/" + l.name
		}
		if err := t.f.charge(objectCharge + int64(len(inside))); err != nil {
			return err
		}
		messages, err := t.f.header(l.address)
		if err != nil {
			return fmt.Errorf("%.200q: %w", inside, err)
		}
		links, group, err := t.f.links(messages)
		if err != nil {
			return fmt.Errorf("%.200q: %w", inside, err)
		}
		if group {
			if t.seen[l.address] {
				return fmt.Errorf("group %.200q has a second name, or holds itself", inside)
			}
			t.seen[l.address] = true
			child := &Group{Name: l.name}
			if err := t.fill(child, inside, messages, links); err != nil {
				return err
			}
			g.Groups = append(g.Groups, child)
			continue
		}
		if !has(messages, msgLayout) {
			continue // the name of a type
		}
		d, err := t.f.dataset(inside, messages)
		if err != nil {
			return fmt.Errorf("dataset %.200q: %w", inside, err)
		}
		d.Name = l.name
		if t.total += d.bytes(); t.total < 0 || t.total > max(maxTotal, t.f.size) {
			return fmt.Errorf("dataset %.200q: more than 4 GiB of values in a file of %d bytes", inside, t.f.size)
		}
		g.Datasets = append(g.Datasets, d)
	}
	return nil
}

func has(messages []message, kind int) bool {
	for _, m := range messages {
		if m.kind == kind {
			return true
		}
	}
	return false
}
