package archive

import (
	"fmt"

	"github.com/counterweight-go/counterweight/fit"
	"github.com/counterweight-go/counterweight/fit/metric"
	"github.com/counterweight-go/counterweight/internal/registry"
	"github.com/counterweight-go/counterweight/loss"
)

// encodeCompiled puts how a model is trained into its config: for Keras, and all
// of it for this package where Keras does not know some.
func encodeCompiled(config object, t *fit.Trainer) error {
	all, err := compileConfig(t, func(metric.Metric) bool { return true })
	if err != nil {
		return err
	}
	keras, complete := all, true
	known := func(m metric.Metric) bool {
		ok := registry.KerasKnows(m)
		complete = complete && ok
		return ok
	}
	if keras, err = compileConfig(t, known); err != nil {
		return err
	}
	c := t.Config()
	understood := registry.KerasKnows(c.Optimizer)
	for _, l := range lossesOf(t) {
		understood = understood && (l == nil || registry.KerasKnows(l))
	}
	if !understood {
		keras = object{}
	}
	config["compile_config"] = keras
	if !understood || !complete {
		config[ownCompileKey] = all
	}
	return nil
}

// lossesOf returns the loss of each output, nil for none.
func lossesOf(t *fit.Trainer) (all []loss.Loss) {
	c := t.Config()
	for _, name := range t.Model().OutputNames() {
		if c.Loss != nil {
			all = append(all, c.Loss)
		} else {
			all = append(all, c.Losses[name])
		}
	}
	return all
}

// compileConfig returns how a model is trained, with the metrics that are
// wanted.
func compileConfig(t *fit.Trainer, wanted func(metric.Metric) bool) (object, error) {
	c, outputs := t.Config(), t.Model().OutputNames()
	encoded, err := registry.Encode(c.Optimizer)
	if err != nil {
		return nil, fmt.Errorf("optimizer: %w", trimmed(err))
	}
	settings := encoded.(object)["config"].(object)
	if _, constant := settings["learning_rate"].(registry.Float); constant {
		settings["learning_rate"] = registry.Float(t.Optimizer().LearningRate()) // which may have changed since
	}
	var losses, weights []any
	weighted := false
	for i, l := range lossesOf(t) {
		var out any
		if l != nil {
			if out, err = registry.Encode(l); err != nil {
				return nil, fmt.Errorf("loss: %w", trimmed(err))
			}
		}
		losses = append(losses, out)
		w, given := c.LossWeights[outputs[i]]
		if !given {
			w = 1
		}
		weights, weighted = append(weights, registry.Float(w)), weighted || given
	}
	out := object{
		"optimizer": encoded, "loss": unwrapped(losses), "loss_weights": nil,
		"run_eagerly": false, "steps_per_execution": 1.0, "jit_compile": "auto",
	}
	if weighted {
		out["loss_weights"] = unwrapped(weights)
	}
	for _, m := range []struct {
		key  string
		all  []metric.Metric
		each map[string][]metric.Metric
	}{{"metrics", c.Metrics, c.OutputMetrics}, {"weighted_metrics", c.WeightedMetrics, c.WeightedOutputMetrics}} {
		some := false
		var lists []any
		for _, output := range outputs {
			list, err := metricConfigs(append(m.all[:len(m.all):len(m.all)], m.each[output]...), wanted)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.key, err)
			}
			some = some || list != nil
			lists = append(lists, list)
		}
		out[m.key] = nil
		if some {
			out[m.key] = unwrapped(lists)
		}
	}
	return out, nil
}

// metricConfigs returns the configs of the metrics that are wanted, nil for none.
func metricConfigs(all []metric.Metric, wanted func(metric.Metric) bool) (any, error) {
	var list []any
	for _, m := range all {
		out, err := registry.Encode(m)
		if err != nil {
			return nil, trimmed(err)
		}
		if wanted(m) {
			list = append(list, out)
		}
	}
	if list == nil {
		return nil, nil
	}
	return list, nil
}
