package archive

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model"
	"github.com/counterweight-go/counterweight/model/layer"
)

// functional makes a model whose layers are connected at will.
func (d *decoder) functional(config object, at string) (*tree, error) {
	list, ok := config["layers"].([]any)
	if !ok || len(list) == 0 || len(list) > maxLayers {
		return nil, fmt.Errorf("a Functional model: expected layers, at most %d, got %s", maxLayers, registry.Show(config["layers"]))
	}
	g := &graph{byName: map[string]*graphLayer{}}
	for i, raw := range list {
		r, err := recordOf(raw)
		if err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		if err := g.add(r); err != nil {
			return nil, fmt.Errorf("layer %q (%s): %w", r.name, r.class, err)
		}
	}
	inputs, err := references(config["input_layers"])
	if err != nil {
		return nil, fmt.Errorf("input_layers: %w", err)
	}
	outputs, err := references(config["output_layers"])
	if err != nil {
		return nil, fmt.Errorf("output_layers: %w", err)
	}
	if len(outputs) > maxOutputs {
		return nil, fmt.Errorf("output_layers: expected at most %d, got %d", maxOutputs, len(outputs))
	}
	if err := g.settle(outputs); err != nil {
		return nil, err
	}
	t := &tree{}
	if named, ok := config["output_layers"].(object); ok && len(named) == len(outputs) {
		t.outputs = slices.Sorted(maps.Keys(named))
	}
	var spec model.Spec
	var frozen []string
	keys := keyer{}
	for _, l := range g.layers {
		if l.mask { // its work is done by masks here
			continue
		}
		made, err := d.layer(l.record, at+"/"+keys.of(l.class))
		if err != nil {
			return nil, err
		}
		use := model.Use{Name: l.name, Layer: made.layer}
		for i, c := range l.calls {
			if g.unmasked(l, c) {
				name := fmt.Sprintf("%s_unmasked_%d", l.name, i)
				spec.Layers = append(spec.Layers, model.Use{Name: name, Layer: unmasking(c, name), Calls: [][]model.Ref{{c.inputs[0]}}})
				c.inputs[0] = model.Ref{Layer: name}
			}
			use.Calls = append(use.Calls, c.inputs)
		}
		spec.Layers = append(spec.Layers, use)
		t.entries = append(t.entries, made)
		if l.frozen {
			frozen = append(frozen, l.name)
		}
	}
	for _, r := range inputs {
		spec.Inputs = append(spec.Inputs, r.Layer)
	}
	spec.Outputs = outputs
	if t.model, err = d.config(config).Build(spec); err != nil {
		return nil, err
	}
	return t, d.built(t.model, frozen)
}

// graph is a functional model as its config has it.
type graph struct {
	old    bool // in the form of Keras 1 and 2
	layers []*graphLayer
	byName map[string]*graphLayer
}

type graphLayer struct {
	record
	calls []nodeCall
	mask  bool // an operation that only computes masks
}

// add reads the uses of a layer.
func (g *graph) add(r record) error {
	if r.name == "" {
		return fmt.Errorf("expected a name, got none")
	}
	if g.byName[r.name] != nil {
		return fmt.Errorf("the name is that of another layer")
	}
	l := &graphLayer{record: r, mask: r.operation && maskOperations[r.class]}
	for i, raw := range r.nodes {
		g.old = g.old || isList(raw)
		c, err := nodeOf(r.class, l.mask, raw)
		if err != nil {
			return fmt.Errorf("use %d: %w", i, err)
		}
		l.calls = append(l.calls, c)
	}
	if r.class == "InputLayer" {
		l.calls = []nodeCall{{}}
	}
	if err := l.settings(); err != nil {
		return err
	}
	g.layers, g.byName[r.name] = append(g.layers, l), l
	return nil
}

// settings puts what Keras says at each call, and a field says here, into the
// config.
func (l *graphLayer) settings() error {
	for i, c := range l.calls {
		if !maps.Equal(c.settings, l.calls[0].settings) {
			return fmt.Errorf("use %d has other arguments than the first one: expected %v, got %v", i, l.calls[0].settings, c.settings)
		}
	}
	if len(l.calls) > 0 && len(l.calls[0].settings) > 0 {
		for key, value := range l.calls[0].settings {
			l.config[key] = value
		}
	}
	return nil
}

// settle checks what uses refer to, and counts the uses of models from 0: Keras
// counts those of a functional model from 1 where it names outputs, and Keras 1
// and 2 everywhere, because it keeps a first use for itself.
func (g *graph) settle(outputs []model.Ref) error {
	first := map[string]int{}
	err := g.each(outputs, func(r *model.Ref, _ bool) error {
		to := g.byName[r.Layer]
		if to == nil {
			return fmt.Errorf("no layer %q", r.Layer)
		}
		if at, seen := first[r.Layer]; g.old && isModel(to.raw) && (!seen || r.Call < at) {
			first[r.Layer] = r.Call
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range outputs {
		if to := g.byName[outputs[i].Layer]; !g.old && isModel(to.raw) && to.class != "Sequential" {
			outputs[i].Call--
		}
	}
	err = g.each(outputs, func(r *model.Ref, forMask bool) error {
		r.Call -= first[r.Layer]
		if g.byName[r.Layer].mask && !forMask {
			return fmt.Errorf("%s is a function of Keras's on arrays, which is only known here where it makes a mask", g.byName[r.Layer].class)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return g.checkMasks()
}

// each visits all references, and says whether they serve masks only.
func (g *graph) each(outputs []model.Ref, visit func(r *model.Ref, forMask bool) error) error {
	for _, l := range g.layers {
		for _, c := range l.calls {
			for i := range len(c.inputs) + len(c.masks) {
				var err error
				if at := i - len(c.inputs); at < 0 {
					err = visit(&c.inputs[i], l.mask)
				} else {
					err = visit(&c.masks[at], true)
				}
				if err != nil {
					return fmt.Errorf("layer %q (%s): %w", l.name, l.class, err)
				}
			}
		}
	}
	for i := range outputs {
		if err := visit(&outputs[i], false); err != nil {
			return fmt.Errorf("output_layers: %w", err)
		}
	}
	return nil
}

// maskOperations are the functions of which Keras makes masks.
var maskOperations = map[string]bool{
	"NotEqual": true, "Any": true, "All": true, "LogicalAnd": true, "LogicalOr": true, "ZerosLike": true, "OnesLike": true,
	"ConvertToTensor": true, "Concatenate": true, "Squeeze": true, "ExpandDims": true, "Cast": true,
}

// checkMasks refuses masks other than those that layers make themselves, here
// as in Keras: an Embedding with mask_zero, or a Masking.
func (g *graph) checkMasks() error {
	sources := map[model.Ref]bool{}
	for _, l := range g.layers {
		if l.class == "Masking" || l.class == "Embedding" && l.config["mask_zero"] == true {
			for _, c := range l.calls {
				for _, r := range c.inputs {
					sources[r] = true
				}
			}
		}
	}
	for _, l := range g.layers {
		for _, c := range l.calls {
			for _, r := range c.masks {
				if !g.byName[r.Layer].mask {
					return fmt.Errorf("layer %q (%s): a mask out of layer %q (%s): expected masks that an Embedding or a Masking makes", l.name, l.class, r.Layer, g.byName[r.Layer].class)
				}
			}
			for _, r := range c.inputs {
				if l.mask && !g.byName[r.Layer].mask && !(l.class == "NotEqual" && sources[r]) && !strings.HasSuffix(l.class, "Like") {
					return fmt.Errorf("layer %q (%s): a function of Keras's on arrays, which is only known here where it makes a mask", l.name, l.class)
				}
			}
		}
	}
	return nil
}

// unmasked tells whether a layer does not see the mask of its sequences: with
// initial states, Keras 3 hands it none. Where there may be one it is dropped by a
// layer before. A loss behind it then counts all timesteps, which in Keras it does
// not: there the mask comes back with the output.
func (g *graph) unmasked(l *graphLayer, c nodeCall) bool {
	return !g.old && argumentsOf(l.class)[0] == "sequences" && len(c.inputs) > 1 && len(c.masks) == 0 && c.steps != nil &&
		g.byName[c.inputs[0].Layer].class != "Reshape" &&
		slices.ContainsFunc(g.layers, func(o *graphLayer) bool {
			return o.class == "Masking" || o.class == "Embedding" && o.config["mask_zero"] == true
		})
}

// unmasking is a layer that leaves sequences as they are, without their mask.
func unmasking(c nodeCall, name string) layer.Layer {
	return layer.Reshape{TargetShape: c.steps, Name: name}
}

// references reads input_layers or output_layers: one reference, or lists or
// objects of them, whose keys count in alphabetical order.
func references(raw any) ([]model.Ref, error) {
	switch raw := raw.(type) {
	case []any:
		if r, ok := referenceOf(raw); ok {
			return []model.Ref{r}, nil
		}
		var all []model.Ref
		for _, e := range raw {
			refs, err := references(e)
			if err != nil {
				return nil, err
			}
			all = append(all, refs...)
		}
		return all, nil
	case object:
		var all []model.Ref
		for _, key := range slices.Sorted(maps.Keys(raw)) {
			refs, err := references(raw[key])
			if err != nil {
				return nil, err
			}
			all = append(all, refs...)
		}
		return all, nil
	}
	return nil, fmt.Errorf("expected [layer, use, output], got %s", registry.Show(raw))
}

// referenceOf reads [layer, use, output].
func referenceOf(list []any) (model.Ref, bool) {
	if len(list) < 3 || len(list) > 4 {
		return model.Ref{}, false
	}
	name, ok := list[0].(string)
	use, isUse := list[1].(float64)
	output, isOutput := list[2].(float64)
	r := model.Ref{Layer: nameOf(name), Call: int(use), Output: int(output)}
	return r, ok && isUse && isOutput && float64(r.Call) == use && float64(r.Output) == output && r.Call >= 0 && r.Output >= 0
}
