// Package fingerprint computes the hashes by which TensorFlow, and so Keras,
// puts strings into buckets. They are the same on every machine.
//
// It imports nothing else of this module.
package fingerprint
