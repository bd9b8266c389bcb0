// Package loss holds the losses that a fit minimises and the reductions that
// turn the weighted losses of a batch into one number.
//
// A loss is a plain struct whose zero value is Keras's default:
//
//	loss.BinaryCrossentropy{LabelSmoothing: 0.1, Reduction: loss.Sum}
//
// Weights reach a loss as one number for each row; see package balance for how
// class maps and sample weights become that.
//
// It may import internal/engine and what lies below it.
package loss
