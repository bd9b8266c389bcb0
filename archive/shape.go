package archive

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/model/layer"
	"gorgonia.org/tensor"
)

// inputOf makes an input: of the shape that is asked for under its name, or of
// the first of some shapes of batches that is there.
func (d *decoder) inputOf(name string, shapes ...any) (layer.Input, error) {
	if shape, ok := d.shapes[name]; ok {
		d.asked[name] = true
		return layer.Input{Shape: slices.Clone(shape)}, nil
	}
	for _, raw := range shapes {
		list, ok := raw.([]any)
		if !ok {
			continue
		}
		if len(list) < 2 {
			return layer.Input{}, fmt.Errorf("input shape %s: expected the batch and at least one axis more", registry.Show(raw))
		}
		var shape []int
		for i, size := range list {
			n, ok := size.(float64)
			if i == 0 && size == nil {
				n, ok = 1, true
			} else if size == nil {
				return layer.Input{}, fmt.Errorf("input shape %s: an axis has no size, and models have fixed shapes here: give one in Options.InputShapes", registry.Show(raw))
			}
			if !ok || n != math.Trunc(n) || n < 1 || n > math.MaxInt32 {
				return layer.Input{}, fmt.Errorf("input shape %s: expected whole numbers of at least 1", registry.Show(raw))
			}
			shape = append(shape, int(n))
		}
		if list[0] == nil {
			shape[0] = 0
		}
		return layer.Input{Shape: shape[1:], BatchSize: shape[0]}, nil
	}
	return layer.Input{}, errors.New("the shape of the input is not known: the model was saved before it was built")
}

// buildShape is the shape that a layer was built on, nil where none is there.
func buildShape(raw any) any {
	if r, ok := raw.(object); ok {
		if config, ok := r["build_config"].(object); ok {
			return config["input_shape"]
		}
	}
	return nil
}

// inputShape is the shape of a batch that a model takes, nil without a model.
func inputShape(t *tree) any {
	if t == nil {
		return nil
	}
	return batchShape(t.model.InputShape())
}

// batchShape is a shape as configs have it.
func batchShape(shape []int) any {
	list := []any{nil}
	for _, n := range shape {
		list = append(list, float64(n))
	}
	return list
}

// settleTypes looks at the element types of all layers, and makes them those
// that the registry writes. It returns the type of the model.
func settleTypes(config any) (tensor.Dtype, error) {
	double, single := 0, 0
	var walk func(v any) error
	see := func(name string) error {
		switch name {
		case "float64":
			double++
		case "float32", "mixed_float16", "mixed_bfloat16", "float16", "bfloat16":
			single++
		default:
			return fmt.Errorf("element type %.40q, expected float32 or float64", name)
		}
		return nil
	}
	walk = func(v any) error {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				if err := walk(e); err != nil {
					return err
				}
			}
		case object:
			class, _ := v["class_name"].(string)
			own, _ := v["config"].(object)
			if (class == "DTypePolicy" || class == "FloatDTypePolicy") && own != nil {
				name, _ := own["name"].(string)
				if isInteger(name) {
					return nil
				}
				own["name"] = "float32"
				return see(name)
			}
			if name, ok := own["dtype"].(string); ok {
				switch {
				case class == "InputLayer" && !strings.Contains(name, "string"), name == "bool":
					own["dtype"] = "float32"
				case !isInteger(name):
					own["dtype"] = "float32"
					if err := see(name); err != nil {
						return fmt.Errorf("%s: %w", class, err)
					}
				}
			}
			for _, e := range v {
				if err := walk(e); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := walk(config); err != nil {
		return tensor.Float32, err
	}
	if double > 0 && single > 0 {
		return tensor.Float32, errors.New("layers of float64 beside layers of float32: expected one element type for the model")
	}
	if double > 0 {
		return tensor.Float64, nil
	}
	return tensor.Float32, nil
}

func isInteger(name string) bool {
	return strings.HasPrefix(name, "int") || strings.HasPrefix(name, "uint") || name == "bool"
}
