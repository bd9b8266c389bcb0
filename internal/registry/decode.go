package registry

import (
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/names"
)

// Decode returns the struct of a config that Keras or [Encode] has written, of
// the kind T: layer.Layer, loss.Loss, metric.Metric, optimizer.Optimizer,
// schedule.Schedule, initializer.Initializer, regularizer.Regularizer or
// constraint.Constraint. raw is what encoding/json makes of it: an object, or a
// name such as "adam" or "glorot_uniform" for default settings. A value that is
// the default becomes a zero field; nil, null, is T's nil.
//
// It is an error, which names what is near, if the class is unknown, as those
// that a user has written are, or has a key that is not known. A key of Keras's
// that has no meaning here must have its default value, and a seed is null:
// seeds belong to models.
func Decode[T any](raw any) (T, error) {
	var none T
	k, ok := kindOf(reflect.TypeFor[T]())
	if !ok {
		return none, fmt.Errorf("registry: no kind %v", reflect.TypeFor[T]())
	}
	v, err := k.decode(raw)
	if err != nil || v == nil {
		return none, err
	}
	return v.(T), nil
}

func (k kind) decode(raw any) (any, error) {
	switch raw := raw.(type) {
	case nil:
		return nil, nil
	case string:
		if k.byName != nil {
			return k.byName(raw)
		}
		c, err := k.find(raw, names.Key)
		if err != nil {
			return nil, err
		}
		return reflect.New(c.def.Type()).Elem().Interface(), nil
	case map[string]any:
		return k.object(raw)
	}
	return nil, fmt.Errorf("registry: expected the config of a %s, got %s", k.name, Show(raw))
}

// object decodes a config with its class.
func (k kind) object(raw map[string]any) (any, error) {
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		switch key {
		case "module", "class_name", "config", "registered_name", "build_config", "compile_config", "shared_object_id", "name", "inbound_nodes":
		default:
			return nil, fmt.Errorf("registry: %v: unknown key %q beside its config", raw["class_name"], key)
		}
	}
	name, ok := raw["class_name"].(string)
	if !ok {
		return nil, fmt.Errorf("registry: expected the class_name of a %s, got %s", k.name, Show(raw["class_name"]))
	}
	if name == "Lambda" || name == "__lambda__" {
		return nil, fmt.Errorf("registry: %s: it holds a program in Python's bytecode, which is not run: write a layer of your own", name)
	}
	registered, _ := raw["registered_name"].(string)
	if room, _, custom := strings.Cut(registered, ">"); custom && room+">" != ownPrefix {
		return nil, fmt.Errorf("registry: %s %q is registered as %q by a user of Keras: there is no such class here", k.name, name, registered)
	}
	c, err := k.find(name, func(s string) string { return s })
	if err != nil {
		return nil, err
	}
	config, ok := raw["config"].(map[string]any)
	if !ok && raw["config"] != nil {
		return nil, fmt.Errorf("registry: %s: expected its config, got %s", name, Show(raw["config"]))
	}
	v, err := c.decode(k, config)
	if err != nil {
		return nil, fmt.Errorf("registry: %s: %w", name, err)
	}
	return v, nil
}

// find returns the class of a name, as compare sees it.
func (k kind) find(name string, compare func(string) string) (class, error) {
	var all []string
	for _, c := range k.classes {
		if compare(c.name) == compare(name) {
			return c, nil
		}
		all = append(all, c.name)
	}
	return class{}, names.Unknown("registry: unknown "+k.name, name, all)
}

// decode returns the struct of settings.
func (c class) decode(k kind, config map[string]any) (any, error) {
	v := reflect.New(c.def.Type()).Elem()
	for _, f := range c.fields() {
		if f.key == "" {
			v.FieldByIndex(f.index).Set(c.def.FieldByIndex(f.index))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if err := c.decodeKey(k, v, key, config[key]); err != nil {
			return nil, err
		}
	}
	for name, as := range c.same {
		given, other := v.FieldByName(name), v.FieldByName(as)
		if given.Equal(c.value(v, c.field(as))) || given.Equal(other) {
			given.SetZero()
		}
	}
	return v.Interface(), nil
}

func (c class) decodeKey(k kind, v reflect.Value, key string, raw any) error {
	if name, ok := c.null[key]; ok && raw == nil {
		v.FieldByName(name).SetBool(true)
		return nil
	}
	if list, ok := raw.([]any); ok && key == "batch_shape" && len(list) > 0 && list[0] != nil {
		if err := decodeValue(field{}, v.FieldByName(c.batch), list[0]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		raw = append([]any{nil}, list[1:]...)
	}
	all := c.fields()
	var keys []string
	for _, f := range all {
		if f.key == key && (!f.shared || f.several == severalIn(raw)) {
			if err := c.decodeField(f, v.FieldByIndex(f.index), raw); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			return nil
		}
		keys = append(keys, f.key)
	}
	if c.derived[key] {
		return nil
	}
	if want, ok := c.fixed[key]; ok {
		other, has := c.also[key]
		if !reflect.DeepEqual(raw, want) && !reflect.DeepEqual(raw, []any{want}) && !(has && reflect.DeepEqual(raw, other)) {
			return fmt.Errorf("%s: expected %s, got %s", key, Show(want), Show(raw))
		}
		return nil
	}
	switch key {
	case "name": // of an optimizer or a loss, which say nothing with it
		if _, ok := raw.(string); ok || raw == nil {
			return nil
		}
	case "trainable":
		if frozen, ok := raw.(bool); ok && k.module == "layers" {
			if !frozen && c.holdsLayers() {
				return fmt.Errorf("trainable: expected true, and false on the layer inside")
			}
			return nil // without weights of its own it does not matter
		}
	case "dtype":
		if object, ok := raw.(map[string]any); ok && object["class_name"] == "DTypePolicy" {
			if config, ok := object["config"].(map[string]any); ok {
				raw = config["name"]
			}
		}
		if raw == "float32" || raw == nil || raw == "int32" && k.name == "metric" || raw == dtype(c.name) {
			return nil
		}
		return fmt.Errorf("dtype: expected float32, got %s", Show(raw))
	}
	return names.Unknown("unknown key", key, append(keys, slices.Collect(maps.Keys(c.fixed))...))
}

// severalIn tells whether a value is a list or an object.
func severalIn(raw any) bool {
	switch raw.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// holdsLayers tells whether the class is a wrapper of layers.
func (c class) holdsLayers() bool {
	for _, f := range c.fields() {
		if k, ok := kindOf(c.def.FieldByIndex(f.index).Type()); ok && k.module == "layers" {
			return true
		}
	}
	return false
}

// decodeField sets a field, to zero where the value is the default.
func (c class) decodeField(f field, v reflect.Value, raw any) error {
	def := c.def.FieldByIndex(f.index)
	if f.name == "Label" && raw == labelOf(c.def) {
		return nil
	}
	if raw == nil {
		_, named := enumOf(v.Type())
		switch {
		case def.IsZero() && !named:
			return nil
		case f.key == "average":
			slog.Warn("a metric is one number here: Keras's number for each class becomes their mean", "metric", c.name, "average", nil)
			return nil
		case v.Kind() == reflect.Float64 && nullable(f.key):
			v.SetFloat(zero)
			return nil
		}
		return fmt.Errorf("expected a value, got null")
	}
	if err := decodeValue(f, v, raw); err != nil {
		return err
	}
	if equal(v, def) && !f.unset || v.Kind() == reflect.Slice && v.Len() == 0 && def.IsNil() {
		v.SetZero()
	} else if v.IsZero() && (!def.IsZero() || f.unset) {
		if f.none {
			setNone(v)
			return nil
		}
		if v.Kind() != reflect.Float64 {
			return fmt.Errorf("expected another value than %s", Show(raw))
		}
		v.SetFloat(zero)
	}
	return nil
}

// setNone sets whole numbers, arrays of them too, to -1, which stands for 0.
func setNone(v reflect.Value) {
	if v.Kind() == reflect.Array {
		for i := range v.Len() {
			setNone(v.Index(i))
		}
		return
	}
	v.SetInt(-1)
}

// equal compares values; Keras rounds some defaults to float32.
func equal(a, b reflect.Value) bool {
	if a.Kind() == reflect.Float64 {
		return float32(a.Float()) == float32(b.Float())
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// labelOf is the name that a metric gives itself.
func labelOf(v reflect.Value) any {
	if m, ok := v.Interface().(interface{ Name() string }); ok {
		return m.Name()
	}
	return nil
}
