package registry

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/fit/optimizer/schedule"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/constraint"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
	"github.com/counterweight-go/counterweight/model/regularizer"
)

// kind is one sort of thing that has classes.
type kind struct {
	name    string // "layer"
	module  string // Keras's, "layers"
	typ     reflect.Type
	classes []class
	byName  func(string) (any, error) // its strings, nil where the classes are all there is
}

// class is one of Keras's classes, or one of this module's own.
type class struct {
	name string
	// def is the struct with Keras's defaults written out, where its zero
	// values mean them.
	def reflect.Value
	// own says that Keras has no such class.
	own bool
	// keys are those of fields whose key does not follow from the name:
	// "!key" is the opposite of a bool, "?key" is no key of Keras's and only
	// written where the field is set, "" is none: the field is as in def.
	keys map[string]string
	// fixed are keys of Keras's that have one value here.
	fixed map[string]any
	// also are other values of fixed keys that mean the same.
	also map[string]any
	// same are fields whose zero value means that of another field.
	same map[string]string
	// null are the bool fields that a null under a key sets.
	null map[string]string
	// none are fields of whole numbers where layer.None stands for an explicit 0.
	none map[string]bool
	// unset are fields that are null where they are zero, and Zero for 0.
	unset map[string]bool
	// batch is a field with the number of rows, the first of Keras's batch_shape,
	// and 0 where that is null.
	batch string
	// derived are keys of Keras's that say again what others say.
	derived map[string]bool
}

type option func(*class)

// key says under which key a field is.
func key(field, key string) option { return func(c *class) { c.keys[field] = key } }

// fixed gives, as a JSON object, keys that have one value here.
func fixed(object string) option {
	return func(c *class) {
		var keys map[string]any
		if err := json.Unmarshal([]byte(object), &keys); err != nil {
			keys = map[string]any{object: err.Error()} // a key that fits nothing: the tests see it
		}
		for k, v := range keys {
			c.fixed[k] = v
		}
	}
}

// also gives, as a JSON value, what a fixed key may have instead.
func also(key, value string) option {
	return func(c *class) {
		var v any
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			v = err // which equals nothing: the tests see it
		}
		c.also[key] = v
	}
}

// same says that a field's zero value means the value of another.
func same(field, as string) option { return func(c *class) { c.same[field] = as } }

// null says that null under a key sets a bool field.
func null(key, field string) option {
	return func(c *class) { c.null[key], c.keys[field] = field, "-" }
}

// none says that -1 in a field stands for an explicit 0.
func none(field string) option { return func(c *class) { c.none[field] = true } }

// unset says that a zero field is null, and 0 the Zero of its package.
func unset(field string) option { return func(c *class) { c.unset[field] = true } }

// batch says which field has the number of rows of a batch.
func batch(field string) option { return func(c *class) { c.batch, c.keys[field] = field, "-" } }

// derived says that a key of Keras's follows from others.
func derived(key string) option { return func(c *class) { c.derived[key] = true } }

// of registers a struct, with Keras's defaults written out, under the name of
// its type, or that of its method Class.
func of(def any, options ...option) class {
	name := reflect.TypeOf(def).Name()
	if l, ok := def.(layer.Layer); ok {
		name = l.Class()
	}
	return as(name, def, options...)
}

// as is of under another name.
func as(name string, def any, options ...option) class {
	c := class{
		name: name, def: reflect.ValueOf(def),
		keys: map[string]string{}, fixed: map[string]any{}, also: map[string]any{}, same: map[string]string{}, null: map[string]string{},
		none: map[string]bool{}, unset: map[string]bool{}, derived: map[string]bool{},
	}
	for _, o := range options {
		o(&c)
	}
	return c
}

// own is of for what Keras lacks.
func own(def any, options ...option) class {
	c := of(def, options...)
	c.own = true
	return c
}

// known lists everything there is.
var known = sync.OnceValue(kinds)

func kinds() []kind {
	return []kind{
		{"layer", "layers", reflect.TypeFor[layer.Layer](), layers(), nil},
		{"cell", "layers", reflect.TypeFor[layer.Cell](), cells(), nil},
		{"loss", "losses", reflect.TypeFor[loss.Loss](), losses(), named(loss.ByName)},
		{"metric", "metrics", reflect.TypeFor[metric.Metric](), metrics(), named(metric.ByName)},
		{"optimizer", "optimizers", reflect.TypeFor[optimizer.Optimizer](), optimizers(), named(optimizer.ByName)},
		{"schedule", "optimizers.schedules", reflect.TypeFor[schedule.Schedule](), schedules(), nil},
		{"initializer", "initializers", reflect.TypeFor[initializer.Initializer](), initializers(), named(initializer.ByName)},
		{"regularizer", "regularizers", reflect.TypeFor[regularizer.Regularizer](), regularizers(), nil},
		{"constraint", "constraints", reflect.TypeFor[constraint.Constraint](), constraints(), nil},
	}
}

func named[T any](byName func(string) (T, error)) func(string) (any, error) {
	return func(name string) (any, error) { return byName(name) }
}

// kindOf returns the kind whose interface t is.
func kindOf(t reflect.Type) (kind, bool) {
	for _, k := range known() {
		if k.typ == t {
			return k, true
		}
	}
	return kind{}, false
}

// classOf returns the class of a struct, and its kind: the first whose fields
// without a key have the value that they have in v.
func classOf(v reflect.Value) (kind, class, error) {
	for _, k := range known() {
		for _, c := range k.classes {
			if c.def.Type() == v.Type() && c.has(v) {
				return k, c, nil
			}
		}
	}
	return kind{}, class{}, fmt.Errorf("registry: %v has no config of Keras's", v.Type())
}

func (c class) has(v reflect.Value) bool {
	return !slices.ContainsFunc(c.fields(), func(f field) bool {
		return f.key == "" && !v.FieldByIndex(f.index).Equal(c.def.FieldByIndex(f.index))
	})
}
