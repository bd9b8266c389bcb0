package registry

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/loss"
	"github.com/counterweight-go/counterweight/model/initializer"
	"github.com/counterweight-go/counterweight/model/layer"
)

// What Keras writes under some keys does not follow from the type of the field.

// holes are what lists under a key may have: null for an axis that is as long as
// that of the input, 0 here.
func holes(key string) bool { return key == "noise_shape" || key == "output_shape" }

// nullable keys are null where the field is zero.
func nullable(key string) bool {
	switch key {
	case "weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "ema_overwrite_frequency", "gradient_accumulation_steps",
		"top_k", "warmup_target", "num_bins", "max_tokens":
		return true
	}
	return false
}

// listed keys have a list of one where the field is one number.
func listed(key string) bool {
	switch key {
	case "kernel_size", "strides", "dilation_rate", "pool_size":
		return true
	}
	return false
}

// single keys have the element itself in place of a list of one.
func single(key string) bool { return key == "alpha" || key == "axis" || one(key) }

// one tells whether a key holds one thing at most.
func one(key string) bool { return key == "class_id" || key == "ignore_class" }

// boolWords are what stands for false and true under some keys.
func boolWords(key string) ([2]string, bool) {
	switch key {
	case "mode":
		return [2]string{"rows", "columns"}, true
	case "oov_method":
		return [2]string{"floormod", "farmhash"}, true
	}
	return [2]string{}, false
}

// enum is a type whose values have names.
type enum struct {
	what  string
	names []string // by value
	parse func(string) (any, error)
}

func enumOf(t reflect.Type) (enum, bool) {
	switch t {
	case reflect.TypeFor[layer.ActivationFunc]():
		return enum{"activation", nil, named(layer.ParseActivation)}, true
	case reflect.TypeFor[loss.Reduction]():
		return enum{"reduction", nil, named(loss.ParseReduction)}, true
	case reflect.TypeFor[layer.Padding]():
		return enum{"padding", []string{"valid", "same", "causal"}, nil}, true
	case reflect.TypeFor[layer.MergeMode]():
		return enum{"merge mode", []string{"concat", "sum", "mul", "ave", ""}, nil}, true
	case reflect.TypeFor[layer.ScoreMode]():
		return enum{"score mode", []string{"dot", "concat"}, nil}, true
	case reflect.TypeFor[layer.Interpolation]():
		return enum{"interpolation", []string{"nearest", "bilinear"}, nil}, true
	case reflect.TypeFor[layer.OutputMode]():
		return enum{"output mode", []string{"", "int", "one_hot", "multi_hot", "count", "tf_idf"}, nil}, true
	case reflect.TypeFor[initializer.Fan]():
		return enum{"mode", []string{"fan_in", "fan_out", "fan_avg"}, nil}, true
	case reflect.TypeFor[initializer.Distribution]():
		return enum{"distribution", []string{"truncated_normal", "untruncated_normal", "uniform"}, nil}, true
	case reflect.TypeFor[metric.Average]():
		return enum{"average", []string{"macro", "micro", "weighted"}, nil}, true
	case reflect.TypeFor[metric.Aggregation]():
		return enum{"aggregation", []string{"uniform_average", "variance_weighted_average"}, nil}, true
	case reflect.TypeFor[metric.Curve]():
		return enum{"curve", []string{"ROC", "PR", "PRGAIN"}, nil}, true
	case reflect.TypeFor[metric.Summation]():
		return enum{"summation method", []string{"interpolation", "minoring", "majoring"}, nil}, true
	case reflect.TypeFor[metric.Disagreement]():
		return enum{"disagreement", []string{"nominal", "linear", "quadratic"}, nil}, true
	}
	return enum{}, false
}

// format returns the name of a value.
func (e enum) format(v reflect.Value) (any, error) {
	if e.names == nil {
		name := fmt.Sprint(v.Interface())
		if _, err := e.parse(name); err != nil {
			return nil, err
		}
		return name, nil
	}
	if i := int(v.Int()); i >= 0 && i < len(e.names) {
		return e.names[i], nil
	}
	return nil, fmt.Errorf("unknown %s %d", e.what, v.Int())
}

// value returns what a name means, to be converted to the type. Keras writes
// the name of a function as an object too.
func (e enum) value(raw any) (any, error) {
	if object, ok := raw.(map[string]any); ok && object["class_name"] == "function" {
		raw = object["config"]
	}
	name, ok := raw.(string)
	if !ok {
		return nil, fmt.Errorf("expected the name of one of Keras's, got %s", Show(raw))
	}
	if e.names == nil {
		return e.parse(name)
	}
	for i, n := range e.names {
		if strings.EqualFold(n, name) {
			return i, nil
		}
	}
	return nil, fmt.Errorf("unknown %s %q, expected one of %s", e.what, name, strings.Join(e.names, ", "))
}
