// Package onnx writes a model in the Open Neural Network Exchange format, for
// runtimes that serve models: predictions only, without loss and optimizer.
//
//	err := onnx.WriteFile("fraud.onnx", m)
//
// The file is of opset 17 and IR version 8, with the operators of the standard
// domain alone. It has an input for each input of the model and an output for
// each output, under the names of [model.Model.InputNames] and
// [model.Model.OutputNames], all of float32; the first axis is the batch, of any
// size. Weights are float32 too: those of a float64 model are rounded. Layers
// work as in inference. Images and sequences stay channels-last.
//
// Masks that Embedding and Masking make are part of the file where a layer takes
// notice of them; a recurrent layer on a mask is written out step by step. The
// outputs' masks are not written.
//
// [layer.Lambda], [layer.Hashing], a [layer.IntegerLookup] with OOVHash, stateful
// recurrent layers, a [layer.MultiHeadAttention] on inputs of further axes, and
// layers of a user's own cannot be written, nor can a file of 2 GiB or more.
// Where predictions are an error, of an index that is out of range, a runtime
// may give numbers.
//
// It may import model, model/layer and what lies below them, and
// internal/atomicfile.
//
// Source: onnx.proto3 and Operators.md of github.com/onnx/onnx, v1.12.
package onnx
