// Package layer holds the layers that models are made of: plain structs under
// Keras's names, whose zero values are Keras's defaults.
//
//	layer.Dense{Units: 64, Activation: layer.ReLU}
//	layer.Dropout{Rate: 0.3}
//
// Where 0 means a default that is not 0, write [Zero] to get 0 itself. A flag
// that Keras has on by default is named for switching it off: NoBias.
//
// The layers that prepare categories also work outside of a model, where a
// column is strings or more than a float holds: see [StringLookup].
//
// It may import internal/engine, what lies below it, internal/fingerprint,
// model/initializer, model/regularizer and model/constraint.
package layer
