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
				all = append(all, field{at, f.Name, key, not, extra || c.own && f.Name != "Label"})
			}
		}
	}
	walk(c.def.Type(), nil)
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
