// Package optimizer holds the rules that move weights against their gradients,
// as Keras computes them.
//
// An optimizer is a plain struct whose zero value is Keras's default:
//
//	optimizer.Adam{LearningRate: 1e-3}
//
// Where 0 means a default that is not 0, write [Zero] to get 0 itself. The
// state that training builds up lives in the [Stepper] that a fit makes of it.
//
// It may import internal/kernel.
package optimizer
