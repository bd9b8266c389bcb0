package archive

import (
	"fmt"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// encodeModel returns a model's config with its class, as encoding/json writes it.
func encodeModel(m *model.Model, name string) (object, error) {
	if err := checkMaskedGraph(m); err != nil {
		return nil, err
	}
	spec := m.Spec()
	layers := []any{}
	for _, u := range spec.Layers {
		trainable, _ := m.Trainable(u.Name)
		l, err := encodeLayer(u.Name, u.Layer, trainable)
		if err != nil {
			return nil, err
		}
		if m.Class() != "Sequential" {
			l["name"] = u.Name
			l["inbound_nodes"] = nodesOf(m, u)
		}
		layers = append(layers, l)
	}
	config := object{"name": name, "trainable": true, "layers": layers}
	out := object{"class_name": m.Class(), "config": config, "registered_name": nil}
	if m.Class() == "Sequential" {
		config["dtype"] = policy()
		config["build_input_shape"] = batchShape(m.InputShape())
		out["module"] = "keras"
		out["build_config"] = object{"input_shape": batchShape(m.InputShape())}
		return out, nil
	}
	var inputs, outputs []any
	for _, in := range m.InputNames() {
		inputs = append(inputs, []any{in, 0, 0})
	}
	for _, r := range spec.Outputs {
		outputs = append(outputs, outputOf(spec, r))
	}
	config["input_layers"], config["output_layers"] = unwrapped(inputs), unwrapped(outputs)
	out["module"], out["registered_name"] = "keras.src.models.functional", "Functional"
	out["build_config"] = object{"input_shape": nil}
	return out, nil
}

// unwrapped is the element of a list of one, as Keras writes one input.
func unwrapped(list []any) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func policy() any {
	return object{"module": "keras", "class_name": "DTypePolicy", "config": object{"name": "float32"}, "registered_name": nil}
}

// encodeLayer returns a layer's config with its class.
func encodeLayer(name string, l layer.Layer, trainable bool) (object, error) {
	var out object
	var err error
	switch inner := innerOf(l); {
	case inner == nil:
		out, err = encodeOwn(l)
	case inner == l:
		return encodeModel(inner, name)
	default: // in a TimeDistributed
		if out, err = encodeOwn(layer.TimeDistributed{Layer: layer.Identity{}}); err == nil {
			out["config"].(object)["layer"], err = encodeModel(inner, inner.Name())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("layer %q: %w", name, err)
	}
	config := out["config"].(object)
	config["name"] = name
	if _, has := config["trainable"]; has {
		config["trainable"] = trainable
	}
	return out, nil
}

// encodeOwn is registry.Encode without what Keras says at calls.
func encodeOwn(l layer.Layer) (object, error) {
	if _, isLambda := l.(layer.Lambda); isLambda {
		return nil, fmt.Errorf("a Lambda is a function of Go's, which an archive does not hold: write a layer that package registry knows, or save the weights alone")
	}
	raw, err := registry.Encode(l)
	if err != nil {
		return nil, trimmed(err)
	}
	out := raw.(object)
	config := out["config"].(object)
	for _, key := range callSettings {
		delete(config, key)
	}
	return out, nil
}

// callSettings are fields here that Keras is told at each call.
var callSettings = []string{"use_causal_mask", "return_attention_scores"}

// nodesOf lists the uses of a layer.
func nodesOf(m *model.Model, u model.Use) []any {
	nodes := []any{}
	if _, isInput := u.Layer.(layer.Input); isInput {
		return nodes
	}
	kwargs := settingsOf(u.Layer)
	for _, in := range u.Calls {
		var tensors []any
		for _, r := range in {
			tensors = append(tensors, object{"class_name": "__keras_tensor__", "config": object{
				"shape": batchShape(m.ShapeOf(r)), "dtype": "float32", "keras_history": []any{r.Layer, r.Call, r.Output},
			}})
		}
		args, named := arguments(u.Layer, tensors)
		for key, value := range kwargs {
			named[key] = value
		}
		nodes = append(nodes, object{"args": args, "kwargs": named})
	}
	return nodes
}

// settingsOf are the arguments of a layer's calls that are fields here.
func settingsOf(l layer.Layer) object {
	named := object{}
	raw, err := registry.Encode(l)
	if out, ok := raw.(object); ok && err == nil {
		config := out["config"].(object)
		for _, key := range callSettings {
			if config[key] == true {
				named[key] = true
			}
		}
	}
	return named
}

// arguments arranges the inputs of a layer as Keras's layers take them.
func arguments(l layer.Layer, tensors []any) (args []any, named object) {
	named = object{}
	class := l.Class()
	_, isModel := l.(*model.Model)
	_, single := l.(layer.Single)
	switch names := argumentsOf(class); {
	case class == "MultiHeadAttention":
		args = tensors[:min(3, len(tensors))]
		if len(tensors) > 3 {
			named["attention_mask"] = tensors[3]
		}
	case names[0] == "sequences":
		args = tensors[:1]
		if len(tensors) > 1 {
			named["initial_state"] = tensors[1:]
		}
	case class == "CategoryEncoding":
		args = tensors[:1]
		if len(tensors) > 1 {
			named["count_weights"] = tensors[1]
		}
	case single || isModel && len(tensors) == 1:
		args = tensors
	default: // Keras's merging layers take lists
		args = []any{tensors}
	}
	return args, named
}

// outputOf is a reference to an output of a model as Keras has it: a functional
// model in the place of a layer keeps its first use for itself.
func outputOf(s model.Spec, r model.Ref) []any {
	call := r.Call
	i := slices.IndexFunc(s.Layers, func(u model.Use) bool { return u.Name == r.Layer })
	if inner, ok := s.Layers[i].Layer.(*model.Model); ok && inner.Class() != "Sequential" {
		call++
	}
	return []any{r.Layer, call, r.Output}
}

// typed gives all layers of a config the element type of the model.
func typed(v any, dt tensor.Dtype) {
	if dt == tensor.Float32 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			typed(e, dt)
		}
	case object:
		class, _ := v["class_name"].(string)
		config, _ := v["config"].(object)
		if class == "DTypePolicy" && config["name"] == "float32" {
			config["name"] = dt.Name()
		} else if config["dtype"] == "float32" && !strings.HasPrefix(class, "__") {
			config["dtype"] = dt.Name()
		}
		for _, e := range v {
			typed(e, dt)
		}
	}
}
