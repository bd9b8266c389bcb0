package archive

import (
	"fmt"
	"maps"
	"slices"

	"github.com/counterweight-go/counterweight/internal/registry"
)

// modernise gives the settings of a layer the names and forms of Keras 3, and
// leaves out what has no meaning once a model has its weights.
func modernise(r *record) error {
	class, err := modern(r.class, r.config)
	r.class = class
	return err
}

// modern changes a config, and those inside it, in place. It returns the class
// that it is of in Keras 3.
func modern(class string, config object) (string, error) {
	for _, key := range slices.Sorted(maps.Keys(config)) {
		if err := modernValue(config[key]); err != nil {
			return class, fmt.Errorf("%s: %w", key, err)
		}
	}
	if config["seed"] != nil {
		config["seed"] = nil
	}
	rename := func(from, to string) {
		if v, has := config[from]; has {
			delete(config, from)
			if _, taken := config[to]; !taken {
				config[to] = v
			}
		}
	}
	if to, old := oldClasses[class]; old {
		class = to
	}
	for from, to := range oldKeys[""] {
		rename(from, to)
	}
	for from, to := range oldKeys[class] {
		rename(from, to)
	}
	for _, key := range slices.Concat(noLonger[""], noLonger[class]) {
		delete(config, key)
	}
	switch class {
	case "Conv2D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D":
		if rows, has := config["nb_row"]; has {
			config["kernel_size"] = []any{rows, config["nb_col"]}
			delete(config, "nb_row")
			delete(config, "nb_col")
		}
	case "VarianceScaling":
		if config["distribution"] == "normal" {
			config["distribution"] = "truncated_normal"
		}
	case "BatchNormalization":
		if mode, has := config["mode"]; has && mode != 0. {
			return class, fmt.Errorf("mode: expected 0, got %s", registry.Show(mode))
		}
		delete(config, "mode")
	case "GRU", "GRUCell":
		if _, has := config["reset_after"]; !has {
			config["reset_after"] = false
		}
	case "ReLU":
		for _, key := range []string{"max_value", "negative_slope", "threshold"} {
			config[key] = unboxed(config[key])
			if config[key] == nil && key != "max_value" {
				delete(config, key)
			}
		}
	case "LeakyReLU":
		if v, has := config["negative_slope"]; has {
			config["negative_slope"] = unboxed(v)
		}
	}
	switch config["dim_ordering"] {
	case nil:
	case "tf":
		config["data_format"] = "channels_last"
	case "th":
		config["data_format"] = "channels_first"
	}
	delete(config, "dim_ordering")
	for _, key := range regularizerKeys {
		if v, has := config[key]; has {
			config[key] = oldPenalty(v)
		}
	}
	return class, nil
}

// modernValue changes the configs that a value holds.
func modernValue(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := modernValue(e); err != nil {
				return err
			}
		}
	case object:
		class, isClass := v["class_name"].(string)
		config, ok := v["config"].(object)
		if !isClass || !ok || isModel(v) {
			return nil
		}
		to, err := modern(class, config)
		v["class_name"] = to
		return err
	}
	return nil
}

// unboxed is a number that TensorFlow's Keras wrote as an array.
func unboxed(v any) any {
	if o, ok := v.(object); ok {
		if inner, has := o["value"]; has {
			return inner
		}
		if config, ok := o["config"].(object); ok {
			return config["value"]
		}
	}
	return v
}

// oldClasses are classes of Keras 1 and 2 that have another name now.
var oldClasses = map[string]string{
	"Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "SeparableConvolution2D": "SeparableConv2D", "Deconvolution2D": "Conv2DTranspose",
	"AtrousConvolution1D": "Conv1D", "AtrousConvolution2D": "Conv2D", "ThresholdedReLU": "ReLU",
	"BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization", "SyncBatchNormalization": "BatchNormalization",
}

// oldKeys are settings of Keras 1 and 2 that have another name now, of all
// layers and of some.
var oldKeys = map[string]map[string]string{
	"": {
		"W_regularizer": "kernel_regularizer", "U_regularizer": "recurrent_regularizer", "b_regularizer": "bias_regularizer",
		"W_constraint": "kernel_constraint", "U_constraint": "recurrent_constraint", "b_constraint": "bias_constraint",
		"bias": "use_bias", "border_mode": "padding", "inner_activation": "recurrent_activation",
		"dropout_W": "dropout", "dropout_U": "recurrent_dropout",
	},
	"Dense":     {"output_dim": "units"},
	"LSTM":      {"output_dim": "units"},
	"GRU":       {"output_dim": "units"},
	"SimpleRNN": {"output_dim": "units"},
	"Embedding": {"kernel_regularizer": "embeddings_regularizer", "kernel_constraint": "embeddings_constraint"},
	"Conv1D": {
		"nb_filter": "filters", "filter_length": "kernel_size", "subsample_length": "strides", "atrous_rate": "dilation_rate",
	},
	"Conv2D":             {"nb_filter": "filters", "subsample": "strides", "atrous_rate": "dilation_rate"},
	"SeparableConv2D":    {"nb_filter": "filters", "subsample": "strides"},
	"Conv2DTranspose":    {"nb_filter": "filters", "subsample": "strides"},
	"MaxPooling1D":       {"pool_length": "pool_size", "stride": "strides"},
	"AveragePooling1D":   {"pool_length": "pool_size", "stride": "strides"},
	"UpSampling1D":       {"length": "size"},
	"Dropout":            {"p": "rate"},
	"SpatialDropout1D":   {"p": "rate"},
	"SpatialDropout2D":   {"p": "rate"},
	"GaussianDropout":    {"p": "rate"},
	"GaussianNoise":      {"sigma": "stddev"},
	"LeakyReLU":          {"alpha": "negative_slope"},
	"ReLU":               {"theta": "threshold"},
	"BatchNormalization": {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
	"MaxNorm":            {"m": "max_value"},
}

// noLonger are settings that Keras 3 lacks, of all layers and of some: how
// weights begin, how a layer was computed, and what its input says.
var noLonger = map[string][]string{
	"": {
		"init", "inner_init", "forget_bias_init", "b_init", "batch_input_shape", "input_shape", "input_dtype", "implementation",
		"consume_less", "time_major", "weights",
	},
	"Dense":              {"input_dim"},
	"LSTM":               {"input_dim", "input_length"},
	"GRU":                {"input_dim", "input_length"},
	"SimpleRNN":          {"input_dim", "input_length"},
	"Conv1D":             {"input_dim", "input_length"},
	"Embedding":          {"input_length", "sparse", "activity_regularizer"},
	"BatchNormalization": {"fused", "virtual_batch_size", "adjustment"},
	"SeparableConv1D":    {"groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
	"SeparableConv2D":    {"groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
	"DepthwiseConv2D":    {"groups", "filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
	"DepthwiseConv1D":    {"groups", "filters", "kernel_initializer", "kernel_regularizer", "kernel_constraint"},
	"Conv2DTranspose":    {"groups", "output_shape"},
	"Conv1DTranspose":    {"groups"},
	"MultiHeadAttention": {"query_shape", "key_shape", "value_shape", "softmax_robust_masking"},
	"Discretization":     {"bins"},
}

// regularizerKeys have, in Keras 1, objects without a class under them.
var regularizerKeys = []string{
	"kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer", "embeddings_regularizer", "gamma_regularizer", "beta_regularizer",
	"kernel_constraint", "recurrent_constraint", "bias_constraint", "embeddings_constraint",
}

// oldPenalty gives a regularizer or a constraint of Keras 1 its class.
func oldPenalty(v any) any {
	o, ok := v.(object)
	name, named := o["name"].(string)
	if _, has := o["class_name"]; !ok || has || !named {
		return v
	}
	config := maps.Clone(o)
	delete(config, "name")
	switch name {
	case "WeightRegularizer", "ActivityRegularizer", "L1L2Regularizer":
		name = "L1L2"
	case "MaxNorm":
		if m, has := config["m"]; has {
			delete(config, "m")
			config["max_value"] = m
		}
	}
	return object{"class_name": name, "config": config}
}
