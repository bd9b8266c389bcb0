package archive

import (
	"fmt"
	"maps"
	"strings"

	"github.com/counterweight-go/counterweight/balance"
	"github.com/counterweight-go/counterweight/fit/optimizer"
	"github.com/counterweight-go/counterweight/internal/hdf5"
	"gorgonia.org/tensor"
)

// decodeOldCompiled reads a training_config, and the state of the optimizer.
func decodeOldCompiled(config object, t *tree, vars *hdf5.Group) (*Compiled, error) {
	config = maps.Clone(config)
	config["optimizer"] = config["optimizer_config"]
	c, err := decodeSettings(config, t)
	if err != nil {
		return nil, err
	}
	if config["sample_weight_mode"] == "temporal" {
		c.Config.SampleWeightMode = balance.Temporal
	}
	if vars == nil {
		return c, nil
	}
	for i, name := range textsOf(vars, "weight_names") {
		d := vars.Dataset(name)
		if d == nil {
			return nil, fmt.Errorf("the state of the optimizer: the file has no %.80q", name)
		}
		v, err := variable(d, i == 0)
		if err != nil {
			return nil, fmt.Errorf("the state of the optimizer: %.80q: %w", name, err)
		}
		c.state = append(c.state, v)
		c.grouped = c.grouped || strings.HasSuffix(name, "/iter:0") || !strings.Contains(name, "/") && i > 0
	}
	return c, nil
}

// modernOptimizer gives the settings of an optimizer the names and forms of
// Keras 3.
func modernOptimizer(raw any) any {
	o, ok := raw.(object)
	given, isObject := o["config"].(object)
	if !ok || !isObject {
		return raw
	}
	o, config := maps.Clone(o), maps.Clone(given)
	o["config"] = config
	if class, ok := o["class_name"].(string); ok {
		o["class_name"] = strings.TrimPrefix(class, "Custom>")
	}
	for _, key := range []string{"jit_compile", "is_legacy_optimizer", "schedule_decay"} {
		delete(config, key)
	}
	if rate, has := config["lr"]; has {
		delete(config, "lr")
		config["learning_rate"] = rate
	}
	if config["use_ema"] == false {
		config["ema_overwrite_frequency"] = nil
	}
	if epsilon, has := config["epsilon"]; has && epsilon == nil {
		delete(config, "epsilon")
	}
	if decay, has := config["decay"]; has {
		delete(config, "decay")
		if decay != 0. {
			config["learning_rate"] = object{"class_name": "InverseTimeDecay", "config": object{
				"initial_learning_rate": config["learning_rate"], "decay_steps": 1., "decay_rate": decay,
			}}
		}
	}
	if schedule, ok := config["learning_rate"].(object); ok {
		if settings, ok := schedule["config"].(object); ok && settings["name"] == nil {
			delete(settings, "name")
		}
	}
	return o
}

// modernLoss gives a loss or a metric of Keras 2 the form of Keras 3.
func modernLoss(raw any) any {
	o, ok := raw.(object)
	given, isObject := o["config"].(object)
	if !ok || !isObject {
		return raw
	}
	o, config := maps.Clone(o), maps.Clone(given)
	o["config"] = config
	if o["class_name"] != "MeanMetricWrapper" {
		delete(config, "fn")
	}
	if config["reduction"] == "auto" {
		config["reduction"] = "sum_over_batch_size"
	}
	if o["class_name"] == "AUC" && config["label_weights"] == nil {
		delete(config, "label_weights")
	}
	return o
}

// arranged puts the state of an optimizer into the order of Keras 3: Keras 2 has
// no learning rate in it, and its legacy optimizers have each slot of all weights
// side by side. names are those of Keras 3's.
func arranged(names []string, state []*tensor.Dense, grouped bool, now []optimizer.Variable) []*tensor.Dense {
	head := headOf(now)
	if head == 2 && len(state) == len(names)-1 {
		rest := state[1:]
		state = append([]*tensor.Dense{state[0], now[1].Value}, rest...)
	}
	if !grouped || len(state) != len(names) {
		return state
	}
	var slots []string
	at := map[string][]int{}
	for i, name := range names[head:] {
		slot := name[strings.LastIndexByte(name, '/')+1:]
		if at[slot] == nil {
			slots = append(slots, slot)
		}
		at[slot] = append(at[slot], head+i)
	}
	out := append([]*tensor.Dense(nil), state...)
	next := head
	for _, slot := range slots {
		for _, i := range at[slot] {
			out[i] = state[next]
			next++
		}
	}
	return out
}
