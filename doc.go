// Package counterweight is the door to a Keras-style training framework for
// imbalanced data: fraud, defects, diagnosis, churn. It has no code of its own.
//
//	model             layers, sequential models, their weights
//	loss              losses and reductions
//	fit               Compile, Fit, Evaluate, Predict, TrainOnBatch
//	fit/optimizer     SGD, Adam, RMSprop
//	fit/metric        exact metrics for rare events, and Keras's
//	fit/callback      early stopping, logs, the progress bar
//	balance           class weights, sample weights, and which of them wins
//	balance/calibrate probabilities and thresholds after weighting
//	data              tensors, batches, splits, scaling
//	archive           Keras's model files
//	archive/onnx      files for runtimes that serve models
//
// Start with the example below, or with examples/fraud.
package counterweight
