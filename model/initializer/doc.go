// Package initializer holds Keras's initialisers of weights: plain structs whose
// zero values are Keras's defaults.
//
//	layer.Dense{Units: 64, KernelInitializer: initializer.HeNormal{}}
//
// What one draws follows from the generator that it is given; a model gives
// each weight one of its own, made from the model's seed.
//
// It imports nothing of this module.
package initializer
