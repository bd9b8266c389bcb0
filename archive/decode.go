package archive

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/internal/names"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// object is a JSON object.
type object = map[string]any

// archive makes the archive of a config.json and its weights.
func (d *decoder) archive(raw object, root *hdf5.Group) (*Archive, error) {
	d.room = numbersIn(root)
	t, err := d.whole(raw)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if err := readWeights(root, t); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	a := &Archive{Model: t.model}
	config, _ := raw[ownCompileKey].(object)
	if config == nil {
		config, _ = raw["compile_config"].(object)
	}
	if len(config) == 0 {
		return a, nil
	}
	if a.Compiled, err = decodeCompiled(config, t, root); err != nil {
		a.Compiled, a.Uncompiled = nil, fmt.Errorf("compile_config: %w", err)
	}
	return a, nil
}

// decoder makes models of configs.
type decoder struct {
	room   int // numbers that the weights may still have
	depth  int // of the model that is being made
	dtype  tensor.Dtype
	assets func(name string) ([]byte, error)
	shapes map[string][]int // of inputs, in place of their own
	asked  map[string]bool  // those that were there
}

const (
	maxLayers  = 10_000 // of a model
	maxDepth   = 100    // of models within models: looking for a weight goes down all of them
	maxOutputs = 256
)

// whole makes the model that a file holds.
func (d *decoder) whole(raw object) (*tree, error) {
	var err error
	if d.dtype, err = settleTypes(raw["config"]); err != nil {
		return nil, err
	}
	return d.model(raw, "layers")
}

// modelClasses are Keras's classes of models.
var modelClasses = []string{"Sequential", "Functional", "Model"}

func isModel(raw object) bool {
	class, _ := raw["class_name"].(string)
	return slices.Contains(modelClasses, class) && !custom(raw)
}

// custom tells whether a class is one that a user of Keras has registered.
func custom(raw object) bool {
	registered, _ := raw["registered_name"].(string)
	return strings.Contains(registered, ">") && !strings.HasPrefix(registered, "counterweight>")
}

// model makes a model, and the models inside it, of a config with its class. at
// is where it lies in a file with assets.
func (d *decoder) model(raw object, at string) (*tree, error) {
	class, _ := raw["class_name"].(string)
	if !isModel(raw) {
		if class == "Lambda" {
			return nil, errLambda
		}
		if custom(raw) {
			return nil, fmt.Errorf("class %q is one of a user of Keras's, registered as %q: expected a Sequential or a Functional model", class, raw["registered_name"])
		}
		return nil, names.Unknown("unknown class of a model", class, modelClasses[:2])
	}
	config, ok := raw["config"].(object)
	if list, isList := raw["config"].([]any); isList { // Keras 1
		config, ok = object{"layers": list}, true
	}
	if !ok {
		return nil, fmt.Errorf("%s: expected its config, got %s", class, registry.Show(raw["config"]))
	}
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > maxDepth {
		return nil, fmt.Errorf("%s: expected models within models at most %d deep", class, maxDepth)
	}
	var t *tree
	var err error
	if class == "Sequential" {
		t, err = d.sequential(config, raw, at)
	} else {
		t, err = d.functional(config, at)
	}
	if err != nil {
		return nil, err
	}
	if config["trainable"] == false {
		err = t.model.SetTrainable(false)
	}
	return t, err
}

// config is how a model is made: without weights, which come from the file.
func (d *decoder) config(raw object) model.Config {
	name, _ := raw["name"].(string)
	return model.Config{Name: nameOf(name), DType: d.dtype, Blank: true, MaxWeights: d.room}
}

// built takes what a new model has off the room, and freezes its layers.
func (d *decoder) built(m *model.Model, frozen []string) error {
	for _, u := range m.Spec().Layers {
		if innerOf(u.Layer) == nil {
			for _, p := range m.ParamsOf(u.Name) {
				d.room -= p.Value.Shape().TotalSize()
			}
		}
	}
	if len(frozen) == 0 {
		return nil
	}
	return m.SetTrainable(false, frozen...)
}

// sequential makes a model of layers that follow each other.
func (d *decoder) sequential(config, raw object, at string) (*tree, error) {
	list, ok := config["layers"].([]any)
	if !ok || len(list) == 0 || len(list) > maxLayers {
		return nil, fmt.Errorf("a Sequential model: expected layers, at most %d, got %s", maxLayers, registry.Show(config["layers"]))
	}
	t := &tree{}
	keys := keyer{}
	var layers []layer.Layer
	var frozen []string
	for i, one := range list {
		r, err := recordOf(one)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		key := "input_layer"
		if r.class != "InputLayer" {
			key = keys.of(r.class)
		}
		made, err := d.layer(r, at+"/"+key)
		if err != nil {
			return nil, err
		}
		if i == 0 && r.class != "InputLayer" {
			input, err := d.inputOf("", r.shape, config["build_input_shape"], buildShape(raw), inputShape(made.inner))
			if err != nil {
				return nil, fmt.Errorf("layer %q (%s): %w", r.name, r.class, err)
			}
			layers = append(layers, input)
		}
		layers = append(layers, made.layer)
		if r.class == "InputLayer" {
			continue
		}
		t.entries = append(t.entries, made)
		if r.frozen {
			frozen = append(frozen, r.name)
		}
	}
	var err error
	if t.model, err = d.config(config).Sequential(layers...); err != nil {
		return nil, err
	}
	for i, u := range t.model.Spec().Layers[1:] { // with the names of those that had none
		t.entries[i].name = u.Name
	}
	return t, d.built(t.model, frozen)
}

// record is a layer as a config has it.
type record struct {
	class, name string
	raw, config object
	shape       any // that of the batch, where a layer says so itself as in Keras 1 and 2
	nodes       []any
	frozen      bool
	operation   bool // a function of Keras's, not a layer
}

// recordOf reads what all layers have in common, without changing it.
func recordOf(raw any) (record, error) {
	r := record{}
	var ok bool
	if r.raw, ok = raw.(object); !ok {
		return r, fmt.Errorf("expected the config of a layer, got %s", registry.Show(raw))
	}
	r.class, _ = r.raw["class_name"].(string)
	if r.class == "" {
		return r, fmt.Errorf("expected the class_name of a layer, got %s", registry.Show(r.raw["class_name"]))
	}
	if r.class == "Lambda" || r.class == "__lambda__" {
		return r, errLambda
	}
	given, ok := r.raw["config"].(object)
	if !ok && !isModel(r.raw) {
		return r, fmt.Errorf("%s: expected its config, got %s", r.class, registry.Show(r.raw["config"]))
	}
	r.config = maps.Clone(given)
	for _, name := range []any{r.raw["name"], given["name"]} {
		if s, ok := name.(string); ok && r.name == "" {
			r.name = nameOf(s)
		}
	}
	r.nodes, _ = r.raw["inbound_nodes"].([]any)
	r.frozen = given["trainable"] == false
	module, _ := r.raw["module"].(string)
	r.operation = strings.HasPrefix(module, "keras.src.ops") || strings.HasPrefix(module, "keras.ops")
	for _, key := range []string{"batch_shape", "batch_input_shape"} {
		if s, has := r.config[key]; has && r.shape == nil {
			r.shape = s
		}
	}
	if r.class != "InputLayer" {
		delete(r.config, "batch_input_shape")
	}
	return r, nil
}

// nameOf is the name that a layer has here: Keras 2 allows slashes in names.
func nameOf(name string) string { return strings.ReplaceAll(name, "/", "_") }

var errLambda = errors.New("a Lambda layer holds a program in Python's bytecode, which is not run: write a layer of your own")

// layer makes a layer, which may be a model. The record's config is used up.
func (d *decoder) layer(r record, at string) (entry, error) {
	fault := func(err error) (entry, error) {
		text := strings.TrimPrefix(err.Error(), "registry: ")
		return entry{}, fmt.Errorf("layer %q: %w", r.name, rewritten{text, err})
	}
	e := entry{name: r.name}
	if isModel(r.raw) {
		inner, err := d.model(r.raw, at+"/layers")
		if err != nil {
			return fault(err)
		}
		e.layer, e.inner = inner.model, inner
		return e, nil
	}
	if r.operation {
		return fault(fmt.Errorf("%s is a function of Keras's on arrays, not a layer: it is not known here", r.class))
	}
	if custom(r.raw) {
		return fault(fmt.Errorf("%s is a class of a user of Keras's, registered as %q", r.class, r.raw["registered_name"]))
	}
	if r.class == "InputLayer" {
		input, err := d.inputOf(r.name, r.shape)
		if err != nil {
			return fault(err)
		}
		input.Name = r.name
		e.layer = input
		return e, nil
	}
	if err := modernise(&r); err != nil {
		return fault(err)
	}
	if err := d.vocabulary(&r, at); err != nil {
		return fault(err)
	}
	r.config["name"] = r.name
	if r.frozen { // told to the model, where wrappers have it too
		r.config["trainable"] = true
	}
	if wrapped, ok := r.config["layer"].(object); ok && r.class == "TimeDistributed" && isModel(wrapped) {
		inner, err := d.model(wrapped, at+"/layer/layers")
		if err != nil {
			return fault(err)
		}
		e.layer, e.inner = layer.TimeDistributed{Layer: inner.model, Name: r.name}, inner
		return e, nil
	}
	made, err := registry.Decode[layer.Layer](object{"class_name": r.class, "config": r.config, "registered_name": r.raw["registered_name"]})
	if err != nil {
		return fault(err)
	}
	e.layer = made
	return e, nil
}

// rewritten is an error under another text.
type rewritten struct {
	text string
	err  error
}

func (r rewritten) Error() string { return r.text }
func (r rewritten) Unwrap() error { return r.err }
