package registry

import (
	"reflect"
	"strings"
	"unicode"
)

// field is one field of a registered struct.
type field struct {
	index []int
	name  string
	key   string
	not   bool // the key says the opposite
	extra bool // no key of Keras's: written only where it is set
	none  bool // -1 stands for 0
	unset bool // null stands for the zero value
	// several says that it takes the lists and objects under a key that another
	// field has, too, for single values; shared, that there is such another.
	several, shared bool
}

// fields lists the fields of a class, those of embedded structs among them.
func (c class) fields() []field {
	var all []field
	var walk func(t reflect.Type, index []int)
	walk = func(t reflect.Type, index []int) {
		for i := range t.NumField() {
			f := t.Field(i)
			at := append(index[:len(index):len(index)], i)
			switch {
			case f.Anonymous && f.Type.Kind() == reflect.Struct:
				walk(f.Type, at)
			case f.IsExported():
				key, known := c.keys[f.Name]
				if !known {
					key = keyOf(f.Name)
				}
				if key == "-" { // set by null
					continue
				}
				key, not := strings.CutPrefix(key, "!")
				key, extra := strings.CutPrefix(key, "?")
				all = append(all, field{
					index: at, name: f.Name, key: key, not: not, extra: extra || c.own && f.Name != "Label", none: c.none[f.Name], unset: c.unset[f.Name],
					several: f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Interface,
				})
			}
		}
	}
	walk(c.def.Type(), nil)
	for i := range all {
		for j := range all {
			all[i].shared = all[i].shared || i != j && all[i].key != "" && all[i].key == all[j].key
		}
	}
	return all
}

// spelled returns the key of a field that Keras spells in its own way.
func spelled(name string) (string, bool) {
	switch name {
	case "Frozen":
		return "!trainable", true
	case "Label":
		return "name", true
	case "NoBias":
		return "!use_bias", true
	case "Schedule":
		return "learning_rate", true
	case "KeepDims", "AMSGrad", "ClipNorm", "ClipValue", "StdDev":
		return strings.ToLower(name), true
	case "GlobalClipNorm":
		return "global_clipnorm", true
	}
	return "", false
}

// keyOf is Keras's key of a field, by its name: KernelSize is kernel_size,
// NoCenter the opposite of center, Beta1 beta_1, L2 l2.
func keyOf(name string) string {
	if key, ok := spelled(name); ok {
		return key
	}
	if rest, ok := strings.CutPrefix(name, "No"); ok && rest != "" && unicode.IsUpper(rune(rest[0])) {
		return "!" + keyOf(rest)
	}
	var key strings.Builder
	for i, r := range name {
		if i > 0 {
			before := rune(name[i-1])
			next := i+1 < len(name) && unicode.IsLower(rune(name[i+1]))
			switch {
			case unicode.IsUpper(r) && (!unicode.IsUpper(before) || next),
				unicode.IsDigit(r) && unicode.IsLower(before):
				key.WriteByte('_')
			}
		}
		key.WriteRune(unicode.ToLower(r))
	}
	return key.String()
}
