// Package archive reads and writes models in Keras's files.
//
//	a, err := archive.Load("model.keras") // written here or by Keras, with any of its back ends
//	trainer, err := a.Trainer()           // goes on with the optimizer's state
//	history, err := trainer.Fit(ctx, x, y, fit.Options{Epochs: 5})
//	err = archive.Save("model.keras", trainer)
//
// A .keras file holds the layers (config.json), how the model is trained
// (compile_config in it), the weights and the state of the optimizer
// (model.weights.h5). A .weights.h5 file holds weights alone. Whole models of
// Keras 1 and 2 in .h5 files are read, not written.
//
// What an archive cannot say is an error when it is written, and what is not
// here one when it is read, which names the layer. Code is never executed:
// Lambda layers and pickles are refused.
//
// It may import model, fit, internal/registry, internal/hdf5 and what lies below.
package archive
