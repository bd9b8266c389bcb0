package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/internal/registry"
)

// old reads a whole model in HDF5, as Keras 1 and 2 write it, and Keras 3
// where it is told to.
func (d *decoder) old(root *hdf5.Group) (*Archive, error) {
	raw, err := jsonIn(root, "model_config")
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	if raw == nil {
		return nil, errors.New("archive: the file has no model_config: it holds weights alone, or no model of Keras's: see LoadWeights")
	}
	group := root.Group("model_weights")
	if group == nil {
		return nil, errors.New("archive: the file has no model_weights")
	}
	d.room = numbersIn(group)
	t, err := d.whole(raw)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	old := !strings.HasPrefix(firstText(root, group, "keras_version"), "3")
	theano := firstText(root, group, "backend") == "theano"
	if err := readOldWeights(group, t, old, theano); err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	a := &Archive{Model: t.model}
	config, err := jsonIn(root, "training_config")
	switch {
	case err != nil:
		a.Uncompiled = err
	case config != nil:
		if a.Compiled, err = decodeOldCompiled(config, t, root.Group("optimizer_weights")); err != nil {
			a.Compiled, a.Uncompiled = nil, fmt.Errorf("training_config: %w", err)
		}
	}
	return a, nil
}

// jsonIn reads an object that is an attribute, nil if there is none.
func jsonIn(g *hdf5.Group, name string) (object, error) {
	text := textOf(g, name)
	if text == "" {
		return nil, nil
	}
	raw, err := objectIn([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return raw, nil
}

// objectIn reads a JSON object.
func objectIn(text []byte) (object, error) {
	var raw any
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	o, ok := raw.(object)
	if !ok {
		return nil, fmt.Errorf("expected a JSON object, got %s", registry.Show(raw))
	}
	return o, nil
}

func textOf(g *hdf5.Group, name string) string {
	v, _ := g.Attribute(name)
	text, _ := v.(string)
	return text
}

func firstText(a, b *hdf5.Group, name string) string {
	if text := textOf(a, name); text != "" {
		return text
	}
	return textOf(b, name)
}

// textsOf reads a list of names. A long one is in several attributes.
func textsOf(g *hdf5.Group, name string) []string {
	if v, ok := g.Attribute(name); ok {
		list, _ := v.([]string)
		return list
	}
	var all []string
	for i := 0; ; i++ {
		v, ok := g.Attribute(fmt.Sprintf("%s%d", name, i))
		list, isList := v.([]string)
		if !ok || !isList {
			return all
		}
		all = append(all, list...)
	}
}
