package hdf5

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func contents(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(b []byte) (*Group, error) { return Read(bytes.NewReader(b), int64(len(b))) }

// An object is what h5py says of one.
type object struct {
	Attributes map[string]any
	Type       string
	Shape      []int
	Values     any
}

func objects(g *Group) map[string]object {
	list := map[string]object{}
	attributes := func(list []Attribute) map[string]any {
		m := map[string]any{}
		for _, a := range list {
			m[a.Name] = text(a.Value)
		}
		return m
	}
	var walk func(g *Group, path string)
	walk = func(g *Group, path string) {
		list[strings.TrimSuffix(path, "/")] = object{Attributes: attributes(g.Attributes)}
		for _, d := range g.Datasets {
			list[path+d.Name] = object{attributes(d.Attributes), d.Type.String(), d.Shape, values(d)}
		}
		for _, child := range g.Groups {
			walk(child, path+child.Name+"/")
		}
	}
	walk(g, "")
	return list
}

// values reads a dataset by the method that fits its type.
func values(d *Dataset) any {
	var v any
	var err error
	switch d.Type {
	case String:
		v, err = d.Strings()
	case Float16, Float32, Float64, BFloat16:
		v, err = d.Float64s()
	case Uint64:
		var b []byte
		b, err = d.Read()
		out := make([]uint64, len(b)/8)
		convert(out, Uint64, b)
		v = out
	case Bool:
		var b []byte
		b, err = d.Read()
		out := make([]bool, len(b))
		for i := range b {
			out[i] = b[i] == 1
		}
		v = out
	default:
		v, err = d.Int64s()
	}
	switch {
	case err != nil:
		return err.Error()
	case d.null:
		return nil
	case len(d.Shape) == 0:
		return text(v).([]any)[0]
	}
	return text(v)
}

// text writes values as testdata/make.py does, floats aside, whose signs have
// other names there.
func text(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if len(v) >= 1000 {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(v)))
		}
		return v
	case bool:
		return strings.ToUpper(strconv.FormatBool(v)[:1]) + strconv.FormatBool(v)[1:]
	case float64:
		return "float " + strconv.FormatFloat(v, 'g', -1, 64)
	case []string:
		return texts(v)
	case []bool:
		return texts(v)
	case []float64:
		return texts(v)
	case []int64:
		return texts(v)
	case []uint64:
		return texts(v)
	}
	return fmt.Sprint(v)
}

func texts[T any](v []T) any {
	out := make([]any, len(v))
	for i := range v {
		out[i] = text(v[i])
	}
	return out
}

// same compares a value of ours with one of h5py.
func same(got, want any) bool {
	switch want := want.(type) {
	case nil:
		return got == nil
	case []any:
		list, ok := got.([]any)
		return ok && slices.EqualFunc(list, want, same)
	case string:
		number, isFloat := strings.CutPrefix(fmt.Sprint(got), "float ")
		if !isFloat {
			return got == want
		}
		a, err := strconv.ParseFloat(number, 64)
		b, err2 := strconv.ParseFloat(want, 64)
		return err == nil && err2 == nil && (a == b && (a != 0 || number[0] == want[0]) || a != a && b != b)
	}
	return false
}

// What h5py reads in files of its own, of Keras and of this package, Read reads.
func TestReadsWhatH5pyReads(t *testing.T) {
	var all map[string]map[string]object
	if err := json.Unmarshal(contents(t, "expected.json"), &all); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"keras.weights.h5", "written.h5", "old_v0.h5", "old_v2.h5", "old_v3.h5", "types_v0.h5", "types_v3.h5",
		"filters_v0.h5", "filters_v2.h5", "filters_v3.h5", "far_v3.h5", "dense_v0.h5", "dense_v2.h5", "large_fixed_v3.h5",
		"tracked.h5", "userblock.h5", "bfloat16.h5",
	} {
		t.Run(name, func(t *testing.T) {
			g, err := read(contents(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got, want := objects(g), all[name]
			if len(want) == 0 {
				t.Fatal("h5py read nothing")
			}
			for path, w := range want {
				o, ok := got[path]
				if !ok {
					t.Errorf("%q is missing", path)
					continue
				}
				for k, v := range w.Attributes {
					if !same(o.Attributes[k], v) {
						t.Errorf("%q, attribute %s: %v, expected %v", path, k, o.Attributes[k], v)
					}
				}
				if len(o.Attributes) != len(w.Attributes) {
					t.Errorf("%q: %d attributes, expected %d", path, len(o.Attributes), len(w.Attributes))
				}
				if w.Type == "" {
					continue
				}
				if o.Type != w.Type || !slices.Equal(o.Shape, w.Shape) || !same(o.Values, w.Values) {
					t.Errorf("%q:\n%s %v %v, expected\n%s %v %v", path, o.Type, o.Shape, o.Values, w.Type, w.Shape, w.Values)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d objects, expected %d", len(got), len(want))
			}
		})
	}
}
