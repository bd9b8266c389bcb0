package archive

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/engine"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
	"gorgonia.org/tensor"
)

// Compiled says how a model was trained.
type Compiled struct {
	// Config has the optimizer with its schedule, losses, their weights, and
	// metrics.
	Config fit.Config

	state   []*tensor.Dense // the optimizer's, as the file has it; nil for none
	trained []*engine.Param // what it moved, in the order of the file
	grouped bool            // each slot of all weights is side by side in state
}

// ownCompileKey is beside compile_config where that holds less than all, because
// Keras does not know the rest.
const ownCompileKey = "counterweight_compile_config"

// decodeCompiled reads a compile_config and the state of the optimizer.
func decodeCompiled(config object, t *tree, root *hdf5.Group) (*Compiled, error) {
	c, err := decodeSettings(config, t)
	if err != nil {
		return nil, err
	}
	path := "optimizer"
	if _, scaled := unscaled(config["optimizer"]); scaled {
		path += "/inner_optimizer"
	}
	c.state, err = stateIn(root.Group(path + "/vars"))
	return c, err
}

// decodeSettings reads how a model is trained.
func decodeSettings(config object, t *tree) (*Compiled, error) {
	c := &Compiled{trained: t.trainable()}
	raw, _ := unscaled(config["optimizer"])
	var err error
	if c.Config.Optimizer, err = registry.Decode[optimizer.Optimizer](modernOptimizer(raw)); err != nil {
		return nil, fmt.Errorf("optimizer: %w", trimmed(err))
	}
	outputs := outputsOf{names: t.model.OutputNames(), keys: t.outputs}
	if err := outputs.losses(config, &c.Config); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		key  string
		all  *[]metric.Metric
		each *map[string][]metric.Metric
	}{
		{"metrics", &c.Config.Metrics, &c.Config.OutputMetrics},
		{"weighted_metrics", &c.Config.WeightedMetrics, &c.Config.WeightedOutputMetrics},
	} {
		byOutput, err := outputs.metrics(config[m.key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.key, err)
		}
		if len(outputs.names) == 1 {
			*m.all = byOutput[outputs.names[0]]
		} else if len(byOutput) > 0 {
			*m.each = byOutput
		}
	}
	return c, nil
}

// unscaled takes off what mixed precision puts around an optimizer.
func unscaled(raw any) (inner any, scaled bool) {
	if o, ok := raw.(object); ok && o["class_name"] == "LossScaleOptimizer" {
		config, _ := o["config"].(object)
		return config["inner_optimizer"], true
	}
	return raw, false
}

// outputsOf matches what a compile_config says with the outputs of a model.
type outputsOf struct {
	names []string
	keys  []string // what the config calls them, nil where that is the same
}

// each calls visit with what a config has for each output: by name, in a list
// in their order, or the same for all.
func (o outputsOf) each(raw any, visit func(output string, raw any) error) error {
	one := func(name string, raw any) error {
		if raw == nil {
			return nil
		}
		if err := visit(name, raw); err != nil && len(o.names) > 1 {
			return fmt.Errorf("output %q: %w", name, err)
		} else if err != nil {
			return err
		}
		return nil
	}
	list, isList := raw.([]any)
	byName, isObject := raw.(object)
	_, isClass := byName["class_name"]
	switch {
	case isList:
		if len(list) != len(o.names) {
			return fmt.Errorf("expected one for each of the outputs %q, got %d", o.names, len(list))
		}
		for i, name := range o.names {
			if err := one(name, list[i]); err != nil {
				return err
			}
		}
	case isObject && !isClass:
		keys := o.keys
		if keys == nil {
			keys = o.names
		}
		for _, key := range slices.Sorted(maps.Keys(byName)) {
			i := slices.Index(keys, key)
			if i < 0 {
				return fmt.Errorf("output %q, expected one of %q", key, keys)
			}
			if err := one(o.names[i], byName[key]); err != nil {
				return err
			}
		}
	default:
		for _, name := range o.names {
			if err := one(name, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// losses sets the losses and their weights.
func (o outputsOf) losses(config object, c *fit.Config) error {
	losses := map[string]loss.Loss{}
	err := o.each(config["loss"], func(output string, raw any) error {
		if list, ok := raw.([]any); ok && len(list) == 1 {
			raw = list[0]
		}
		l, err := registry.Decode[loss.Loss](modernLoss(function(raw)))
		if err != nil {
			return trimmed(err)
		}
		losses[output] = l
		return nil
	})
	if err != nil {
		return fmt.Errorf("loss: %w", err)
	}
	if len(o.names) == 1 {
		c.Loss = losses[o.names[0]]
	} else {
		c.Losses = losses
	}
	err = o.each(config["loss_weights"], func(output string, raw any) error {
		w, ok := raw.(float64)
		if !ok {
			return fmt.Errorf("expected a number, got %s", registry.Show(raw))
		}
		if losses[output] == nil {
			return nil // Keras takes a weight of no loss
		}
		if c.LossWeights == nil {
			c.LossWeights = map[string]float64{}
		}
		c.LossWeights[output] = w
		return nil
	})
	if err != nil {
		return fmt.Errorf("loss_weights: %w", err)
	}
	return nil
}

// metrics returns the metrics of each output.
func (o outputsOf) metrics(raw any) (map[string][]metric.Metric, error) {
	all := map[string][]metric.Metric{}
	if raw == nil {
		return all, nil
	}
	add := func(output string, raw any) error {
		list, ok := raw.([]any)
		if !ok {
			list = []any{raw}
		}
		for _, one := range list {
			if one == nil {
				continue
			}
			m, err := decodeMetric(one)
			if err != nil {
				return trimmed(err)
			}
			all[output] = append(all[output], m)
		}
		return nil
	}
	if list, ok := raw.([]any); ok && len(o.names) == 1 && (len(list) != 1 || !isList(list[0])) {
		return all, add(o.names[0], raw)
	}
	if list, ok := raw.([]any); ok && len(list) == 0 {
		return all, nil
	}
	return all, o.each(raw, add)
}

func isList(raw any) bool {
	_, ok := raw.([]any)
	return ok
}

// decodeMetric reads a metric, a name, or a function, which Keras may have
// wrapped.
func decodeMetric(raw any) (metric.Metric, error) {
	o, ok := raw.(object)
	if !ok || o["class_name"] != "MeanMetricWrapper" {
		return registry.Decode[metric.Metric](modernLoss(function(raw)))
	}
	config, _ := o["config"].(object)
	name, ok := function(config["fn"]).(string)
	if !ok {
		return nil, fmt.Errorf("MeanMetricWrapper: expected the name of a function, got %s", registry.Show(config["fn"]))
	}
	m, err := metric.ByName(name)
	if err != nil {
		return nil, err
	}
	if label, ok := config["name"].(string); ok {
		v := reflect.New(reflect.TypeOf(m)).Elem()
		v.Set(reflect.ValueOf(m))
		if f := v.FieldByName("Label"); f.IsValid() {
			f.SetString(label)
		}
		m = v.Interface().(metric.Metric)
	}
	return m, nil
}

// function returns the name of a function of Keras's that is given as such.
func function(raw any) any {
	o, ok := raw.(object)
	if !ok || o["class_name"] != "function" {
		return raw
	}
	if name, ok := o["config"].(string); ok && !custom(o) {
		return name
	}
	return raw
}

// trimmed is an error without the prefix of the registry.
func trimmed(err error) error {
	return rewritten{strings.TrimPrefix(err.Error(), "registry: "), err}
}
