// Package regularizer holds penalties on weights and on what layers put out:
// plain structs under Keras's names, to be set in the fields of layers.
//
//	layer.Dense{Units: 64, KernelRegularizer: regularizer.L2{L2: 1e-4}}
//
// A penalty is added to the loss and to the validation loss. That of a weight
// is added as it is, that of a layer's output divided by the number of rows.
// Frozen weights have none.
//
// It may import internal/kernel.
package regularizer
