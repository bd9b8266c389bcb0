// Package registry knows the layers, losses, metrics, optimizers, schedules,
// initialisers, regularizers and constraints of this module by Keras's names,
// and turns each into Keras's config and back:
//
//	config, err := registry.Encode(layer.Dense{Units: 4})
//	// {"module": "keras.layers", "class_name": "Dense", "config": {"units": 4, "use_bias": true, ...}, ...}
//	l, err := registry.Decode[layer.Layer](config)
//
// A struct is registered by one line in a list of classes, layers.go and its
// neighbours: the struct with Keras's defaults written out. Keys follow from the
// names of fields; options say where they do not.
//
// Samplers have imbalanced-learn's names: NewSampler makes them.
//
// It may import model/layer, loss, fit/metric, fit/optimizer, balance/sampler,
// what lies below them, and internal/names.
package registry
