package registry

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/counterweight-go/counterweight/model/layer"
)

// decodeValue sets a value from what stands under its key.
func decodeValue(f field, v reflect.Value, raw any) error {
	if e, ok := enumOf(v.Type()); ok {
		value, err := e.value(raw)
		if err == nil {
			v.Set(reflect.ValueOf(value).Convert(v.Type()))
		}
		return err
	}
	if list, ok := raw.([]any); ok && len(list) == 1 && v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		raw = list[0]
	}
	switch v.Kind() {
	case reflect.Bool:
		if words, ok := boolWords(f.key); ok {
			i := slices.Index(words[:], fmt.Sprint(raw))
			if i < 0 {
				return fmt.Errorf("expected one of %q, got %s", words, Show(raw))
			}
			raw = i == 1
		}
		b, ok := raw.(bool)
		if !ok {
			return fmt.Errorf("expected true or false, got %s", Show(raw))
		}
		v.SetBool(b != f.not)
	case reflect.String:
		s, ok := raw.(string)
		if !ok {
			return fmt.Errorf("expected a string, got %s", Show(raw))
		}
		v.SetString(s)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(f, v.Elem(), raw)
	case reflect.Uint64:
		n, ok := number(raw)
		if !ok || n != math.Trunc(n) || n < 0 || n > 1<<52 {
			return fmt.Errorf("expected a whole number of 0 or more, got %s", Show(raw))
		}
		v.SetUint(uint64(n))
	case reflect.Int, reflect.Int64:
		n, ok := number(raw)
		if !ok || n != math.Trunc(n) || math.Abs(n) > 1<<52 {
			return fmt.Errorf("expected a whole number, got %s", Show(raw))
		}
		v.SetInt(int64(n))
	case reflect.Float64:
		n, ok := number(raw)
		if !ok {
			return fmt.Errorf("expected a number, got %s", Show(raw))
		}
		v.SetFloat(n)
	case reflect.Slice, reflect.Array:
		return decodeList(f, v, raw)
	case reflect.Struct:
		return decodeStruct(v, raw)
	case reflect.Interface:
		return decodeInterface(v, raw)
	default:
		return fmt.Errorf("%v has no config of Keras's", v.Type())
	}
	return nil
}

// decodeList sets a slice or an array. One value stands for a list of one, or
// for an array of the same ones.
func decodeList(f field, v reflect.Value, raw any) error {
	list, ok := raw.([]any)
	if !ok {
		list = []any{raw}
		if v.Kind() == reflect.Array {
			list = slices.Repeat(list, v.Len())
		}
	}
	if f.key == "batch_shape" {
		if len(list) == 0 || list[0] != nil {
			return fmt.Errorf("expected null for the batch axis, got %s", Show(raw))
		}
		list = list[1:]
	}
	if v.Kind() == reflect.Array && len(list) != v.Len() {
		return fmt.Errorf("expected %d values, got %s", v.Len(), Show(raw))
	}
	if v.Kind() == reflect.Slice {
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	}
	for i, element := range list {
		if holes(f.key) && element == nil {
			continue // as long as the axis
		}
		if err := decodeValue(field{}, v.Index(i), element); err != nil {
			return err
		}
	}
	return nil
}

func decodeStruct(v reflect.Value, raw any) error {
	object, ok := raw.(map[string]any)
	if !ok {
		return fmt.Errorf("expected an object, got %s", Show(raw))
	}
	known := map[string]int{}
	for i := range v.NumField() {
		known[keyOf(v.Type().Field(i).Name)] = i
	}
	for key, value := range object {
		i, ok := known[key]
		if !ok {
			return fmt.Errorf("unknown key %q", key)
		}
		if err := decodeValue(field{}, v.Field(i), value); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// decodeInterface sets a field that holds another registered struct, or a
// function.
func decodeInterface(v reflect.Value, raw any) error {
	var value any
	var err error
	if k, ok := kindOf(v.Type()); ok {
		value, err = k.decode(raw)
	} else if e, ok := enumOf(reflect.TypeFor[layer.ActivationFunc]()); ok && reflect.TypeFor[layer.ActivationFunc]().Implements(v.Type()) {
		value, err = e.value(raw)
	} else {
		err = fmt.Errorf("%v has no config of Keras's", v.Type())
	}
	if err == nil && value != nil {
		v.Set(reflect.ValueOf(value))
	}
	return err
}

func number(raw any) (float64, bool) {
	switch n := raw.(type) {
	case float64:
		return n, true
	case Float:
		return float64(n), true
	case int:
		return float64(n), true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	}
	return 0, false
}

// Show writes a value as it stands in a config, the beginning of a long one.
func Show(raw any) string {
	text, err := json.Marshal(raw)
	if err != nil {
		return fmt.Sprint(raw)
	}
	if len(text) > 80 {
		text = append(text[:77:77], "..."...)
	}
	return string(text)
}
