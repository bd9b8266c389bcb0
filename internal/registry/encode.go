package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/counterweight-go/counterweight/fit/metric"
)

// zero is the Zero of the packages: an explicit 0 where 0 means a default.
const zero = math.SmallestNonzeroFloat64

// Encode returns Keras's config of a registered struct, as encoding/json would
// read it but for the type [Float]: an object with module, class_name, config and registered_name, or a
// string for metric.Accuracy, which in Keras is one. All settings are written
// out; a layer without a name has no key "name". It is an error for what has no
// config: structs of a user's own, functions, settings that Keras's config has
// no room for.
func Encode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if m, ok := v.(metric.Accuracy); ok && m == (metric.Accuracy{Label: m.Label}) {
		if m.Label == "" {
			return "accuracy", nil
		}
		if known, err := metric.ByName(m.Label); err == nil && known == metric.Metric(m) {
			return m.Label, nil
		}
	}
	value := reflect.ValueOf(v)
	k, c, err := classOf(value)
	if err != nil {
		return nil, err
	}
	config, err := c.encode(k, value)
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %w", c.name, err)
	}
	object := map[string]any{"module": "keras." + k.module, "class_name": c.name, "config": config, "registered_name": nil}
	if c.own {
		object["module"], object["registered_name"] = "counterweight."+k.module, ownPrefix+c.name
	}
	return object, nil
}

// Float is a number of a config that need not be whole. It is written with a
// point or an exponent, because Keras takes some settings as floats only.
type Float float64

// MarshalJSON implements [json.Marshaler].
func (f Float) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(float64(f))
	if err == nil && !bytes.ContainsAny(text, ".e") {
		text = append(text, ".0"...)
	}
	return text, err
}

// ownPrefix stands before the registered names of what Keras lacks.
const ownPrefix = "counterweight>"

// encode returns the settings of a struct of the class.
func (c class) encode(k kind, v reflect.Value) (map[string]any, error) {
	config := map[string]any{}
	for key, value := range c.fixed {
		config[key] = value
	}
	for key := range c.derived {
		config[key] = nil
	}
	if k.module == "layers" {
		config["dtype"], config["trainable"] = policy(c.name), true
		if plain(c.name) {
			delete(config, "trainable")
		}
	}
	for _, f := range c.fields() {
		given := v.FieldByIndex(f.index)
		value := c.value(v, f)
		switch {
		case f.key == "":
			continue
		case f.extra && given.IsZero():
			continue
		case f.shared && given.IsZero() && (f.several || config[f.key] != nil):
			continue // the other one is written
		case f.name == "Name" && given.IsZero():
			continue
		}
		out, err := encodeValue(f, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.key, err)
		}
		if f.name == "Label" {
			out = labelOf(v)
		}
		if f.shared && f.several && slices.ContainsFunc(c.fields(), func(o field) bool {
			return o.key == f.key && !o.several && !v.FieldByIndex(o.index).IsZero()
		}) {
			return nil, fmt.Errorf("%s: it is given as one value and as several", f.key)
		}
		config[f.key] = out
	}
	if c.batch != "" && !v.FieldByName(c.batch).IsZero() {
		rows, err := encodeValue(field{}, v.FieldByName(c.batch))
		if err != nil {
			return nil, err
		}
		config["batch_shape"].([]any)[0] = rows
	}
	for key, name := range c.null {
		if v.FieldByName(name).Bool() {
			config[key] = nil
		}
	}
	return config, nil
}

// policy is the element type as layers name it; models keep it elsewhere.
func policy(class string) any {
	if plain(class) {
		return "float32"
	}
	return map[string]any{
		"module": "keras", "class_name": "DTypePolicy", "config": map[string]any{"name": dtype(class)}, "registered_name": nil,
	}
}

// plain tells whether a layer's constructor in Keras takes a plain element type,
// and no key trainable.
func plain(class string) bool {
	switch class {
	case "InputLayer", "Discretization", "SpatialDropout1D", "SpatialDropout2D":
		return true
	}
	return false
}

// dtype is the element type of a layer's output as Keras names it; here all are
// the model's.
func dtype(class string) string {
	if class == "Hashing" {
		return "int64"
	}
	return "float32"
}

// value is that of a field, with the default where it is zero.
func (c class) value(v reflect.Value, f field) reflect.Value {
	given := v.FieldByIndex(f.index)
	if !given.IsZero() {
		return given
	}
	if as, ok := c.same[f.name]; ok {
		return c.value(v, c.field(as))
	}
	return c.def.FieldByIndex(f.index)
}

// field returns the field of a name.
func (c class) field(name string) field {
	all := c.fields()
	return all[slices.IndexFunc(all, func(f field) bool { return f.name == name })]
}

// encodeValue returns a field's value under its key.
func encodeValue(f field, v reflect.Value) (any, error) {
	if (f.unset || nullable(f.key)) && v.IsZero() {
		return nil, nil
	}
	if e, ok := enumOf(v.Type()); ok {
		return e.format(v)
	}
	switch v.Kind() {
	case reflect.Bool:
		if words, ok := boolWords(f.key); ok {
			return words[index(v.Bool() != f.not)], nil
		}
		return v.Bool() != f.not, nil
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int64:
		n := float64(v.Int())
		if f.none && n == -1 {
			n = 0
		}
		if listed(f.key) {
			return []any{n}, nil
		}
		return n, nil
	case reflect.Uint64:
		return float64(v.Uint()), nil
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return encodeValue(f, v.Elem())
	case reflect.Float64:
		if v.Float() == zero {
			return Float(0), nil
		}
		return Float(v.Float()), nil
	case reflect.Slice, reflect.Array:
		return encodeList(f, v)
	case reflect.Struct:
		config := map[string]any{}
		for i := range v.NumField() {
			value, err := encodeValue(field{}, v.Field(i))
			if err != nil {
				return nil, err
			}
			config[keyOf(v.Type().Field(i).Name)] = value
		}
		return config, nil
	case reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
		if e, ok := enumOf(v.Elem().Type()); ok {
			return e.format(v.Elem())
		}
		return Encode(v.Interface())
	}
	return nil, fmt.Errorf("%v has no config of Keras's", v.Type())
}

func encodeList(f field, v reflect.Value) (any, error) {
	if v.Kind() == reflect.Slice && v.IsNil() && f.key != "exclude_layers" {
		return nil, nil
	}
	list := make([]any, 0, v.Len()+1)
	if f.key == "batch_shape" {
		list = append(list, nil)
	}
	for i := range v.Len() {
		if holes(f.key) && v.Index(i).IsZero() {
			list = append(list, nil) // as long as the axis
			continue
		}
		value, err := encodeValue(field{none: f.none}, v.Index(i))
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	if single(f.key) && len(list) == 1 || f.key == "axes" && len(list) == 2 && list[0] == list[1] {
		return list[0], nil
	}
	if one(f.key) && len(list) > 1 {
		return nil, fmt.Errorf("the config of Keras takes one, got %d", len(list))
	}
	return list, nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// KerasKnows reports whether Keras has the class of a registered struct, and all
// of its settings that are not the default: whether it reads what [Encode] writes.
func KerasKnows(v any) bool {
	raw, err := Encode(v)
	if _, named := raw.(string); named || raw == nil {
		return err == nil
	}
	value := reflect.ValueOf(v)
	_, c, err := classOf(value)
	return err == nil && !c.own && !slices.ContainsFunc(c.fields(), func(f field) bool {
		return f.extra && !value.FieldByIndex(f.index).IsZero()
	})
}
