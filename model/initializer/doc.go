// Package initializer holds Keras's initialisers of weights, seeded.
//
// It imports nothing of this module.
package initializer
