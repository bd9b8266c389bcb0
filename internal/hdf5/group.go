package hdf5

import (
	"fmt"
	"strings"
)

// A Group holds groups, datasets and attributes. What [Read] gives is in the
// order of names, attributes in the order of the file.
type Group struct {
	Name       string // its own name, without a path; "" for the root
	Attributes []Attribute
	Groups     []*Group
	Datasets   []*Dataset
}

// An Attribute is a value with a name, on a group or on a dataset.
type Attribute struct {
	Name string

	// Value is a string, an int64, uint64 (what int64 cannot hold), float64 or
	// bool, or a slice of one of these, in row-major order, or nil for a null
	// value. What this package does not read is an [Unsupported].
	//
	// [Write] also takes int, int32, float32, and slices of the two.
	Value any
}

// Unsupported stands for the value of an attribute that is not read, and says why.
type Unsupported string

// Group gives the group at a path like "layers/dense", or nil if there is none.
// The empty path is g itself.
func (g *Group) Group(path string) *Group {
	for name := range strings.SplitSeq(path, "/") {
		if name == "" {
			continue
		}
		var next *Group
		for _, child := range g.Groups {
			if child.Name == name {
				next = child
			}
		}
		if next == nil {
			return nil
		}
		g = next
	}
	return g
}

// Dataset gives the dataset at a path like "layers/dense/vars/0", or nil if
// there is none.
func (g *Group) Dataset(path string) *Dataset {
	dir, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, name = path[:i], path[i+1:]
	}
	if g = g.Group(dir); g == nil {
		return nil
	}
	for _, d := range g.Datasets {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// Attribute gives the value of an attribute of g, and whether there is one.
func (g *Group) Attribute(name string) (any, bool) { return attribute(g.Attributes, name) }

func attribute(list []Attribute, name string) (any, bool) {
	for _, a := range list {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// errorf puts the package's name before a message.
func errorf(format string, args ...any) error {
	return fmt.Errorf("hdf5: "+format, args...)
}
