package archive

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model"
)

// nodeCall is one use of a layer.
type nodeCall struct {
	inputs []model.Ref
	masks  []model.Ref
	// settings are arguments that are fields of the layer here.
	settings map[string]any
	masking  bool  // of a function that makes a mask, whose other arguments do not matter
	steps    []int // shape of a sample of the first input, nil where it is not said
}

// nodeOf reads one use: of Keras 3, with args and kwargs, or of Keras 1 and 2,
// a list of references, each of which may have the kwargs behind it.
func nodeOf(class string, masking bool, raw any) (nodeCall, error) {
	c := nodeCall{settings: map[string]any{}, masking: masking}
	if list, ok := raw.([]any); ok {
		return c, c.old(class, list)
	}
	node, ok := raw.(object)
	if !ok {
		return c, fmt.Errorf("expected args and kwargs, got %s", registry.Show(raw))
	}
	args, ok := node["args"].([]any)
	if !ok {
		return c, fmt.Errorf("expected a list of args, got %s", registry.Show(node["args"]))
	}
	names := argumentsOf(class)
	for i, a := range args {
		name := names[min(i, len(names)-1)]
		if err := c.argument(class, name, a); err != nil {
			return c, fmt.Errorf("%s: %w", name, err)
		}
	}
	kwargs, ok := node["kwargs"].(object)
	if !ok && node["kwargs"] != nil {
		return c, fmt.Errorf("expected kwargs, got %s", registry.Show(node["kwargs"]))
	}
	return c, c.keywords(class, kwargs)
}

// old reads a use as Keras 1 and 2 write it.
func (c *nodeCall) old(class string, list []any) error {
	for _, one := range list {
		parts, ok := one.([]any)
		if !ok {
			return fmt.Errorf("expected [layer, use, output], got %s", registry.Show(one))
		}
		r, ok := referenceOf(parts)
		if !ok {
			return fmt.Errorf("expected [layer, use, output], got %s", registry.Show(one))
		}
		c.inputs = append(c.inputs, r)
		if len(parts) < 4 || parts[3] == nil {
			continue
		}
		kwargs, ok := parts[3].(object)
		if !ok {
			return fmt.Errorf("expected kwargs, got %s", registry.Show(parts[3]))
		}
		if err := c.keywords(class, kwargs); err != nil {
			return err
		}
	}
	return nil
}

// argumentsOf names what a layer of a class takes in, in Keras's order.
func argumentsOf(class string) []string {
	switch class {
	case "MultiHeadAttention":
		return []string{"query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask", "return_attention_scores", "training", "use_causal_mask"}
	case "LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional":
		return []string{"sequences", "initial_state", "mask", "training"}
	case "Attention", "AdditiveAttention":
		return []string{"inputs", "mask", "training", "return_attention_scores", "use_causal_mask"}
	case "CategoryEncoding":
		return []string{"inputs", "count_weights"}
	}
	return []string{"inputs"}
}

// keywords reads the arguments by name, those that are inputs in Keras's order.
func (c *nodeCall) keywords(class string, kwargs object) error {
	order := argumentsOf(class)
	rank := func(key string) int {
		if i := slices.Index(order, key); i >= 0 {
			return i
		}
		return len(order)
	}
	keys := slices.Sorted(maps.Keys(kwargs))
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	for _, key := range keys {
		if err := c.argument(class, key, kwargs[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// argument reads one argument.
func (c *nodeCall) argument(class, name string, raw any) error {
	if raw == nil {
		return nil
	}
	switch name {
	case "mask", "query_mask", "value_mask", "key_mask":
		refs, err := tensorsOf(raw)
		c.masks = append(c.masks, refs...)
		return err
	case "training":
		if raw == true {
			return fmt.Errorf("the layer always works as in training, which has no counterpart here")
		}
		return nil
	case "use_causal_mask", "return_attention_scores":
		if raw == true {
			c.settings[name] = true
		} else if raw != false {
			return fmt.Errorf("expected true or false, got %s", registry.Show(raw))
		}
		return nil
	case "attention_mask":
		if len(c.inputs) == 2 { // the values are the keys
			c.inputs = append(c.inputs, c.inputs[1])
		}
	case "inputs", "sequences", "query", "value", "key", "initial_state", "count_weights":
	default:
		if c.masking {
			return nil
		}
		return fmt.Errorf("an argument that is not known of %s: %s", class, registry.Show(raw))
	}
	refs, err := tensorsOf(raw)
	if len(c.inputs) == 0 && len(refs) == 1 {
		c.steps = shapeIn(raw)
	}
	c.inputs = append(c.inputs, refs...)
	if c.masking {
		return nil
	}
	return err
}

// tensorsOf reads arrays of the graph: one, or lists or objects of them.
func tensorsOf(raw any) ([]model.Ref, error) {
	switch raw := raw.(type) {
	case []any:
		if r, ok := referenceOf(raw); ok && len(raw) == 3 { // in kwargs of Keras 2
			return []model.Ref{r}, nil
		}
		var all []model.Ref
		for _, e := range raw {
			refs, err := tensorsOf(e)
			if err != nil {
				return nil, err
			}
			all = append(all, refs...)
		}
		return all, nil
	case object:
		if raw["class_name"] == "__keras_tensor__" {
			config, _ := raw["config"].(object)
			history, _ := config["keras_history"].([]any)
			if r, ok := referenceOf(history); ok {
				return []model.Ref{r}, nil
			}
			return nil, fmt.Errorf("expected the keras_history [layer, use, output], got %s", registry.Show(config["keras_history"]))
		}
		if _, other := raw["class_name"]; other {
			break
		}
		var all []model.Ref
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			refs, err := tensorsOf(raw[key])
			if err != nil {
				return nil, err
			}
			all = append(all, refs...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("expected an output of a layer, got %s", registry.Show(raw))
}

// shapeIn is the shape of a sample of an array of the graph, nil where it is
// not said.
func shapeIn(raw any) (shape []int) {
	o, _ := raw.(object)
	config, _ := o["config"].(object)
	list, _ := config["shape"].([]any)
	for i, size := range list {
		n, ok := size.(float64)
		switch {
		case i == 0:
		case !ok || n != math.Trunc(n) || n < 1 || n > math.MaxInt32:
			return nil
		default:
			shape = append(shape, int(n))
		}
	}
	return shape
}
